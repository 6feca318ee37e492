import type { Read } from '../core/entry.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { LogData, LogLine, PointerEntry } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { history, newest } from './logs.ts'
import { settleMarks } from './marks.ts'
import { logOf, unknownPointer } from './refs.ts'

export interface LogInput {
  readonly pointer: string
  readonly limit: number
  /** RFC 3339 time or date: what was in force then. */
  readonly at: string | null
}

/** A chain of up to this many entries is checked whole at each look; of a longer one, its newest part. */
const CHECKED_AT_LEAST = 1000

/**
 * The moves of a pointer (with `--op`, those of one operation), newest first, and whether their chain holds. With `at`, the one entry that was in force at that time.
 * Errors: USAGE for a time that can't be read; POINTER_UNKNOWN; NOT_FOUND where nothing was in force or the operation is not there.
 */
export const log: Operation<LogInput, LogData> = async (ctx, input) => {
  checkName(input.pointer, 'a pointer')
  const tip = await newest(ctx, logOf(ctx, input.pointer))
  if (tip === null) throw await unknownPointer(ctx, input.pointer)
  await settleMarks(ctx, tip.entry, { app: ctx.app, pointer: input.pointer }).catch((error) => {
    // Looking at a registry that may only be read must work.
    if (!hasCode(error, 'READ_ONLY', 'NOT_PERMITTED')) throw error
  })
  const { entries, ...chain } = await readBack(ctx, input, tip)
  if (entries.length === 0 && chain.problem === null) throw nothingFound(ctx, input)
  const data = {
    registry: ctx.registry.url,
    app: ctx.app,
    pointer: input.pointer,
    entries: entries.map(toLine),
    total: tip.entry.seq,
  }
  return { changed: false, data: { ...data, chain: { ...chain, tip: tip.digest } } }
}

async function readBack(
  ctx: Context,
  input: LogInput,
  tip: Read<PointerEntry>,
): Promise<{ entries: PointerEntry[]; intact: boolean | null; checked: number; problem: string | null }> {
  const until = input.at === null ? null : parseTime(input.at)
  const entries: PointerEntry[] = []
  let checked = 0
  try {
    for await (const entry of history(ctx, logOf(ctx, input.pointer), tip)) {
      checked += 1
      const isWanted = (until === null || Date.parse(entry.at) <= until) && (!ctx.op.given || entry.op === ctx.op.id)
      const wanted = until === null ? input.limit : 1
      if (isWanted && entries.length < wanted) entries.push(entry)
      if (checked >= CHECKED_AT_LEAST && (entries.length >= wanted || entry.seq === 1)) break
    }
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    ctx.emit({ type: 'warning', code: error.code, message: error.message })
    return { entries, intact: false, checked, problem: error.message }
  }
  return { entries, intact: checked === tip.entry.seq ? true : null, checked, problem: null }
}

/** Milliseconds since 1970. A date alone means its end, in UTC: "what ran on that day" is what ran last. Errors: USAGE. */
export function parseTime(text: string): number {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = isDate || isTime ? Date.parse(isDate ? `${text}T23:59:59.999Z` : text) : Number.NaN
  if (Number.isNaN(time)) {
    throw new AishipError('USAGE', `${JSON.stringify(text)} is not a time`, {
      hint: 'write 2026-10-01, or 2026-10-01T12:00Z with a zone',
    })
  }
  return time
}

function nothingFound(ctx: Context, input: LogInput): AishipError {
  const what = ctx.op.given
    ? `${input.pointer} has no entry of operation ${ctx.op.id}: it was not done`
    : `${input.pointer} did not exist at ${input.at}`
  return new AishipError('NOT_FOUND', what, { next: [`aiship log ${input.pointer}`] })
}

function toLine(entry: PointerEntry): LogLine {
  const { seq, at, action, from, actor, reason, override, hold, marks, op, id } = entry
  const main = mainOf(entry)
  return {
    seq,
    at,
    action,
    bundle: main?.bundle ?? null,
    version: main?.version ?? null,
    from,
    actor,
    reason,
    override,
    hold,
    marks,
    op,
    id,
  }
}
