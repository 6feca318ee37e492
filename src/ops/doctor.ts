import { readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { CheckOutcome, DoctorCheck, DoctorData } from '../core/model.gen.ts'
import type { Actor, Config, Context, Operation, Probe, Registry } from '../core/ports.ts'

const OLDEST_NODE = [20, 19] as const
/** How far a clock may be off without a word. */
const CLOCK_SLACK_MS = 5 * 60 * 1000

/**
 * Checks what aiship needs of this machine, the configuration and the registry. Changes nothing but a trial file that it removes.
 * Needs only `probe`, `actor` and `now` of the context, so that it works where nothing else does. No data is not a pass: it is unknown.
 */
export const doctor: Operation<Record<string, never>, DoctorData> = async (ctx) => {
  const probe = probeOf(ctx)
  const config = await attempt(() => probe.config())
  const opened = await attempt(() => probe.registry())
  // A bucket that was met before is opened without being asked: its logs are the first question.
  const logs = 'value' in opened ? await attempt(() => checkLogs(opened.value, ctx.now())) : { value: [] }
  const registry = 'error' in logs ? logs : opened
  const checks: DoctorCheck[] = [
    checkNode(probe.node),
    await checkGit(probe),
    checkConfig(config),
    checkRegistry(registry),
    ...(await checkPlace(probe)),
    ...('value' in logs ? logs.value : []),
    checkPointers(config),
    checkActor(ctx.actor),
  ]
  const outcome = (['fail', 'unknown'] as const).find((one) => checks.some((check) => check.outcome === one)) ?? 'pass'
  return { changed: false, data: { outcome, checks } }
}

function probeOf(ctx: Context): Probe {
  if (ctx.probe !== undefined) return ctx.probe()
  throw new AishipError('INTERNAL', 'this context has no probe, and doctor needs one')
}

type Attempt<T> = { readonly value: T } | { readonly error: AishipError }

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof AishipError) return { error }
    throw error
  }
}

const check = (id: string, outcome: CheckOutcome, why: string, next: string | null = null): DoctorCheck => ({
  id,
  outcome,
  why,
  next,
})

const failed = (id: string, { message, hint, next }: AishipError, otherwise: string): DoctorCheck =>
  check(id, 'fail', hint === undefined ? message : `${message}: ${hint}`, next.at(-1) ?? otherwise)

function checkNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
  const wanted = OLDEST_NODE.join('.')
  return isOld
    ? check('node', 'fail', `Node.js ${version} is older than ${wanted}`, `install Node.js ${wanted} or newer`)
    : check('node', 'pass', `Node.js ${version}`)
}

async function checkGit(probe: Probe): Promise<DoctorCheck> {
  const version = await probe.git()
  if (version !== null) return check('git', 'pass', `git ${version}`)
  return check('git', 'unknown', 'there is no git: bundles will not record a commit', 'install git')
}

function checkConfig(config: Attempt<Config | null>): DoctorCheck {
  if ('error' in config) return failed('config', config.error, 'correct aiship.yaml')
  if (config.value === null) return check('config', 'unknown', 'there is no aiship.yaml here', 'aiship init')
  const { app, components } = config.value
  return check(
    'config',
    'pass',
    `aiship.yaml describes ${app} with ${components.length} component${components.length === 1 ? '' : 's'}`,
  )
}

function checkRegistry(registry: Attempt<Registry>): DoctorCheck {
  if ('value' in registry) return check('registry', 'pass', `${registry.value.url} answers`)
  const { error } = registry
  if (error.code === 'REGISTRY_MISSING') return check('registry', 'unknown', error.message, 'aiship bundle')
  return failed('registry', error, 'see that its disk or share is there and healthy')
}

const PLACE_NEXT: Readonly<Record<string, string>> = {
  'registry-writable': 'give yourself write permission, or name another registry with --registry',
  'registry-links': 'keep the registry on a file system with hard links',
  'registry-create-if-absent': 'use a store that has conditional writes',
  'registry-fsync': 'keep the registry on a disk that confirms what is written',
}

async function checkPlace(probe: Probe): Promise<readonly DoctorCheck[]> {
  const facts = await attempt(() => probe.place())
  if ('error' in facts) return [failed('registry-writable', facts.error, PLACE_NEXT['registry-writable'] as string)]
  return facts.value.map(({ id, ok, why }) =>
    check(id, ok ? 'pass' : 'fail', why, ok ? null : (PLACE_NEXT[id] ?? null)),
  )
}

/** Whether the newest entry of each log can be read, and this machine's clock against the newest of them. */
async function checkLogs({ logs, id }: Registry, now: Date): Promise<readonly DoctorCheck[]> {
  const damaged: string[] = []
  let newest: string | null = null
  const kinds = ['versions', 'pointers'] as const
  for (const kind of kinds) {
    for (const log of await logs.list(`${kind}/`)) {
      const read = await attempt(async () => {
        const record = await logs.tip(log)
        return record === null ? null : readEntry(kind, log, record, id).entry
      })
      if ('error' in read) damaged.push(log)
      else if (read.value !== null && (newest === null || read.value.at > newest)) newest = read.value.at
    }
  }
  return [
    checkClock(newest, now),
    damaged.length === 0
      ? check('logs', 'pass', 'the newest entry of every log can be read')
      : check('logs', 'fail', `damaged: ${damaged.join(', ')}`, 'aiship fsck'),
  ]
}

function checkClock(newest: string | null, now: Date): DoctorCheck {
  if (newest === null) return check('clock', 'unknown', 'the registry has no entry to compare this clock with')
  const behind = Date.parse(newest) - now.getTime()
  if (behind <= CLOCK_SLACK_MS) return check('clock', 'pass', `the newest entry is from ${newest}, which has passed`)
  return check(
    'clock',
    'fail',
    `the newest entry is from ${newest}, ${Math.round(behind / 1000)} s ahead of this clock`,
    'set the clock of this machine, or of the one that wrote it',
  )
}

function checkPointers(config: Attempt<Config | null>): DoctorCheck {
  const names = 'value' in config && config.value !== null ? Object.keys(config.value.pointers) : []
  if (names.length > 0) return check('pointers', 'pass', `declared: ${names.join(', ')}`)
  return check(
    'pointers',
    'unknown',
    'aiship.yaml declares no pointer: promote asks for --create',
    'pointers: { prod: { protected: true } }',
  )
}

const checkActor = ({ name, kind }: Actor): DoctorCheck =>
  check(
    'actor',
    'pass',
    `moves are recorded as ${name}, ${kind === 'human' ? 'a person' : 'automation'}; AISHIP_ACTOR and AISHIP_ACTOR_KIND change that`,
  )
