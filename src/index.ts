/**
 * aiship as a library: the operations behind the commands, and what they need. `openContext` gives a folder's context; every
 * operation takes it and returns `{changed, data}` or throws an AishipError with the code that the command line exits with.
 *
 * @example
 * const ctx = await openContext({ dir: '/srv/fraud-scorer', actor: { name: 'nightly', kind: 'automation' } })
 * const { data } = await resolve(ctx, { ref: 'prod' })
 */
import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { makeContext } from './cli/context.ts'
import type { Flags } from './cli/flags.ts'
import type { Host } from './cli/host.ts'
import type { Actor } from './core/model.gen.ts'
import type { Context, Event } from './core/ports.ts'

export { type Digest, digestOf } from './core/digest.ts'
export { AishipError, type ErrorCode, EXIT } from './core/errors.ts'
export type * from './core/model.gen.ts'
export type { Context, Event, Operation, Registry, Result } from './core/ports.ts'
export { compileRoute, type Decision, type Mirrored, type Reason, type Router } from './core/route-decide.ts'
export { approve } from './ops/approve.ts'
export { bundle } from './ops/bundle.ts'
export { check } from './ops/check.ts'
export { checkout } from './ops/checkout.ts'
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
export { promote } from './ops/promote.ts'
export { pull } from './ops/pull.ts'
export { pullOci } from './ops/pull-oci.ts'
export { push } from './ops/push.ts'
export { pushOci } from './ops/push-oci.ts'
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
export { show } from './ops/show.ts'
export { status } from './ops/status.ts'
export { undo } from './ops/undo.ts'

export interface OpenOptions {
  /** Where aiship.yaml is, or below it. */
  readonly dir: string
  readonly actor: Actor
  /** A folder or a URL; default aiship.yaml's. */
  readonly registry?: string
  /** Default aiship.yaml's, else the registry's only app. */
  readonly app?: string
  /** Make the registry if it is not there. */
  readonly create?: boolean
  readonly signal?: AbortSignal
  /** Progress and warnings. */
  readonly onEvent?: (event: Event) => void
  /** The answer to what would be asked on a terminal: moving a protected pointer. Default: it throws CONFIRMATION_NEEDED. */
  readonly yes?: boolean
}

/** Opens a project, or a registry without one. Errors: CONFIG_INVALID, REGISTRY_MISSING, FORMAT_NEWER, USAGE. */
export function openContext(options: OpenOptions): Promise<Context> {
  const { dir, actor } = options
  const silent = { write: () => {}, isTTY: false, columns: 80 }
  const host: Host = {
    ...{
      cwd: dir,
      stdout: silent,
      stderr: silent,
      stdinIsTTY: false,
      readLine: async () => null,
      hasTerminal: () => false,
    },
    env: { ...process.env, AISHIP_ACTOR: actor.name, AISHIP_ACTOR_KIND: actor.kind },
    ...{ signal: options.signal ?? new AbortController().signal, now: () => new Date(), uuid: randomUUID },
    ...{ user: actor.name, hostname: os.hostname(), nodeVersion: process.version },
  }
  const flags: Flags = {
    ...{ dir, registry: options.registry, app: options.app, op: undefined, yes: options.yes === true, input: false },
    ...{ json: false, quiet: true, verbose: false, color: false, dryRun: false },
  }
  const need = {
    registry: options.create === true ? ('create' as const) : ('open' as const),
    workspace: true,
    name: 'library',
  }
  return makeContext(host, flags, need, options.onEvent ?? (() => {}))
}
