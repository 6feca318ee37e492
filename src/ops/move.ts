import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry } from '../core/model.gen.ts'
import { type Move, mainOf } from '../core/pointer.ts'
import type { Context, Result } from '../core/ports.ts'
import { append, earlierRun, entryAt, newest } from './logs.ts'
import { settleMarks } from './marks.ts'
import { manifestOf, notRestored } from './plan.ts'
import { logOf } from './refs.ts'

/**
 * The newest entry of a pointer, with the marks that it implies in place.
 * Errors: POINTER_MOVED where `expect` is given and is not its number.
 */
export async function standing(
  ctx: Context,
  pointer: string,
  expect: number | undefined,
): Promise<Read<PointerEntry> | null> {
  const read = await newest(ctx, logOf(ctx, pointer))
  if (expect !== undefined && expect !== (read?.entry.seq ?? 0)) throw movedError(pointer, expect, read?.entry ?? null)
  await settleMarks(ctx, read?.entry ?? null, { app: ctx.app, pointer })
  return read
}

/** If this `--op` has moved the pointer before, its answer again; else null. */
export async function repeated(ctx: Context, pointer: string): Promise<Result<MoveData> | null> {
  const entry = await earlierRun(ctx, logOf(ctx, pointer))
  if (entry === null) return null
  await settleMarks(ctx, entry, { app: ctx.app, pointer })
  const before = entry.seq === 1 ? null : (await entryAt(ctx, logOf(ctx, pointer), entry.seq - 1)).entry
  return { changed: false, data: await describe(ctx, pointer, before, entry) }
}

/** Creates the planned entry, then its marks. Errors: POINTER_MOVED if somebody else came first. */
export async function commit(
  ctx: Context,
  pointer: string,
  before: Read<PointerEntry> | null,
  planned: Move,
): Promise<Result<MoveData>> {
  const { won, read } = await append(ctx, logOf(ctx, pointer), before, planned)
  if (!won) throw movedError(pointer, before?.entry.seq ?? 0, read.entry)
  await settleMarks(ctx, read.entry, { app: ctx.app, pointer })
  return { changed: true, data: await describe(ctx, pointer, before?.entry ?? null, read.entry) }
}

/** Nothing to do: the newest entry, described, with `changed: false`. */
export async function unchanged(ctx: Context, pointer: string, entry: PointerEntry): Promise<Result<MoveData>> {
  return { changed: false, data: await describe(ctx, pointer, entry, entry) }
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
  // A move has happened by now: an unreadable manifest is fsck's business and must not turn it into a failure.
  const lost = to === null ? [] : await manifestOf(ctx, to).then(notRestored, () => [])
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, pointer, action, seq },
    ...{
      from: from?.bundle ?? null,
      from_version: from?.version ?? null,
      to: to?.bundle ?? null,
      to_version: to?.version ?? null,
    },
    ...{ reason, override, actor, at, op, hold, left, marks, not_restored: lost, undo },
  }
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
