import { dirname, join, resolve } from 'node:path'
import { readConfig } from '../config/cached.ts'
import { findConfig, readConfigFile } from '../config/find.ts'
import { AishipError } from '../core/errors.ts'
import type { Actor } from '../core/model.gen.ts'
import type { Notify } from '../core/notice.ts'
import type { Context, GitState, Workspace } from '../core/ports.ts'
import { components } from '../drivers.gen.ts'
import { openWatch } from '../serving/watch.ts'
import { openCache } from '../store/cache.ts'
import { openWorkspace } from '../store/workspace.ts'
import { VERSION } from '../version.gen.ts'
import { whoActs } from './actor.ts'
import { appOf, logsSoon, namedApp } from './app.ts'
import type { Command } from './command.ts'
import { confirm } from './confirm.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'
import { type Asker, driverOf, openAt, remotePlace, sourceOf, warnOfEphemeral } from './opening.ts'
import { isUrl, type Place, placeOf, refuseNearUrl, salvaged, workingDir } from './place.ts'

/** What a command says of its surroundings. */
type Needs = Pick<Command, 'name' | 'registry' | 'does' | 'workspace' | 'config' | 'allApps' | 'rules'>

/**
 * Everything that an operation may touch, made from flags, environment and aiship.yaml, in this order of precedence.
 * In: `first`, REFs that the command looks up first.
 */
export async function makeContext(
  host: Host,
  typed: Flags,
  command: Needs,
  emit: Asker['emit'],
  first: readonly string[] = [],
): Promise<Context> {
  const dir = workingDir(host, typed)
  const configFile = findConfig(dir)
  const root = configFile === null ? dir : dirname(configFile)
  if (configFile === null && command.config === true) {
    throw new AishipError('CONFIG_MISSING', `there is no aiship.yaml in ${dir} or above it`, { next: ['aiship init'] })
  }
  const early = openCache(join(root, '.aiship', 'cache'))
  const readWritten = async () => (configFile === null ? null : readConfig(configFile, early))
  const written =
    command.registry === 'none' ? null : await readWritten().catch((error) => goOnWithout(error, command, emit))
  /** The place that aiship.yaml names, for a command that works without it. */
  const probed = async () => placeOf(host, flags, root, configFile, await readWritten().catch(() => null))
  const isBroken = written === null && configFile !== null && command.registry !== 'none'
  const flags = isBroken ? { ...typed, ...salvaged(textOf(configFile), root, host, typed) } : typed
  const place = placeOf(host, flags, root, configFile, written)
  const asker = { host, flags, emit }
  const kept = openCache(place.cache)
  const memory = flags.dryRun ? { ...kept, set: async () => undefined } : kept
  // That an operation is not in the copy does not say that it is not in the registry.
  const looks = command.does === 'look' && flags.op === undefined
  const soon = logsSoon(host, flags, written, first)
  const opened = command.registry === 'none' ? null : await openAt(asker, place, command.registry, { looks, soon })
  if (command.does === 'change') warnOfEphemeral(asker, place)
  const app = opened === null || command.allApps === true ? null : await appOf(host, flags, written, opened.registry)
  const config = written !== null && (command.allApps === true || written.app === app) ? written : null
  const workspace = await workspaceFor(command, place, dir, flags)
  const need = <T>(value: T | null, what: string): T => {
    if (value === null) throw new AishipError('REGISTRY_MISSING', `${command.name} works without ${what}`)
    return value
  }
  // Asking git for a name costs a process, and looking needs none.
  let actor: Actor | null = null
  const context: Context = {
    ...{ config, memory, emit },
    get host() {
      return host.hostname
    },
    get signal() {
      return host.signal
    },
    get registry() {
      return need(opened, 'a registry').registry
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
    open: async (url, { create = false } = {}) => {
      refuseNearUrl(url)
      const other = { ...place, registry: isUrl(url) ? url : resolve(dir, url) }
      return (await openAt(asker, other, create ? 'create' : 'open')).registry
    },
    archives: async () => {
      const from = { spool: place.cache, signal: host.signal, dryRun: flags.dryRun }
      return (await import('../store/archive.ts')).archivesIn(dir, from)
    },
    oci: async (url) => {
      const asks = { env: host.env, signal: host.signal, isDryRun: flags.dryRun }
      return (await import('../registries/_oci.ts')).openRepository(url, asks)
    },
    input: async (file, most) =>
      (await import('../store/input.ts')).readInput(file === '-' ? file : resolve(dir, file), most),
    pause: async (ms) => (await import('../store/pause.ts')).pause(ms, host.signal),
    watch: () => openWatch(host.signal),
    listen: async (service, options) => (await import('../serving/http.ts')).listen(service, options),
    following: async (folder) => {
      const asks = { base: dir, env: host.env, signal: host.signal, isDryRun: flags.dryRun }
      return (await import('../serving/folder.ts')).followedFolder(folder, asks)
    },
    target: {
      registry: isUrl(place.registry) ? place.registry : resolve(root, place.registry),
      app: namedApp(host, flags) ?? written?.app ?? null,
    },
    connect: (hear) => makeContext(host, typed, { ...command, registry: 'open' }, hear),
    predictions: async () => {
      const pathOf = (typed: string): string => resolve(dir, typed)
      const at = { cache: place.cache, signal: host.signal, pathOf, now: host.now }
      return (await import('../predictions/store.ts')).predictionStore(at)
    },
    source: async (kind, options) => {
      const { signal, env } = host
      return sourceOf(kind, {
        ...{ options, root, env, signal },
        predictions: async (window) =>
          (await import('../ops/segments.ts')).openPredictions(context, window, { sealed: true }),
        run: async (program, most) => (await import('../serving/program.ts')).printedBy(program, env, most, signal),
      })
    },
    appIn: (registry) => appOf(host, flags, written, registry),
    selfCheck: () => need(opened, 'a registry').selfCheck(),
    upkeep: () => need(opened, 'a registry').upkeep(flags.dryRun),
    probe: () => ({
      node: host.nodeVersion,
      git: async () => (await import('../store/probe.ts')).gitVersion(),
      config: readWritten,
      registry: async () => (await openAt(asker, await probed(), 'open')).registry,
      place: async () => {
        const { registry } = await probed()
        if (isUrl(registry)) return (await driverOf(registry)).probe(remotePlace(asker, await probed(), 'open'))
        return (await import('../store/probe.ts')).probePlace(resolve(root, registry))
      },
    }),
    yaml: async (bytes, name) => (await import('../config/yaml.ts')).readYaml(bytes, name).value,
    policyFile: async (bytes, name) => (await import('../config/policy-file.ts')).readPolicyFile(bytes, name),
    evaluation: async (bytes, name, flat) =>
      (await import('../config/evaluation.ts')).readEvaluation(bytes, name, flat),
    trial: async () => {
      if (flags.dryRun)
        throw new AishipError('USAGE', 'a dry run starts no program of a bundle', {
          hint: 'leave out --run, or --dry-run',
        })
      return (await import('../serving/trial.ts')).openTrial(host.env)
    },
    ...(flags.dryRun ? {} : { notify: tellerFrom(host, root) }),
    workshop: async () => {
      const [{ hooksOf }, { openJournal }] = await Promise.all([
        import('../serving/hook.ts'),
        import('../store/journal.ts'),
      ])
      const top = join(place.state, 'remediations')
      const journal = (name: string) => openJournal(place.state, join(top, name))
      return { hooks: hooksOf(host.env, host.signal), journal }
    },
    rehearsal: async () => {
      const { openRehearsal } = await import('../serving/rehearsal.ts')
      return openRehearsal(join(place.cache, 'replay'), host.env, host.signal, flags.dryRun)
    },
    confirm: (question) => confirm(host, flags, question),
  }
  return context
}

/** Loaded when there is something to tell. */
const tellerFrom =
  ({ env, signal }: Host, cwd: string): Notify =>
  async (target, notice) =>
    (await import('../serving/notify.ts')).notifier({ cwd, env, signal })(target, notice)

/** A broken aiship.yaml keeps nobody from going back, and lets nobody past the rules in it: where the app is and what it is called is read from it line by line. */
function goOnWithout(error: unknown, command: Needs, emit: Asker['emit']): null {
  if (!(error instanceof AishipError) || command.config === true || command.rules === true) throw error
  emit({ type: 'warning', code: error.code, message: `going on without aiship.yaml: ${error.message}` })
  return null
}

function textOf(configFile: string): string {
  try {
    return Buffer.from(readConfigFile(configFile)).toString('utf8')
  } catch {
    return ''
  }
}

async function workspaceFor(command: Needs, place: Place, from: string, flags: Flags): Promise<Workspace | null> {
  if (command.workspace !== true) return null
  return openWorkspace(place.root, place.cache, { dryRun: flags.dryRun, from, version: VERSION })
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
