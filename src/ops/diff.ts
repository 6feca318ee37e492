import { declaredOf } from '../core/contracts.ts'
import { diffKeys } from '../core/keydiff.ts'
import { LAYER_OF, LAYERS } from '../core/manifest.ts'
import type {
  Component,
  ComponentFacts,
  DiffCommand,
  DiffComponent,
  DiffData,
  DiffLayer,
  Manifest,
} from '../core/model.gen.ts'
import type { Operation } from '../core/ports.ts'
import { keysOfValue } from './diff-content.ts'
import { changedFiles } from './diff-files.ts'
import { type DiffSource, openSide } from './diff-side.ts'

export interface DiffInput {
  /** REF; null: prod, else the only pointer, else the newest version. */
  readonly a: string | null
  /** REF; null: the working tree. */
  readonly b: string | null
  /** Also what differs inside text, JSON and YAML files. */
  readonly content: boolean
  /** Run the programs of `command` components and fetch `git` ones of the working tree. */
  readonly capture: boolean
}

/**
 * What differs between two bundles, or a bundle and the working tree: by layer, then component, then file. Trees are read only where their
 * digests differ. Errors: NOT_FOUND, POINTER_UNKNOWN, CONFIG_MISSING, OBJECT_MISSING, CORRUPT.
 */
export const diff: Operation<DiffInput, DiffData> = async (ctx, input) => {
  const a = await openSide(ctx, input.a, input.capture, 'base')
  const b = await openSide(ctx, input.b, input.capture, 'work')
  const names = [...new Set([...a.components.keys(), ...b.components.keys()])].sort()
  const compared: DiffComponent[] = []
  for (const name of names) compared.push(await compareComponent(name, a, b, input.content))
  const layers = LAYERS.map((layer): DiffLayer => {
    const components = compared.filter((one) => LAYER_OF[one.role] === layer)
    return { layer, changed: components.some(isChange), components }
  })
  const commands = changedCommands(a.commands, b.commands)
  const different = commands.length > 0 || compared.some(isChange)
  const data = { registry: ctx.registry.url, app: ctx.app, a: a.side, b: b.side, different, layers, commands }
  return { changed: false, data }
}

const isChange = ({ state }: DiffComponent): boolean => state !== 'same' && state !== 'not looked at'

async function compareComponent(name: string, a: DiffSource, b: DiffSource, content: boolean): Promise<DiffComponent> {
  const [left, right] = [a.components.get(name), b.components.get(name)]
  const role = (right?.role ?? left?.role) as DiffComponent['role']
  const [from, to] = [left?.component ?? null, right?.component ?? null]
  const head = { name, role, why: right?.why ?? left?.why ?? null, from: from && factsOf(from), to: to && factsOf(to) }
  const unseen = [left, right].find((one) => one !== undefined && one.state !== 'here')
  if (unseen !== undefined) {
    // Something that one side has and the other does not declare at all is a change, looked at or not.
    const state =
      left === undefined ? 'added' : right === undefined ? 'removed' : (unseen.state as DiffComponent['state'])
    return { ...head, state, files: [], keys: [] }
  }
  if (from !== null && to !== null && isSame(from, to)) return { ...head, state: 'same', files: [], keys: [] }
  const files = await changedFiles(a, b, from, to, content)
  const keys =
    from !== null && to !== null
      ? [...(await keysOfValue(a, b, from, to)), ...diffKeys(declaredOf(from), declaredOf(to))]
      : []
  return { ...head, state: from === null ? 'added' : to === null ? 'removed' : 'changed', files, keys }
}

/** Everything about a component that the manifest has counts, not its bytes alone. */
const isSame = (a: Component, b: Component): boolean =>
  a.digest === b.digest &&
  a.role === b.role &&
  a.kind === b.kind &&
  a.path === b.path &&
  a.exec === b.exec &&
  diffKeys(declaredOf(a), declaredOf(b)).length === 0

const factsOf = ({ digest, size, role, kind, path }: Component): ComponentFacts => ({
  digest,
  size,
  role,
  kind,
  path: path ?? null,
})

function changedCommands(a: Manifest['commands'], b: Manifest['commands']): readonly DiffCommand[] {
  const argv = (commands: Manifest['commands'], name: string): readonly string[] | null =>
    Object.hasOwn(commands, name) ? (commands[name] ?? null) : null
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort()
    .map((name) => ({ name, from: argv(a, name), to: argv(b, name) }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
}
