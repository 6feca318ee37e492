import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { LogData, LogLine, PointerEntry, Rollout } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isPlain } from '../core/route.ts'
import { history, newest } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { logOf, pointerNames, unknownPointer } from './refs.ts'

export interface LogInput {
  readonly pointer: string
  readonly limit: number
  /** RFC 3339 time or date: what was in force then. */
  readonly at: string | null
}

/** A chain of up to this many entries is checked whole at each look; of a longer one, its newest part. */
const CHECKED_AT_LEAST = 1000

/**
 * The moves of a pointer (with `--op`, those of one operation), newest first, and whether their chain holds. With `at`, the entry that was in force at that time, and
 * where that is a hold or its lifting, also the move that it kept: who put there what ran.
 * Errors: USAGE for a time that can't be read; POINTER_UNKNOWN; NOT_FOUND where nothing was in force or the operation is not there;
 * CHAIN_BROKEN, CORRUPT where that can't be told.
 */
export const log: Operation<LogInput, LogData> = async (ctx, input) => {
  if (input.pointer === '') throw await whichPointer(ctx)
  checkName(input.pointer, 'a pointer')
  const tip = await newest(ctx, logOf(ctx, input.pointer))
  if (tip === null) throw await unknownPointer(ctx, input.pointer)
  await settleMarksSeen(ctx, tip.entry, { app: ctx.app, pointer: input.pointer })
  const { entries, ...chain } = await readBack(ctx, input, tip)
  if (entries.length === 0) throw nothingFound(ctx, input)
  const hasRollout = entries.some(({ rollout }) => rollout !== null)
  const words = hasRollout ? (await import('../core/rollout-report.ts')).rolloutWords : () => null
  const isSplit = entries.some(({ route }) => route !== null && !isPlain(route))
  const split = isSplit ? (await import('../core/route-words.ts')).splitWords : () => null
  const data = {
    registry: ctx.registry.url,
    app: ctx.app,
    pointer: input.pointer,
    entries: entries.map((entry) => ({ ...toLine(entry, words), split: entry.route && split(entry.route) })),
    total: tip.entry.seq,
  }
  return { changed: false, data: { ...data, chain: { ...chain, tip: tip.digest } } }
}

/** There is no pointer that is meant where none is named. */
async function whichPointer(ctx: Context): Promise<AishipError> {
  const names = await pointerNames(ctx)
  const hint = names.length === 0 ? `no pointer of ${ctx.app} was ever moved` : `${ctx.app} has ${names.join(', ')}`
  const next = names.length === 0 ? ['aiship status'] : names.slice(0, MOST_NAMED).map((name) => `aiship log ${name}`)
  return new AishipError('USAGE', 'of which pointer?', { hint, next, details: { pointers: names } })
}

const MOST_NAMED = 3

interface Reading extends Pick<LogData['chain'], 'intact' | 'checked' | 'problem'> {
  readonly entries: readonly PointerEntry[]
}

async function readBack(ctx: Context, input: LogInput, tip: Read<PointerEntry>): Promise<Reading> {
  const picked = picker(ctx, input)
  let checked = 0
  try {
    for await (const entry of history(ctx, logOf(ctx, input.pointer), tip)) {
      checked += 1
      picked.offer(entry)
      if (checked >= CHECKED_AT_LEAST && picked.isFull()) break
    }
  } catch (error) {
    // What was found stands, and the break is told with it; a question that the break leaves open is not answered.
    if (!(error instanceof AishipError) || !picked.isAnswer()) throw error
    ctx.emit({ type: 'warning', code: error.code, message: error.message })
    return { entries: picked.entries, intact: false, checked, problem: error.message }
  }
  return { entries: picked.entries, intact: checked === tip.entry.seq ? true : null, checked, problem: null }
}

interface Picker {
  readonly entries: readonly PointerEntry[]
  /** In: the entries, newest first. */
  offer(entry: PointerEntry): void
  /** Nothing more is wanted. */
  isFull(): boolean
  /** What was asked for is among `entries`. */
  isAnswer(): boolean
}

function picker(ctx: Context, input: LogInput): Picker {
  const entries: PointerEntry[] = []
  const isOurs = (entry: PointerEntry): boolean => !ctx.op.given || entry.op === ctx.op.id
  if (input.at === null) {
    const isFull = (): boolean => entries.length >= input.limit
    const offer = (entry: PointerEntry): void => {
      if (isOurs(entry) && !isFull()) entries.push(entry)
    }
    return { entries, offer, isFull, isAnswer: () => entries.length > 0 }
  }
  const until = parseTime(input.at)
  const isFull = (): boolean => entries[0] !== undefined && entries.at(-1)?.seq === entries[0].settled
  const offer = (entry: PointerEntry): void => {
    const [inForce] = entries
    const isIt = inForce === undefined ? Date.parse(entry.at) <= until : entry.seq === inForce.settled
    if (isOurs(entry) && isIt && !isFull()) entries.push(entry)
  }
  return { entries, offer, isFull, isAnswer: isFull }
}

/** Milliseconds since 1970. A date alone means its end, in UTC: "what ran on that day" is what ran last. Errors: USAGE. */
export function parseTime(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? ''
  const isTime = /^.{10}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = text === day || isTime ? Date.parse(isTime ? text : `${text}T23:59:59.999Z`) : Number.NaN
  if (Number.isNaN(time) || !isDay(day)) {
    throw new AishipError('USAGE', `${JSON.stringify(text)} is not a time`, {
      hint: 'write 2026-10-01 for the end of that day, or 2026-10-01T12:00Z with a zone',
    })
  }
  return time
}

/** Date.parse takes 30 February for 2 March. */
const isDay = (text: string): boolean => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

function nothingFound(ctx: Context, input: LogInput): AishipError {
  const what = ctx.op.given
    ? `${input.pointer} has no entry of operation ${ctx.op.id}: it was not done`
    : `${input.pointer} did not exist at ${input.at}`
  return new AishipError('NOT_FOUND', what, { next: [`aiship log ${input.pointer}`] })
}

function toLine(entry: PointerEntry, words: (rollout: Rollout) => string | null): Omit<LogLine, 'split'> {
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
    rollout: entry.rollout && words(entry.rollout),
    marks,
    op,
    id,
  }
}
