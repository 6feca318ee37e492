import { watchProblem } from '../core/guard-lint.ts'
import { guardsOf, USUAL_SOURCE } from '../core/guard-plan.ts'
import type { Guard, Watch } from '../core/model.gen.ts'
import { allowedHint, brief, keyName, refusal } from './refusal.ts'
import { KEYS, SOURCES } from './validators.gen.ts'
import type { Source } from './yaml.ts'

const GUARD_KEYS = KEYS['common#/$defs/guard'] ?? []
const WATCH_KEYS = KEYS['common#/$defs/watch'] ?? []

/** What the schema can't say of a watch: the options of its sources, which stand among its own keys, and guards that look as if they watched. Errors: CONFIG_INVALID. */
export function checkWatch(source: Source, place: readonly string[], watch: Watch): void {
  const usual = watch.source ?? USUAL_SOURCE
  checkSource(source, [...place, 'source'], usual)
  checkKeys(source, place, watch, WATCH_KEYS, usual)
  for (const [i, guard] of watch.guards.entries()) {
    const at = [...place, 'guards', String(i)]
    checkSource(source, [...at, 'source'], guard.source ?? usual)
    checkKeys(source, at, guard, GUARD_KEYS, guard.source ?? usual)
  }
  const found = watchProblem(watch)
  if (found !== null) {
    const path = [...place, ...found.path]
    const { hint } = found
    throw source.refuse(source.atKey(path), `${keyName(path)} ${found.problem}`, { hint })
  }
  for (const [i, guard] of guardsOf(watch).slice(0, watch.guards.length).entries())
    checkOptions(source, [place, [...place, 'guards', String(i)]], guard)
}

/** The keys of the options of each kind. Predictions are here, and need none. */
const optionsOf = (kind: string): readonly string[] => KEYS[`drivers/source-${kind}#`] ?? []

function checkSource(source: Source, path: readonly string[], kind: string): void {
  const known = [...new Set([USUAL_SOURCE, ...Object.keys(SOURCES)])]
  if (known.includes(kind)) return
  throw source.refuse(source.at(path), `${keyName(path)}: there is no source ${brief(kind)}`, {
    hint: allowedHint(kind, known, 'there is'),
  })
}

function checkKeys(
  source: Source,
  place: readonly string[],
  value: object,
  own: readonly string[],
  kind: string,
): void {
  const allowed = [...own, ...optionsOf(kind)]
  const stray = Object.keys(value).find((key) => !allowed.includes(key))
  if (stray === undefined) return
  throw source.refuse(source.atKey([...place, stray]), `${keyName(place)} has an unknown key ${keyName([stray])}`, {
    hint: allowedHint(stray, allowed, 'it can have'),
  })
}

/** In: where the watch stands, and the guard: an option may stand in either. */
function checkOptions(
  source: Source,
  [whole, own]: readonly [readonly string[], readonly string[]],
  guard: Guard & { readonly source: string },
): void {
  const validate = SOURCES[guard.source]
  const keys = optionsOf(guard.source)
  const options = Object.fromEntries(Object.entries(guard).filter(([key]) => keys.includes(key)))
  if (validate === undefined || validate(options)) return
  const missing = validate.errors?.find(({ keyword }) => keyword === 'required')?.params.missingProperty
  if (missing !== undefined)
    throw source.refuse(source.atKey(own), `${keyName(own)} needs ${String(missing)}, for ${guard.source}`)
  const key = (validate.errors?.[0]?.instancePath ?? '').split('/')[1]
  const hasOwn = key === undefined || isThere(source.value, [...own, key])
  throw refusal(source, validate.errors, `drivers/source-${guard.source}`, hasOwn ? own : whole)
}

const isThere = (value: unknown, path: readonly string[]): boolean =>
  path.reduce<unknown>((at, key) => Object(at)[key], value) !== undefined
