/**
 * aiship as a library. `createRouter` decides in a service which bundle serves a request. `openRegistry` opens a registry, by itself or that of a
 * project; every operation behind a command takes it and returns `{changed, data}`, or throws an AishipError with the code that the command line
 * exits with.
 *
 * @example
 * const router = await createRouter({ registry: 's3://acme-models/aiship', app: 'scorer', pointer: 'prod' })
 * const { bundle, arm } = router.decide({ targetingKey: 'user-8' })
 *
 * const registry = await openRegistry({ registry: '/srv/registry', app: 'scorer' })
 * const { data } = await resolve(registry, { ref: 'prod' })
 */
import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { makeContext } from './cli/context.ts'
import type { Flags } from './cli/flags.ts'
import type { Host } from './cli/host.ts'
import { AishipError } from './core/errors.ts'
import type { Actor, Arm } from './core/model.gen.ts'
import type { Context, Event } from './core/ports.ts'
import { type LiveRouter, type RouterState, startRouter } from './ops/router.ts'
import { openWatch } from './serving/watch.ts'

export { type Digest, digestOf } from './core/digest.ts'
export { AishipError, type ErrorCode, EXIT } from './core/errors.ts'
export type * from './core/model.gen.ts'
export type { Context, Event, Operation, Registry, Result } from './core/ports.ts'
export { compileRoute, type Decision, type Mirrored, type Reason, type Router } from './core/route-decide.ts'
export { approve } from './ops/approve.ts'
export { policyBacktest } from './ops/backtest.ts'
export { blast } from './ops/blast.ts'
export { bundle } from './ops/bundle.ts'
export { check } from './ops/check.ts'
export { checkout } from './ops/checkout.ts'
export { compare } from './ops/compare.ts'
export { diff } from './ops/diff.ts'
export { evidenceAdd, evidenceLs } from './ops/evidence.ts'
export { exportBundle } from './ops/export.ts'
export { follow } from './ops/follow.ts'
export { fsck } from './ops/fsck.ts'
export { gc } from './ops/gc.ts'
export { hold, retire, unhold } from './ops/hold.ts'
export { importBundle } from './ops/import.ts'
export { log } from './ops/log.ts'
export { ls } from './ops/ls.ts'
export { mark } from './ops/mark.ts'
export { dropPredictions } from './ops/predictions-drop.ts'
export { ingestPredictions } from './ops/predictions-ingest.ts'
export { predictionsSql } from './ops/predictions-sql.ts'
export { promote } from './ops/promote.ts'
export { pull } from './ops/pull.ts'
export { pullOci } from './ops/pull-oci.ts'
export { push } from './ops/push.ts'
export { pushOci } from './ops/push-oci.ts'
export { quarantineAdd } from './ops/quarantine-add.ts'
export { quarantineCheck } from './ops/quarantine-check.ts'
export { quarantineLift, quarantineLs, quarantineWaive } from './ops/quarantine-lift.ts'
export { remediateApply } from './ops/remediate-apply.ts'
export { remediateApprove } from './ops/remediate-approve.ts'
export { diffRemediation } from './ops/remediate-diff.ts'
export { remediateAbort, remediatePause } from './ops/remediate-hold.ts'
export { planRemediation, refreshPlan } from './ops/remediate-plan.ts'
export { remediateReceipt } from './ops/remediate-receipt.ts'
export { replayRemediation } from './ops/remediate-replay.ts'
export { remediateStatus } from './ops/remediate-status.ts'
export { remediateUndo } from './ops/remediate-undo.ts'
export { repack } from './ops/repack.ts'
export { resolve } from './ops/resolve.ts'
export { rollback } from './ops/rollback.ts'
export { rolloutAdvance } from './ops/rollout-advance.ts'
export { rolloutAbort, rolloutPause, rolloutResume } from './ops/rollout-hold.ts'
export { rolloutStart } from './ops/rollout-start.ts'
export { rolloutPlan, rolloutStatus } from './ops/rollout-status.ts'
export { routeEval } from './ops/route-eval.ts'
export { routeExport } from './ops/route-export.ts'
export { routeSet } from './ops/route-set.ts'
export { routeShow } from './ops/route-show.ts'
export type { LiveDecision, LiveRouter, RouterState } from './ops/router.ts'
export { show } from './ops/show.ts'
export { slice } from './ops/slice.ts'
export { status } from './ops/status.ts'
export { undo } from './ops/undo.ts'
export { watch } from './ops/watch.ts'
export { watchReplay } from './ops/watch-replay.ts'
export { why } from './ops/why.ts'
export { createPredictionLog, type Logged, type PredictionLog, type PredictionLogOptions } from './predictions/log.ts'

export interface OpenOptions {
  /** A folder or a URL. Default: AISHIP_REGISTRY, else what aiship.yaml says. */
  readonly registry?: string | undefined
  /** Default: AISHIP_APP, else aiship.yaml's, else the registry's only app. */
  readonly app?: string | undefined
  /** Where aiship.yaml is, or below it, for what needs a project; a relative `registry` starts there too. Default: the current folder. */
  readonly dir?: string
  /** Who moves pointers. Default: AISHIP_ACTOR, else who the CI, git or the system says; always automation unless AISHIP_ACTOR_KIND says otherwise. */
  readonly actor?: Actor
  /** Make the registry if it is not there. */
  readonly create?: boolean
  readonly signal?: AbortSignal
  /** Progress and warnings. */
  readonly onEvent?: (event: Event) => void
  /** The answer to what would be asked on a terminal: moving a protected pointer. Default: it throws CONFIRMATION_NEEDED. */
  readonly yes?: boolean
}

/**
 * Opens a registry, by itself or with the project that `dir` is in. Errors: REGISTRY_MISSING, REGISTRY_UNREACHABLE, CONFIG_INVALID, FORMAT_NEWER; USAGE
 * with the list where the registry has several apps and none is named.
 */
export function openRegistry(options: OpenOptions = {}): Promise<Context> {
  return open(options, options.create === true ? 'create' : 'open')
}

export interface RouterOptions extends Pick<OpenOptions, 'app' | 'dir' | 'signal' | 'onEvent'> {
  /** As for openRegistry; or what that returned, with its `app` and `signal`. */
  readonly registry?: string | Context | undefined
  /** Such as `prod`. */
  readonly pointer: string
  /** How often to look, ms. Default: 5000 at a bucket; a folder is watched, and a move is seen within milliseconds. */
  readonly refresh?: number
  /**
   * The bundle to decide for until the registry answers, such as the one whose checkout is shipped with the service: what its
   * `.aiship-release.json` says. With it, nothing that is wrong with the registry keeps the router from starting. What the registry said the last time
   * is remembered on this machine, and goes before it.
   */
  readonly fallback?: Arm
  /** Called after each move of the pointer; not for the route that the router starts with. */
  readonly onChange?: (state: RouterState) => void
  /** Called when the registry, or the pointer, can't be read: once for each reason. The router goes on with what it knows. */
  readonly onError?: (error: AishipError) => void
  /** False: refreshing alone does not keep the process alive. Default true. */
  readonly keepAlive?: boolean
}

/**
 * Decides in this process which bundle serves a request, and follows the pointer behind it. Resolves when it can decide: at the latest after some
 * seconds where the registry is away and something is remembered, or there is a `fallback`. Errors: POINTER_UNKNOWN, and those of `openRegistry`.
 */
export async function createRouter(options: RouterOptions): Promise<LiveRouter> {
  const { registry, pointer, refresh = null, fallback = null, keepAlive = true } = options
  const { onChange = () => {}, onError = () => {} } = options
  if (refresh !== null && !(refresh >= LEAST_REFRESH_MS))
    throw new AishipError('USAGE', `refresh is in ms, at least ${LEAST_REFRESH_MS}, not ${refresh}`)
  const isOpen = typeof registry === 'object'
  const given = isOpen ? registry : await open({ ...options, registry }, 'none')
  const ctx: Context = keepAlive
    ? given
    : Object.create(given, { watch: { value: () => openWatch(given.signal, true) } })
  return startRouter(ctx, { pointer, everyMs: refresh, fallback, onChange, onError, isOpen })
}

const LEAST_REFRESH_MS = 50

const SILENT = { write: () => {}, isTTY: false, columns: 80 }

/** Nothing is printed, and nobody can be asked. In: `registry`, what is to be open when it resolves. */
function open(options: OpenOptions, registry: 'open' | 'create' | 'none'): Promise<Context> {
  const { dir = process.cwd(), actor } = options
  const declared = actor === undefined ? {} : { AISHIP_ACTOR: actor.name, AISHIP_ACTOR_KIND: actor.kind }
  const host: Host = {
    ...{ cwd: dir, env: { ...process.env, ...declared }, signal: options.signal ?? new AbortController().signal },
    ...{ stdout: SILENT, stderr: SILENT, stdinIsTTY: false, readLine: async () => null, hasTerminal: () => false },
    ...{ now: () => new Date(), uuid: randomUUID, hostname: os.hostname(), nodeVersion: process.version },
    get user() {
      return userName()
    },
  }
  const flags: Flags = {
    ...{ dir, registry: options.registry, app: options.app, op: undefined, yes: options.yes === true, input: false },
    ...{ json: false, quiet: true, verbose: false, color: false, dryRun: false },
  }
  return makeContext(host, flags, { registry, workspace: true, name: 'library' }, options.onEvent ?? (() => {}))
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
