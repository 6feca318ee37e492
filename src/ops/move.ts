import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { type Move, mainOf } from '../core/pointer.ts'
import type { Context, Result } from '../core/ports.ts'
import { isPlain, mainArm } from '../core/route.ts'
import { append, earlierRun, entryAt, newestToFollow } from './logs.ts'
import { settleMarks } from './marks.ts'
import { manifestOf, notRestored } from './plan.ts'
import { followers } from './presence.ts'
import { logOf } from './refs.ts'
import { type IsIt, otherOperation, sameMove } from './repeat.ts'
import { queuedOn } from './rollout-queue.ts'
import { watchHere } from './watch-here.ts'

/** Where a move begins. */
export interface Start {
  /** The newest entry, on which the move is planned. */
  readonly before: Read<PointerEntry> | null
  /** If this `--op` has moved the pointer before, its answer again. */
  readonly done: Result<MoveData> | null
}

/**
 * The newest entry of a pointer, with the marks that it implies in place, and whether the move was made already.
 * In: `settle`, which for what nothing may refuse lets damaged marks be.
 * `isIt` tells of a move of this kind that has the same `--op` whether it is the one that is asked for; without it, every one is.
 * Errors: USAGE, also for an `--op` that another move had; POINTER_MOVED where `expect` is given and is not its number (a repeat of a move that was made is no conflict).
 */
export async function begin(
  ctx: Context,
  pointer: string,
  action: PointerEntry['action'] | readonly PointerEntry['action'][],
  expect: number | undefined,
  isIt: IsIt = () => true,
  settle: typeof settleMarks = settleMarks,
): Promise<Start> {
  const log = logOf(ctx, checkName(pointer, 'a pointer'))
  const before = await newestToFollow(ctx, log)
  await settle(ctx, before?.entry ?? null, { app: ctx.app, pointer })
  const made = await earlierRun(ctx, log, before)
  if (made !== null) {
    const earlier = made.seq === 1 ? null : (await entryAt(ctx, log, made.seq - 1)).entry
    if (![action].flat().includes(made.action) || !(await isIt(made, earlier))) throw isAnother(ctx, pointer, made)
    if (before !== null && before.entry.seq !== made.seq) warnOfLaterMoves(ctx, pointer, made, before.entry)
    return { before, done: { changed: false, data: await describe(ctx, pointer, earlier, made) } }
  }
  if (expect !== undefined && expect !== (before?.entry.seq ?? 0))
    throw movedError(pointer, expect, before?.entry ?? null)
  return { before, done: null }
}

function isAnother(ctx: Context, pointer: string, { seq, action, actor, at, ...entry }: PointerEntry): AishipError {
  const to = entry.route === null ? null : mainArm(entry.route).version
  const did = to === null || action === 'hold' || action === 'unhold' ? action : `${action} to ${to}`
  return otherOperation(
    ctx,
    `${actor.name} made ${pointer}@${seq} with it (${did}, at ${at})`,
    `aiship log ${pointer} --op ${ctx.op.id}`,
  )
}

function warnOfLaterMoves(ctx: Context, pointer: string, made: PointerEntry, newest: PointerEntry): void {
  const message = `--op ${ctx.op.id} was done before, as ${pointer}@${made.seq}; since then ${pointer} has moved on, to entry ${newest.seq} (${newest.action} by ${newest.actor.name})`
  ctx.emit({ type: 'warning', code: 'MOVED_SINCE', message })
}

/** Creates the planned entry, then its marks. Errors: POINTER_MOVED if somebody else came first. */
export async function commit(
  ctx: Context,
  pointer: string,
  before: Read<PointerEntry> | null,
  planned: Move,
): Promise<Result<MoveData>> {
  const { won, read } = await append(ctx, logOf(ctx, pointer), before, planned).catch((error) => {
    throw error instanceof AishipError && error.code === 'OUTCOME_UNKNOWN'
      ? maybeMoved(ctx, pointer, before, error)
      : error
  })
  if (!won) throw movedError(pointer, before?.entry.seq ?? 0, read.entry)
  if (read.entry.action !== planned.action || !sameMove(planned, read.entry)) throw isAnother(ctx, pointer, read.entry)
  try {
    await settleMarks(ctx, read.entry, { app: ctx.app, pointer })
  } catch (error) {
    throw error instanceof AishipError ? movedWithoutMarks(pointer, read.entry, error) : error
  }
  return { changed: true, data: await describe(ctx, pointer, before?.entry ?? null, read.entry) }
}

/** A write was sent and nobody answered: the log tells, and the same operation is safe to run again. */
function maybeMoved(ctx: Context, pointer: string, before: Read<PointerEntry> | null, error: AishipError): AishipError {
  const again = `--op ${ctx.op.id} --expect ${before?.entry.seq ?? 0}`
  return new AishipError(error.code, error.message, {
    hint: `if it was not done, run the same command again with ${again}`,
    next: [`aiship log ${pointer} --op ${ctx.op.id}`],
    details: { ...error.details, op: ctx.op.id, expected_seq: before?.entry.seq ?? 0 },
    cause: error,
  })
}

/** The entry is the commit point: what fails behind it must not read as if nothing had happened. */
function movedWithoutMarks(pointer: string, entry: PointerEntry, error: AishipError): AishipError {
  const message = `${pointer} was moved (entry ${entry.seq}), but its marks were not written: ${error.message}`
  return new AishipError(error.code, message, {
    hint: 'whichever command looks at the pointer next writes them',
    next: [`aiship log ${pointer}`],
    details: { ...error.details, changed: true, seq: entry.seq },
    cause: error,
  })
}

/** Nothing to do: the newest entry, described, with `changed: false` and nothing to undo. */
export async function unchanged(ctx: Context, pointer: string, entry: PointerEntry): Promise<Result<MoveData>> {
  return { changed: false, data: { ...(await describe(ctx, pointer, entry, entry)), undo: null } }
}

async function describe(
  ctx: Context,
  pointer: string,
  before: PointerEntry | null,
  entry: PointerEntry,
): Promise<MoveData> {
  const [from, to] = [mainOf(before), mainOf(entry)]
  const { action, seq, reason, override, actor, at, op, hold, left, marks } = entry
  const undo = seq === 1 ? null : `aiship undo ${pointer}@${seq}`
  // A move has happened by now: an unreadable manifest or entry is fsck's business and must not turn it into a failure.
  const waitsOn = (at: PointerEntry | null) => (at === null ? null : queuedOn(ctx, pointer, at).catch(() => null))
  const [waited, queued, lost, served] = await Promise.all([
    waitsOn(before),
    waitsOn(entry),
    to === null ? [] : manifestOf(ctx, to).then(notRestored, () => []),
    followers(ctx, pointer, entry),
  ])
  const hasRules = entry.route !== null && !isPlain(entry.route)
  const rollout =
    entry.rollout &&
    (await import('../core/rollout-report.ts')).reportOf(entry, ctx.now(), watchHere(ctx, pointer, entry))
  const rules = hasRules ? (await import('../core/route-words.ts')).ruleLines(entry.route) : []
  const isKept = [queued?.candidate, entry.rollout?.candidate].some((arm) => arm?.bundle === waited?.candidate.bundle)
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, pointer, action, seq },
    ...{
      from: from?.bundle ?? null,
      from_version: from?.version ?? null,
      to: to?.bundle ?? null,
      to_version: to?.version ?? null,
    },
    ...{ reason, override, actor, at, op, hold, left, marks, rules, not_restored: lost, followers: served, undo },
    ...{ rollout, ended: endedBy(pointer, before, entry) },
    ...{ queued: queued?.candidate.version ?? null, dropped: isKept ? null : (waited?.candidate.version ?? null) },
  }
}

function endedBy(pointer: string, before: PointerEntry | null, entry: PointerEntry): MoveData['ended'] {
  const ended = entry.rollout === null ? (before?.rollout ?? null) : null
  const stable = mainOf(before)?.version
  if (ended === null || stable === undefined) return null
  const goesOn = entry.action === 'rollback' && entry.back !== null
  const further = goesOn ? `aiship rollback ${pointer} --expect ${entry.seq}` : null
  return { id: ended.id, candidate: ended.candidate.version, stable, further }
}

function movedError(pointer: string, expected: number, actual: PointerEntry | null): AishipError {
  const seq = actual?.seq ?? 0
  const what =
    actual === null
      ? 'it has no entry yet'
      : `${actual.actor.name} did: ${actual.action}${actual.reason === null ? '' : ` "${actual.reason}"`} at ${actual.at}`
  return new AishipError(
    'POINTER_MOVED',
    `${pointer} is at entry ${seq}, not ${expected}; nothing was changed by you`,
    {
      hint: what,
      next: [`aiship log ${pointer}`],
      details: { expected_seq: expected, actual_seq: seq },
    },
  )
}
