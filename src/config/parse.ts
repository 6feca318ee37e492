import { declaredOf } from '../core/contracts.ts'
import { AishipError } from '../core/errors.ts'
import { globProblem } from '../core/globs.ts'
import type { ComponentFile, ConfigFile } from '../core/model.gen.ts'
import { nameProblem } from '../core/names.ts'
import { originProblem, standsByTo } from '../core/origins.ts'
import { pathProblem } from '../core/paths.ts'
import type { ComponentSpec, Config } from '../core/ports.ts'
import { policyOfRules } from '../core/rules.ts'
import { readRules } from './gates.ts'
import { allowedHint, brief, keyName, refusal } from './refusal.ts'
import { readSources } from './sources.ts'
import { checkLineage, checkPlaces } from './together.ts'
import { KEYS, KINDS, validateConfigFile } from './validators.gen.ts'
import { readYaml, type Source } from './yaml.ts'

const COMPONENT_KEYS = KEYS['config#/properties/components/additionalProperties'] ?? []

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
  if (!validateConfigFile(value)) throw refusal(source, validateConfigFile.errors, 'config', [])
  checkName(source, value.app, ['app'], 'an app')
  for (const pointer of Object.keys(value.pointers ?? {}))
    checkName(source, pointer, ['pointers', pointer], 'a pointer')
  checkGlobs(source, value)
  for (const [command, argv] of Object.entries(value.commands ?? {}))
    checkOrigin(source, 'command', argv, ['commands', command])
  const registry = checkRegistry(source, value)
  const components = Object.entries(value.components).map(([component, file]) => readComponent(source, component, file))
  checkLineage(
    source,
    'from',
    components.map(({ name, from }) => ({ name, inputs: from })),
  )
  checkLineage(
    source,
    'derived_from',
    components.map(({ name, derivedFrom }) => ({ name, inputs: derivedFrom })),
  )
  checkPlaces(source, components)
  const rules = readRules(source, value)
  const policies = Object.entries(value.pointers ?? {})
  return {
    ...{ app: value.app, registry, components },
    commands: Object.fromEntries(Object.entries(value.commands ?? {}).filter(([, argv]) => argv !== undefined)),
    ignore: value.ignore ?? [],
    pointers: Object.fromEntries(
      policies.map(([pointer, { protected: isProtected = false }]) => [
        pointer,
        policyOfRules(isProtected, rules[pointer] ?? null),
      ]),
    ),
    rules,
    secrets: { allow: value.secrets?.allow ?? [] },
  }
}

/** Before anything else: a later format may have keys that this one would call unknown. */
function checkVersion(value: unknown, source: Source, name: string): void {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= 1) return
  const { line, column } = source.at(['version'])
  throw new AishipError(
    'FORMAT_NEWER',
    `${name}:${line}:${column}: this aiship reads version 1, and the file has version ${version}`,
    { hint: 'install a newer aiship', details: { file: name, line, column } },
  )
}

function checkName(source: Source, text: string, path: readonly string[], what: string): void {
  const problem = nameProblem(text)
  const position = path[0] === 'app' ? source.at(path) : source.atKey(path)
  if (problem !== null) throw source.refuse(position, `${brief(text)} can't name ${what}: ${problem}`)
}

/** A mistyped pattern would leave out nothing, or let a secret through nowhere, and say nothing about it. */
function checkGlobs(source: Source, { ignore = [], secrets }: ConfigFile): void {
  const written = [
    ...ignore.map((glob, i) => ({ glob: glob.replace(/^!/, ''), path: ['ignore', String(i)] })),
    ...(secrets?.allow ?? []).map(({ path }, i) => ({ glob: path, path: ['secrets', 'allow', String(i), 'path'] })),
  ]
  for (const { glob, path } of written) {
    const problem = globProblem(glob.replace(/^(?:\.\/)+/, '').replace(/(?<=[^/])\/+$/, ''))
    if (problem !== null) throw source.refuse(source.at(path), `${keyName(path)} can't be ${brief(glob)}: ${problem}`)
  }
}

function checkRegistry(source: Source, { registry = '.aiship' }: ConfigFile): string {
  const position = source.at(['registry'])
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(registry)) {
    throw source.refuse(position, 'registry: a user name or password has no place in this file', {
      hint: 'credentials come from the environment or a profile',
    })
  }
  if (/^(?:\.?\/*)*$/.test(registry) || registry.trim() === '')
    throw source.refuse(position, `registry can't be ${brief(registry)}`, {
      hint: 'name a folder of its own, such as .aiship, or a URL',
    })
  return registry
}

function readComponent(source: Source, name: string, file: ComponentFile): ComponentSpec {
  const place = ['components', name]
  checkName(source, name, place, 'a component')
  const kind = kindOf(source, name, file)
  const options = (file as Readonly<Record<string, unknown>>)[kind]
  const validate = KINDS[kind]
  if (validate !== undefined && !validate(options))
    throw refusal(source, validate.errors, `drivers/${kind}`, [...place, kind])
  checkOrigin(source, kind, options, [...place, kind])
  if (file.mode !== undefined && kind !== 'path')
    throw source.refuse(source.atKey([...place, 'mode']), `${keyName(place)}.mode goes with path, not with ${kind}`)
  if (file.to !== undefined) checkTo(source, [...place, 'to'], file.to, kind)
  return {
    ...{ name, role: file.role, kind, source: options, from: file.from ?? [], links: file.links ?? 'refuse' },
    ...{ sources: readSources(source, name, file), derivedFrom: file.derived_from ?? [] },
    ...{ scan: file.scan ?? 'auto', dedup: file.dedup ?? 'auto' },
    ...{ mode: file.mode === 'hash' ? 'hash' : 'store', to: file.to ?? null },
    ...declaredOf(file),
  }
}

function checkOrigin(source: Source, kind: string, options: unknown, place: readonly string[]): void {
  const found = originProblem(kind, options)
  if (found === null) return
  const path = [...place, ...found.at]
  throw source.refuse(source.at(path), `${keyName(path)}: ${found.problem}`, { hint: found.hint })
}

function checkTo(source: Source, path: readonly string[], to: string, kind: string): void {
  if (!standsByTo(kind))
    throw source.refuse(source.atKey(path), `${keyName(path)} goes with value, command and git, not with ${kind}`)
  const problem = pathProblem(to)
  if (problem !== null) throw source.refuse(source.at(path), `${keyName(path)} can't be ${brief(to)}: ${problem}`)
}

/** The one key of a component that says where its bytes come from. */
function kindOf(source: Source, name: string, file: ComponentFile): string {
  const place = ['components', name]
  const kinds = Object.keys(KINDS)
  const own = Object.keys(file).filter((key) => !COMPONENT_KEYS.includes(key))
  const unknown = own.find((key) => !kinds.includes(key))
  if (unknown !== undefined) {
    const hint = allowedHint(unknown, [...COMPONENT_KEYS, ...kinds], 'it can have')
    throw source.refuse(
      source.atKey([...place, unknown]),
      `${keyName(place)} has an unknown key ${keyName([unknown])}`,
      {
        hint,
      },
    )
  }
  const [kind, second] = own
  if (kind === undefined)
    throw source.refuse(source.atKey(place), `${keyName(place)} does not say where its bytes come from`, {
      hint: `add one of ${kinds.join(', ')}`,
    })
  if (second !== undefined)
    throw source.refuse(
      source.atKey([...place, second]),
      `${keyName(place)} has both ${kind} and ${second}: a component comes from one place`,
    )
  return kind
}
