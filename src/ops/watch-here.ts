import type { PointerEntry, Watch } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

/** The pointer's guards by the rules that an entry names, as far as aiship.yaml has them: for showing, without reading anything. */
export function watchHere({ config }: Context, pointer: string, { policy }: PointerEntry): Watch | null {
  if (config === null || policy?.rules === undefined || !Object.hasOwn(config.rules, pointer)) return null
  return config.pointers[pointer]?.rules === policy.rules ? (config.rules[pointer]?.pointer.watch ?? null) : null
}
