import { AishipError } from '../core/errors.ts'
import type { ComponentFile, ConfigFile } from '../core/model.gen.ts'
import { nameProblem, nearest } from '../core/names.ts'
import { pathProblem } from '../core/paths.ts'
import type { ComponentSpec, Config } from '../core/ports.ts'
import { refusal } from './refusal.ts'
import { KEYS, KINDS, validateConfigFile } from './validators.gen.ts'
import { readYaml, type Source } from './yaml.ts'

const COMPONENT_KEYS = KEYS['config#/properties/components/additionalProperties'] ?? []
/** Kinds whose bytes do not stand in the project, so that a checkout has to be told where. */
const PLACED_BY_TO = new Set(['value', 'command', 'git'])

/**
 * Reads and checks aiship.yaml. In: the file's bytes and what messages call it. Out: plain JSON, with defaults filled in.
 * Errors: CONFIG_INVALID with file, line, column, key, what is allowed and the nearest allowed value; FORMAT_NEWER.
 */
export function parseConfig(bytes: Uint8Array, name: string): Config {
  const source = readYaml(bytes, name)
  const { value } = source
  if (value === null || value === undefined) {
    throw source.refuse({ line: 1, column: 1 }, 'the file is empty', {
      hint: 'it needs version: 1, app and components',
      next: ['aiship init'],
    })
  }
  checkVersion(value, source, name)
  if (!validateConfigFile(value)) throw refusal(source, validateConfigFile.errors?.[0], 'config', [])
  checkName(source, value.app, ['app'], 'an app')
  for (const pointer of Object.keys(value.pointers ?? {}))
    checkName(source, pointer, ['pointers', pointer], 'a pointer')
  const registry = checkRegistry(source, value)
  const components = Object.entries(value.components).map(([component, file]) => readComponent(source, component, file))
  checkLineage(source, components)
  checkPlaces(source, components)
  return {
    ...{ app: value.app, registry, components },
    commands: Object.fromEntries(Object.entries(value.commands ?? {}).filter(([, argv]) => argv !== undefined)),
    ignore: value.ignore ?? [],
    pointers: Object.fromEntries(
      Object.entries(value.pointers ?? {}).map(([pointer, policy]) => [
        pointer,
        { protected: policy.protected ?? false },
      ]),
    ),
    secrets: { allow: value.secrets?.allow ?? [] },
  }
}

/** Before anything else: a later format may have keys that this one would call unknown. */
function checkVersion(value: unknown, source: Source, name: string): void {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= 1) return
  throw new AishipError(
    'FORMAT_NEWER',
    `${name}:${source.at(['version']).line}: this aiship reads version 1, and the file has version ${version}`,
    { hint: 'install a newer aiship' },
  )
}

function checkName(source: Source, text: string, path: readonly string[], what: string): void {
  const problem = nameProblem(text)
  if (problem !== null)
    throw source.refuse(
      path[0] === 'app' ? source.at(path) : source.atKey(path),
      `${JSON.stringify(text)} can't name ${what}: ${problem}`,
    )
}

function checkRegistry(source: Source, { registry = '.aiship' }: ConfigFile): string {
  const hasCredentials = /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(registry)
  if (hasCredentials) {
    throw source.refuse(source.at(['registry']), 'registry: a user name or password has no place in this file', {
      hint: 'credentials come from the environment or a profile',
    })
  }
  return registry
}

function readComponent(source: Source, name: string, file: ComponentFile): ComponentSpec {
  const place = ['components', name]
  checkName(source, name, place, 'a component')
  const kind = kindOf(source, name, file)
  const options = (file as Readonly<Record<string, unknown>>)[kind]
  const validate = KINDS[kind]
  if (validate !== undefined && !validate(options))
    throw refusal(source, validate.errors?.[0], `drivers/${kind}`, [...place, kind])
  if (file.mode !== undefined && kind !== 'path')
    throw source.refuse(source.atKey([...place, 'mode']), `components.${name}.mode goes with path, not with ${kind}`)
  if (file.to !== undefined) {
    const position = source.at([...place, 'to'])
    if (!PLACED_BY_TO.has(kind))
      throw source.refuse(position, `components.${name}.to goes with ${[...PLACED_BY_TO].join(', ')}, not with ${kind}`)
    const problem = pathProblem(file.to)
    if (problem !== null)
      throw source.refuse(position, `components.${name}.to can't be ${JSON.stringify(file.to)}: ${problem}`)
  }
  return {
    ...{ name, role: file.role, kind, source: options, from: file.from ?? [], links: file.links ?? 'refuse' },
    ...{ scan: file.scan ?? 'auto', mode: file.mode === 'hash' ? 'hash' : 'store', to: file.to ?? null },
  }
}

/** The one key of a component that says where its bytes come from. */
function kindOf(source: Source, name: string, file: ComponentFile): string {
  const place = ['components', name]
  const kinds = Object.keys(KINDS)
  const own = Object.keys(file).filter((key) => !COMPONENT_KEYS.includes(key))
  const unknown = own.find((key) => !kinds.includes(key))
  if (unknown !== undefined) {
    const allowed = [...COMPONENT_KEYS, ...kinds]
    const near = nearest(unknown, allowed)
    const hint =
      near === null ? `it can have ${allowed.join(', ')}` : `did you mean ${near}? It can have ${allowed.join(', ')}`
    throw source.refuse(source.atKey([...place, unknown]), `components.${name} has an unknown key ${unknown}`, { hint })
  }
  const [kind, second] = own
  if (kind === undefined)
    throw source.refuse(source.atKey(place), `components.${name} does not say where its bytes come from`, {
      hint: `add one of ${kinds.join(', ')}`,
    })
  if (second !== undefined)
    throw source.refuse(
      source.atKey([...place, second]),
      `components.${name} has both ${kind} and ${second}: a component comes from one place`,
    )
  return kind
}

function checkLineage(source: Source, components: readonly ComponentSpec[]): void {
  const byName = new Map(components.map((component) => [component.name, component]))
  for (const { name, from } of components) {
    for (const [i, input] of from.entries()) {
      if (byName.has(input) && input !== name) continue
      const near = nearest(
        input,
        [...byName.keys()].filter((other) => other !== name),
      )
      const why =
        input === name ? 'a component is not made from itself' : `there is no component ${JSON.stringify(input)}`
      throw source.refuse(source.at(['components', name, 'from', String(i)]), `components.${name}.from: ${why}`, {
        hint: near === null ? undefined : `did you mean ${near}?`,
      })
    }
  }
  const done = new Set<string>()
  const walk = (name: string, above: readonly string[]): void => {
    if (above.includes(name))
      throw source.refuse(
        source.at(['components', name, 'from']),
        `components.${name}.from goes round in a circle: ${[...above.slice(above.indexOf(name)), name].join(' from ')}`,
      )
    if (done.has(name)) return
    for (const input of byName.get(name)?.from ?? []) walk(input, [...above, name])
    done.add(name)
  }
  for (const name of byName.keys()) walk(name, [])
}

/** Two components that name the same place in a checkout; what globs and lists hold is only known when they are collected. */
function checkPlaces(source: Source, components: readonly ComponentSpec[]): void {
  const taken = new Map<string, string>()
  for (const { name, to, kind } of components) {
    const at = to ?? (PLACED_BY_TO.has(kind) ? `.aiship-components/${name}` : null)
    if (at === null) continue
    const other = [...taken].find(([path]) => path === at || path.startsWith(`${at}/`) || at.startsWith(`${path}/`))
    if (other !== undefined)
      throw source.refuse(
        source.at(['components', name, 'to']),
        `components.${name} would stand where ${other[1]} stands: ${at}`,
      )
    taken.set(at, name)
  }
}
