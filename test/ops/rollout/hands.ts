import type { Actor, Arm, PointerEntry } from '../../../src/core/model.gen.ts'
import type { Context } from '../../../src/core/ports.ts'
import type { PolicyFlags } from '../../../src/core/rollout-flags.ts'
import { rolloutAdvance } from '../../../src/ops/rollout-advance.ts'
import { rolloutAbort, rolloutPause, rolloutResume } from '../../../src/ops/rollout-hold.ts'
import { rolloutStart } from '../../../src/ops/rollout-start.ts'
import { rolloutPlan, rolloutStatus } from '../../../src/ops/rollout-status.ts'
import type { Stage } from '../registry.ts'

export const NO_FLAGS: PolicyFlags = {
  ...{ strategy: null, steps: null, hold: null, units: null, deadline: null, by: null, until: null },
  ...{ keepWarm: null, preview: null, onNewCandidate: null, approval: false },
}

/** The rollout commands of one actor. `opts.op` is `--op`; `flags` are those of the policy. */
export function rollouts(stage: Stage, actor: Actor) {
  interface Opts {
    readonly op?: string
    readonly expect?: number
    readonly reason?: string
    readonly override?: string
  }
  const common = ({ expect, reason = '', override }: Opts) => ({
    ...{ expect, reason: reason === '' ? null : reason, override: override ?? null },
  })
  const ctx = (opts: Opts): Context => stage.context(actor, opts.op)
  return {
    start: (ref: string, pointer: string, flags: Partial<PolicyFlags>, opts: Opts = {}) =>
      rolloutStart(ctx(opts), {
        ...{ ref, pointer, policy: { flags: { ...NO_FLAGS, ...flags } } },
        ...{ ...common(opts), command: `aiship rollout start ${ref} ${pointer} --steps ${flags.steps ?? '50%'}` },
      }),
    advance: (
      pointer: string,
      opts: Opts & { readonly units?: number; readonly approve?: boolean; readonly wait?: boolean } = {},
    ) =>
      rolloutAdvance(ctx(opts), {
        ...{ pointer, units: opts.units ?? null, approve: opts.approve ?? false, wait: opts.wait ?? false },
        ...common(opts),
      }),
    pause: (pointer: string, opts: Opts = {}) => rolloutPause(ctx(opts), { pointer, ...common(opts) }),
    resume: (pointer: string, opts: Opts = {}) => rolloutResume(ctx(opts), { pointer, ...common(opts) }),
    abort: (pointer: string, opts: Opts = {}) => rolloutAbort(ctx(opts), { pointer, ...common(opts) }),
    status: (pointer: string) => rolloutStatus(ctx({}), { pointer }),
    plan: (pointer: string, flags: Partial<PolicyFlags>, perHour: number | null, ref: string | null = null) =>
      rolloutPlan(ctx({}), {
        ...{ ref, pointer, policy: { flags: { ...NO_FLAGS, ...flags } }, perHour, baseRate: 0.01 },
      }),
  }
}

/** Who gets how much by the last rule. */
export const weights = (entry: PointerEntry): Readonly<Record<string, number>> => entry.route?.serve.at(-1)?.to ?? {}

export const armNames = (entry: PointerEntry): readonly string[] => Object.keys(entry.route?.arms ?? {}).sort()

export const versionAt = (entry: PointerEntry, arm: string): Arm['version'] | undefined =>
  entry.route?.arms[arm]?.version
