import { AishipError } from '../core/errors.ts'
import type { RollbackAllData, RollbackData, RollbackOfMany } from '../core/model.gen.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { type RollbackInput, rollback } from './rollback.ts'

export interface RollbackAllInput extends Omit<RollbackInput, 'pointer'> {
  readonly pointers: readonly string[]
}

/**
 * Takes several pointers back, each with an entry of its own. One that fails does not stop the others; then the worst error
 * is raised, with everything that was done in its details. Errors: those of rollback; USAGE for `--expect` with several.
 */
export const rollbackAll: Operation<RollbackAllInput, RollbackAllData> = async (
  ctx,
  { pointers, ...input },
): Promise<Result<RollbackAllData>> => {
  const [first, ...others] = [...new Set(pointers)]
  if (first === undefined) throw new AishipError('USAGE', 'which pointer?', { next: ['aiship status'] })
  const waited = async (results: readonly Result<RollbackData>[]): Promise<readonly Result<RollbackData>[]> =>
    input.wait === undefined ? results : (await import('./wait.ts')).waitServed(ctx, results, input.wait)
  if (others.length === 0) {
    const [result] = await waited([await rollback(ctx, { ...input, pointer: first })])
    return result as Result<RollbackData>
  }
  if (input.expect !== undefined)
    throw new AishipError('USAGE', '--expect is the entry of one pointer: roll them back one at a time', {
      next: [`aiship rollback ${first} --expect ${input.expect}`],
    })
  const done: RollbackOfMany[] = []
  const failed: { pointer: string; error: AishipError }[] = []
  for (const pointer of [first, ...others]) await attempt(ctx, { ...input, pointer }, done, failed)
  // Once all are back: to wait for one must not keep another where it is.
  const results = await waited(done.map(({ changed, result }) => ({ changed, data: result })))
  for (const [i, { data }] of results.entries()) done[i] = { ...(done[i] as RollbackOfMany), result: data }
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
    failed.push({ pointer, error: ours(error) })
  }
}

/** What nobody foresaw must not keep the other pointers where they are, nor hide what was done. */
const ours = (error: unknown): AishipError =>
  error instanceof AishipError
    ? error
    : new AishipError('INTERNAL', `a bug in aiship: ${error instanceof Error ? error.message : String(error)}`, {
        next: ['aiship status'],
        cause: error,
      })

function worst(
  done: readonly RollbackOfMany[],
  failed: readonly { pointer: string; error: AishipError }[],
): AishipError {
  const error = failed.map((one) => one.error).reduce((a, b) => (b.exit > a.exit ? b : a))
  const moved = done.filter((one) => one.changed).map((one) => `${one.pointer} to ${one.result.to_version}`)
  const did = moved.length === 0 ? [] : [`rolled back ${moved.join(', ')}`]
  // The worst one's way on comes last: that is the action to take.
  const others = failed.flatMap((one) => (one.error === error ? [] : one.error.next))
  return new AishipError(error.code, [...failed.map((one) => one.error.message), ...did].join('; '), {
    hint: error.hint,
    next: [...new Set([...others, ...error.next])],
    details: {
      changed: moved.length > 0 || failed.some((one) => one.error.details.changed === true),
      pointers: done,
      failed: failed.map((one) => ({ pointer: one.pointer, code: one.error.code, message: one.error.message })),
    },
  })
}
