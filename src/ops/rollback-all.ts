import { AishipError } from '../core/errors.ts'
import type { RollbackAllData, RollbackOfMany } from '../core/model.gen.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { type RollbackInput, rollback } from './rollback.ts'

export interface RollbackAllInput extends Omit<RollbackInput, 'pointer'> {
  readonly pointers: readonly string[]
}

/**
 * Takes several pointers back, each with an entry of its own. One that fails does not stop the others; then the worst error
 * is raised, with everything that was done in its details. Errors: those of rollback; USAGE for `--expect` or `--op` with several.
 */
export const rollbackAll: Operation<RollbackAllInput, RollbackAllData> = async (
  ctx,
  { pointers, ...input },
): Promise<Result<RollbackAllData>> => {
  const [first, ...others] = [...new Set(pointers)]
  if (first === undefined) throw new AishipError('USAGE', 'which pointer?', { next: ['aiship status'] })
  if (others.length === 0) return rollback(ctx, { ...input, pointer: first })
  if (input.expect !== undefined)
    throw new AishipError('USAGE', '--expect is the entry of one pointer: roll them back one at a time', {})
  const done: RollbackOfMany[] = []
  const failed: { pointer: string; error: AishipError }[] = []
  for (const pointer of [first, ...others]) await attempt(ctx, { ...input, pointer }, done, failed)
  if (failed.length === 0) return { changed: done.some((one) => one.changed), data: { pointers: done } }
  throw worst(done, failed)
}

async function attempt(
  ctx: Context,
  input: RollbackInput,
  done: RollbackOfMany[],
  failed: { pointer: string; error: AishipError }[],
): Promise<void> {
  const { pointer } = input
  try {
    const { changed, data } = await rollback(ctx, input)
    done.push({ pointer, changed, result: data })
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    failed.push({ pointer, error })
  }
}

function worst(
  done: readonly RollbackOfMany[],
  failed: readonly { pointer: string; error: AishipError }[],
): AishipError {
  const error = failed.map((one) => one.error).reduce((a, b) => (b.exit > a.exit ? b : a))
  const changed = done.filter((one) => one.changed)
  const did =
    changed.length === 0
      ? 'nothing was changed'
      : `rolled back ${changed.map((one) => `${one.pointer} to ${one.result.to_version}`).join(', ')}`
  const message = `${failed.map((one) => one.error.message).join('; ')}; ${did}`
  const details = {
    changed: changed.length > 0,
    pointers: done,
    failed: failed.map((one) => ({ pointer: one.pointer, code: one.error.code, message: one.error.message })),
  }
  return new AishipError(error.code, message, { hint: error.hint, next: error.next, details })
}
