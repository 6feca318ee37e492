import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { PointerEntry, WatchData } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context, Event, Operation, Result } from '../core/ports.ts'
import { stopped } from './follow-tell.ts'
import { entryAt, history, newest } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { logOf, unknownPointer } from './refs.ts'
import { watchedBefore } from './watch-again.ts'
import type { Frozen } from './watch-look.ts'
import { idle, lookAndAct } from './watch-once.ts'

export interface WatchInput {
  readonly pointer: string
  readonly once: boolean
  /** For so long, in ms; null: until it is stopped, or has rolled back. */
  readonly forMs: number | null
  /** Look so often, in ms; null: whenever a batch is closed. */
  readonly everyMs: number | null
}

/** Somebody may have moved the pointer: so often it is asked what it says. */
const PEEK_MS = 10_000
const LEAST_MS = 50
/** What a clock may be off after a sleep without having jumped. */
const JUMP_MS = 60_000
const AWAY: ReadonlySet<string> = new Set(['REGISTRY_UNREACHABLE', 'OUTCOME_UNKNOWN', 'GC_SWEEPING', 'DISK_FULL'])
/** With these, people go on with the plan that is watched. */
const GOES_ON: ReadonlySet<PointerEntry['action']> = new Set(['step', 'complete', 'queue'])

/**
 * Looks at the guards of a pointer and does what they ask for, until it has rolled back or aborted, somebody else has moved the pointer, or the time is up.
 * Errors: POINTER_UNKNOWN; USAGE where nothing is to be watched; CORRUPT for a rollout that was changed by hand; with `once` those of the move too.
 */
export const watch: Operation<WatchInput, WatchData> = async (given, input) => {
  const ctx = sayingOnce(given)
  const pointer = checkName(input.pointer, 'a pointer')
  if (!input.once && (ctx.op.given || ctx.pause === undefined))
    throw new AishipError('USAGE', 'a watch that runs on makes several moves, and --op names one', {
      next: [`aiship watch ${pointer} --once`],
    })
  const made = await watchedBefore(ctx, pointer)
  if (made !== null) return made
  const began = ctx.now().getTime()
  const ends = began + (input.forMs ?? Number.POSITIVE_INFINITY)
  const frozen: Frozen = new Map()
  let last: Result<WatchData> | null = null
  let [hasChanged, hasJumped] = [false, false]
  const end = (ended: WatchData['ended'], { data }: Result<WatchData>): Result<WatchData> => ({
    changed: hasChanged,
    data: { ...data, ended },
  })
  for (;;) {
    try {
      const before = await newestHere(ctx, pointer)
      if (last !== null && (await isEndedByPeople(ctx, pointer, seqNow(last.data), before.entry)))
        return end('moved', last)
      const found = await lookAndAct(ctx, pointer, before, frozen, !hasJumped)
      if (found === null && last === null) return await over(ctx, pointer, before, input.once)
      if (found === null) return end('moved', last as Result<WatchData>)
      last = found
      hasChanged ||= found.changed
      if (input.once) return end(found.data.ended === 'moved' ? 'moved' : 'once', found)
      ctx.emit({ type: 'line', data: { ...found.data }, message: lineOf(found.data) })
      if (found.data.action === 'rollback' || found.data.action === 'abort') return end('acted', found)
    } catch (error) {
      if (input.once || !(error instanceof AishipError) || !AWAY.has(error.code)) throw error
      ctx.emit({ type: 'warning', code: error.code, message: `nothing is watched meanwhile: ${error.message}` })
    }
    hasJumped = await sleep(ctx, pointer, last, Math.min(ends, nextLook(ctx, last?.data ?? null, input.everyMs)))
    if (ctx.signal.aborted) throw stopped(hasChanged)
    if (last !== null && ctx.now().getTime() >= ends) return end('time', last)
  }
}

/** What is wrong at each look is said at the first. */
function sayingOnce(ctx: Context): Context {
  const said = new Set<string>()
  const emit = (event: Event): void => {
    const key = event.type === 'warning' ? `${event.code} ${event.message}` : null
    if (key !== null && said.has(key)) return
    if (key !== null) said.add(key)
    ctx.emit(event)
  }
  return Object.create(ctx, { emit: { value: emit } })
}

const seqNow = ({ seq, move }: WatchData): number => move?.seq ?? seq

const lineOf = ({ pointer, verdict, action, why }: WatchData): string =>
  `${pointer}: ${verdict}${action === 'none' ? '' : `, ${action}`}: ${why}`

async function newestHere(ctx: Context, pointer: string): Promise<Read<PointerEntry>> {
  const before = await newest(ctx, logOf(ctx, pointer))
  if (before === null) throw await unknownPointer(ctx, pointer)
  await settleMarksSeen(ctx, before.entry, { app: ctx.app, pointer })
  return before
}

/** What a person does ends what a watch has begun; what another program does, it looks at anew. */
async function isEndedByPeople(ctx: Context, pointer: string, seen: number, now: PointerEntry): Promise<boolean> {
  for (let seq = seen + 1; seq <= now.seq; seq++) {
    const entry = seq === now.seq ? now : (await entryAt(ctx, logOf(ctx, pointer), seq)).entry
    if (entry.actor.kind === 'human' && !GOES_ON.has(entry.action)) return true
  }
  return false
}

/** Ms since 1970: when a batch closes, or a step is due. What has come while it looked is due at once. */
function nextLook(ctx: Context, data: WatchData | null, everyMs: number | null): number {
  const now = ctx.now().getTime()
  if (everyMs !== null) return now + everyMs
  if (data === null) return now + PEEK_MS
  const looked = Date.parse(data.looked_at)
  const times = [data.next_at, data.rollout?.due ?? null, data.rollout?.deadline ?? null]
  return Math.min(...times.flatMap((at) => (at === null ? [] : [Date.parse(at)])).filter((at) => at > looked))
}

/** Sleeps until then, or until the pointer says something else. Out: whether the clock has jumped: then nothing is done before a second look. */
async function sleep(ctx: Context, pointer: string, last: Result<WatchData> | null, until: number): Promise<boolean> {
  for (;;) {
    const from = ctx.now().getTime()
    const ms = Math.max(LEAST_MS, Math.min(until - from, PEEK_MS))
    await ctx.pause?.(ms)
    const now = ctx.now().getTime()
    if (now < from || now > from + ms + JUMP_MS) {
      const message = `this machine's clock went from ${new Date(from).toISOString()} to ${new Date(now).toISOString()}: it looks twice before it does anything`
      ctx.emit({ type: 'warning', code: 'CLOCK_JUMPED', message })
      return true
    }
    if (ctx.signal.aborted || now >= until) return false
    const seq = await newest(ctx, logOf(ctx, pointer)).then(
      (read) => read?.entry.seq,
      () => null,
    )
    if (last !== null && seq !== null && seq !== seqNow(last.data)) return false
  }
}

/** So many entries back there may be a rollout that was watched. */
const MOST_BACK = 20

/**
 * Nothing is watched now. For a cron that looks each minute that is no mistake where a rollout with guards has ended; where nobody ever said what to watch it
 * is one.
 */
async function over(
  ctx: Context,
  pointer: string,
  before: Read<PointerEntry>,
  once: boolean,
): Promise<Result<WatchData>> {
  let left = MOST_BACK
  if (once)
    for await (const { rollout } of history(ctx, logOf(ctx, pointer), before)) {
      if (rollout?.policy.analysis) return { changed: false, data: idle(ctx, pointer, before.entry) }
      if (--left === 0) break
    }
  throw nothingToWatch(pointer)
}

const nothingToWatch = (pointer: string): AishipError =>
  new AishipError('USAGE', `there is nothing to watch on ${pointer}: its newest entry names no guards`, {
    hint: `write pointers.${pointer}.watch in aiship.yaml: it counts from the next move on; or give a rollout's policy an analysis`,
    next: ['aiship help watch'],
  })
