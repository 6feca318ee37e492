import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { findConfig, readConfigFile } from '../config/find.ts'
import { digestOf, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Actor } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Config, Context, Event, GitState, Memory, Registry, SelfCheck, Workspace } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { components, registries } from '../drivers.gen.ts'
import { openCache } from '../store/cache.ts'
import { openFolder } from '../store/folder.ts'
import { rememberTips } from '../store/seen.ts'
import { whoActs } from './actor.ts'
import type { Command } from './command.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'
import { isUrl, namedRegistry, type Place, placeOf, workingDir } from './place.ts'

/** Bumped when the meaning of a parsed configuration changes. */
const CONFIG_CACHE = 2

/** What a command says of its surroundings. */
type Needs = Pick<Command, 'name' | 'registry' | 'workspace' | 'config' | 'allApps'>

/** Everything that an operation may touch, made from flags, environment and aiship.yaml, in this order of precedence. */
export async function makeContext(
  host: Host,
  flags: Flags,
  command: Needs,
  emit: (event: Event) => void,
): Promise<Context> {
  const dir = workingDir(host, flags)
  const configFile = findConfig(dir)
  const root = configFile === null ? dir : dirname(configFile)
  if (configFile === null && command.config === true) {
    throw new AishipError('CONFIG_MISSING', `there is no aiship.yaml in ${dir} or above it`, { next: ['aiship init'] })
  }
  const early = openCache(join(root, '.aiship', 'cache'))
  const readWritten = async () => (configFile === null ? null : readConfig(configFile, early))
  const written =
    command.registry === 'none'
      ? null
      : await readWritten().catch((error) => goOnWithout(error, host, flags, command, emit))
  /** The place that aiship.yaml names, for a command that works without it. */
  const probed = async () => placeOf(host, flags, root, configFile, await readWritten().catch(() => null))
  const place = placeOf(host, flags, root, configFile, written)
  const kept = openCache(place.cache)
  const memory = flags.dryRun ? { ...kept, set: async () => undefined } : kept
  const opened = command.registry === 'none' ? null : await openRegistry(host, flags, place, command, emit)
  const app = opened === null || command.allApps === true ? null : await appOf(host, flags, written, opened)
  const config = written !== null && written.app === app ? written : null
  const workspace = await workspaceFor(command, place, dir, flags)
  const need = <T>(value: T | null, what: string): T => {
    if (value === null) throw new AishipError('REGISTRY_MISSING', `${command.name} works without ${what}`)
    return value
  }
  // Asking git for a name costs a process, and looking needs none.
  let actor: Actor | null = null
  return {
    ...{ config, memory, host: host.hostname, emit },
    get signal() {
      return host.signal
    },
    get registry() {
      return need(opened, 'a registry')
    },
    get app() {
      return need(app, 'an app')
    },
    get workspace() {
      return need(workspace, 'a working folder')
    },
    get actor() {
      actor ??= whoActs(host, root)
      return actor
    },
    op: { id: operationId(flags.op) ?? host.uuid(), given: flags.op !== undefined },
    now: host.now,
    git: async (): Promise<GitState | null> => (await import('../store/git.ts')).gitState(root),
    collector: async (kind) => {
      const load = (
        components as Readonly<Record<string, () => Promise<{ driver: Awaited<ReturnType<Context['collector']>> }>>>
      )[kind]
      if (load === undefined)
        throw new AishipError('CONFIG_INVALID', `there is no component kind ${JSON.stringify(kind)}`, {
          hint: Object.keys(components).join(', '),
        })
      return (await load()).driver
    },
    project: () => ({
      root,
      ignore: config?.ignore ?? [],
      signal: host.signal,
      env: host.env,
      registry: isUrl(place.registry) ? null : resolve(root, place.registry),
    }),
    selfCheck: () => lazySelfCheck(resolve(root, place.registry)),
    probe: () => ({
      node: host.nodeVersion,
      git: async () => (await import('../store/probe.ts')).gitVersion(),
      config: readWritten,
      registry: async () => openRegistry(host, flags, await probed(), { ...command, registry: 'open' }, emit),
      place: async () => {
        const { registry } = await probed()
        return isUrl(registry) ? [] : (await import('../store/probe.ts')).probePlace(resolve(root, registry))
      },
    }),
    yaml: async (bytes, name) => (await import('../config/yaml.ts')).readYaml(bytes, name).value,
    confirm: (question) => confirm(host, flags, question),
  }
}

/** A broken aiship.yaml keeps nobody from going back: whoever names registry and app needs nothing that stands in it. */
function goOnWithout(error: unknown, host: Host, flags: Flags, command: Needs, emit: (event: Event) => void): null {
  if (!(error instanceof AishipError) || command.config === true) throw error
  const { code, message, hint = 'to go on without it, name registry and app: --registry .aiship --app NAME' } = error
  const app = flags.app ?? host.env.AISHIP_APP ?? ''
  if (namedRegistry(host, flags) === undefined || (app === '' && command.allApps !== true))
    throw new AishipError(code, message, { hint, next: error.next, details: error.details, cause: error })
  emit({ type: 'warning', code, message: `going on without aiship.yaml: ${message}` })
  return null
}

/** aiship.yaml, parsed once for each content: the parser and the validators load only when the file changed. */
async function readConfig(file: string, cache: Memory): Promise<Config> {
  const bytes = readConfigFile(file)
  const key = `config/${CONFIG_CACHE}-${hexOf(digestOf(bytes))}.json`
  // The digest of the rest stands in the first line: a damaged cache is no cache.
  const [digest, json] = splitOnce(Buffer.from((await cache.get(key)) ?? '').toString('utf8'))
  if (json !== '' && digest === digestOf(json)) return JSON.parse(json) as Config
  const { parseConfig } = await import('../config/parse.ts')
  const config = parseConfig(bytes, file)
  const fresh = JSON.stringify(config)
  await cache.set(key, Buffer.from(`${digestOf(fresh)}\n${fresh}`))
  return config
}

function splitOnce(text: string): readonly [string, string] {
  const end = text.indexOf('\n')
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
}

async function openRegistry(
  host: Host,
  flags: Flags,
  place: Place,
  command: Needs,
  emit: (event: Event) => void,
): Promise<Registry> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place.registry)?.[1]?.toLowerCase()
  if (scheme !== undefined && !Object.hasOwn(registries, scheme)) {
    const known = ['a folder', ...Object.keys(registries).map((kind) => `${kind}://`)].join(', ')
    throw new AishipError('CONFIG_INVALID', `this aiship has no registry of the kind ${scheme}://`, {
      hint: `a registry can be ${known}`,
    })
  }
  const path = resolve(place.root, place.registry)
  const isThere = existsSync(join(path, 'format.json'))
  const create = command.registry === 'create'
  if (!isThere && create && flags.dryRun) return (await import('../store/memory.ts')).openMemory({ id: host.uuid() })
  const next = nextWithoutRegistry(host, flags, place)
  const folder = openFolder(path, { create, url: place.registry, now: host.now, uuid: host.uuid, next })
  if (!isThere) emit({ type: 'note', message: `made the registry ${path}` })
  const remembered = rememberTips(folder, join(place.cache, 'seen'), (message) =>
    emit({ type: 'warning', code: 'LOG_WENT_BACK', message }),
  )
  return flags.dryRun ? (await import('../store/dry.ts')).dryRun(remembered) : remembered
}

function nextWithoutRegistry(host: Host, flags: Flags, place: Place): string {
  const named = namedRegistry(host, flags)
  if (named !== undefined) return `aiship doctor --registry ${shellWord(named)}`
  return place.configFile === null ? 'aiship init' : 'aiship bundle'
}

/** `--app`, AISHIP_APP, aiship.yaml, else the registry's only app. Errors: USAGE with the list. */
async function appOf(host: Host, flags: Flags, config: Config | null, registry: Registry): Promise<string> {
  const named = flags.app ?? (host.env.AISHIP_APP || undefined) ?? config?.app
  if (named !== undefined) return checkName(named, 'an app')
  const logs = [...(await registry.logs.list('versions/')), ...(await registry.logs.list('pointers/'))]
  const apps = [...new Set(logs.map((log) => log.split('/')[1] as string))].sort()
  if (apps.length === 1) return apps[0] as string
  const hint = apps.length === 0 ? 'the registry has no app yet' : `the registry has ${apps.join(', ')}`
  throw new AishipError('USAGE', 'which app? there is no aiship.yaml here', {
    hint,
    next: ['aiship status --app NAME'],
    details: { apps },
  })
}

async function workspaceFor(command: Needs, place: Place, from: string, flags: Flags): Promise<Workspace | null> {
  if (command.workspace !== true) return null
  return (await import('../store/workspace.ts')).openWorkspace(place.root, place.cache, { dryRun: flags.dryRun, from })
}

function operationId(given: string | undefined): string | null {
  if (given === undefined) return null
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/.test(given))
    throw new AishipError(
      'USAGE',
      `--op takes 1 to 128 letters, digits, ".", "_", ":", "/" and "-", not ${JSON.stringify(given)}`,
    )
  return given
}

function lazySelfCheck(path: string): SelfCheck {
  return {
    async *check(options) {
      const { checkFolder } = await import('../store/check.ts')
      yield* checkFolder(path).check(options)
    },
  }
}

async function confirm(host: Host, flags: Flags, question: string): Promise<boolean> {
  if (flags.yes || flags.dryRun) return true
  if (!host.stdinIsTTY || !flags.input) {
    throw new AishipError('CONFIRMATION_NEEDED', `this needs a yes, and there is nobody to ask: ${question}`, {
      hint: 'add --yes to the command',
    })
  }
  host.stderr.write(`${question} [y/N] `)
  const answer = await host.readLine()
  // Nobody has pressed Enter: what follows stands on a line of its own.
  if (answer === null) host.stderr.write('\n')
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
