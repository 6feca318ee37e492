import type { Digest } from '../core/digest.ts'
import { AishipError, EXIT } from '../core/errors.ts'
import type { MoveData } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import type { Judged } from '../core/watch-evidence.ts'
import { hold } from './hold.ts'
import { rollback } from './rollback.ts'
import { rolloutAdvance } from './rollout-advance.ts'
import { rolloutAbort } from './rollout-hold.ts'
import { keepEvidence } from './watch-evidence.ts'
import type { Subject } from './watch-subject.ts'

/** What was done about a verdict; `move` is null where nothing was. */
export interface Acted {
  readonly action: 'none' | 'warn' | 'advance' | 'hold' | 'abort' | 'rollback'
  readonly why: string
  readonly move: Result<MoveData> | null
  readonly evidence: Digest | null
}

/**
 * Does what the verdict asks for, as one entry right behind the one that was judged: whoever has moved the pointer since has ended that. In: `units`,
 * how many the candidate has served in this step. A step that is refused is none, and warned of. Errors: POINTER_MOVED; those of `rollback` and of a write.
 */
export async function act(
  ctx: Context,
  pointer: string,
  subject: Subject,
  judged: Judged,
  units: number | null,
): Promise<Acted> {
  const { entry } = subject.before
  const { action: asked, why, verdict } = judged.verdict
  let kept: Digest | null = null
  const keep = async (): Promise<Digest> => {
    kept ??= await keepEvidence(ctx, pointer, subject, judged)
    return kept
  }
  const nothing = (because = why): Acted => ({
    ...{ action: asked === 'warn' ? 'warn' : 'none', why: because },
    ...{ move: null, evidence: null },
  })
  const done = async (action: Acted['action'], move: (input: Input) => Promise<Result<MoveData>>): Promise<Acted> => {
    const evidence = await keep()
    const moved = await move({ pointer, expect: entry.seq, reason: why, evidence: [evidence] })
    return moved.changed ? { action, why, move: moved, evidence } : nothing()
  }
  // Whatever goes wrong now goes wrong with what it was rolled back to as well: going on would leave nothing.
  if (asked === 'rollback' && entry.action === 'rollback')
    return nothing(`${why}; entry ${entry.seq} has rolled back already, and to go further takes a person`)
  if (asked === 'rollback')
    return done('rollback', (input) => rollback(ctx, { ...input, to: null, hold: true, mark: true })).catch((error) => {
      if (!(error instanceof AishipError) || error.code !== 'NOTHING_TO_ROLL_BACK') throw error
      if (entry.hold !== null) return nothing(`${why}; ${error.message}`)
      ctx.emit({ type: 'warning', code: error.code, message: `${error.message}; it is held instead` })
      return done('hold', (input) => hold(ctx, input))
    })
  if (asked === 'abort' && entry.rollout !== null) return done('abort', (input) => rolloutAbort(ctx, input))
  if ((asked === 'abort' || asked === 'hold') && entry.hold === null) return done('hold', (input) => hold(ctx, input))
  if (entry.rollout === null) return nothing()
  const step = await rolloutAdvance(ctx, {
    ...{ pointer, units, approve: false, reason: null, expect: entry.seq, override: null, wait: false },
    guarded: { passes: verdict === 'pass', why, keep },
  }).catch((error) => {
    if (!isRefusal(error)) throw error
    ctx.emit({ type: 'warning', code: error.code, message: error.message })
    return error
  })
  if (step instanceof AishipError) return nothing(`${why}; ${step.message}`)
  if (!step.changed) return { ...nothing(), move: step }
  const isBack = step.data.action === 'abort'
  const because = isBack ? (step.data.reason ?? why) : why
  return { action: isBack ? 'abort' : 'advance', why: because, move: step, evidence: kept }
}

/** What stands against a step (a gate, a mark, an object that is missing) makes it wait: who stopped watching over it would leave the candidate alone. */
const isRefusal = (error: unknown): error is AishipError =>
  error instanceof AishipError && (error.exit === EXIT.GATE_FAILED || error.exit === EXIT.OBJECT_MISSING)

interface Input {
  readonly pointer: string
  readonly expect: number
  readonly reason: string
  readonly evidence: readonly Digest[]
}
