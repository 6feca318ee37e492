import { type Body, type Entry, type Kinds, kindOf, nextEntry, type Read, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Actor } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

type Kind = keyof Kinds

/** The newest entry of a log, checked; null where the log has none. The log's first word tells which kind of entry it has. */
export async function newest<K extends Kind>(ctx: Context, log: `${K}/${string}`): Promise<Read<Kinds[K]> | null> {
  const record = await ctx.registry.logs.tip(log)
  return record === null ? null : (readEntry(kindOf(log), log, record, ctx.registry.id) as Read<Kinds[K]>)
}

/** The same for what is going to write, which says nothing on an older state of the registry. Errors: LOG_WENT_BACK. */
export async function newestToFollow<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
): Promise<Read<Kinds[K]> | null> {
  const read = await newest(ctx, log)
  await refuseLost(ctx, log)
  return read
}

/** Refuses where entries of a log, default of any, are lost that this machine has seen. Errors: LOG_WENT_BACK. */
export async function refuseLost(ctx: Context, log?: string): Promise<void> {
  for (const error of (await ctx.registry.logs.lost?.(log)) ?? []) throw error
}

/** One entry that something in the registry names, checked. Errors: CHAIN_BROKEN where it is not there. */
export async function entryAt<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
  seq: number,
): Promise<Read<Kinds[K]>> {
  const record = await ctx.registry.logs.read(log, seq)
  if (record === null) throw broken(`${log} has no entry ${seq}`)
  return readEntry(kindOf(log), log, record, ctx.registry.id) as Read<Kinds[K]>
}

/**
 * The entries from `from` (default the newest) back to entry 1, newest first, each checked against the `prev` of the one after it.
 * Errors: CHAIN_BROKEN, CORRUPT, OBJECT_MISSING for a gap.
 */
export async function* history<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
  from?: Read<Kinds[K]> | null,
): AsyncGenerator<Kinds[K]> {
  let read = from === undefined ? await newest(ctx, log) : from
  while (read !== null) {
    yield read.entry
    const { seq, prev } = read.entry
    if (seq === 1) return
    const record = await ctx.registry.logs.read(log, seq - 1)
    if (record === null) throw broken(`${log} has no entry ${seq - 1}, and has entry ${seq}`)
    const earlier = readEntry(kindOf(log), log, record, ctx.registry.id) as Read<Kinds[K]>
    if (earlier.digest !== prev)
      throw broken(`entry ${seq} of ${log} does not follow from entry ${seq - 1} as it is now`)
    read = earlier
  }
}

/** The entry before one that is there, checked against its `prev`. Errors: CHAIN_BROKEN, CORRUPT. */
export async function entryBefore<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
  read: Read<Kinds[K]>,
): Promise<Kinds[K]> {
  for await (const entry of history(ctx, log, read)) if (entry.seq < read.entry.seq) return entry
  throw broken(`${log} has nothing before entry ${read.entry.seq}`)
}

const broken = (message: string): AishipError =>
  new AishipError('CHAIN_BROKEN', message, {
    hint: 'an entry was changed or lost behind aiship',
    next: ['aiship fsck'],
  })

/** In whose name an entry is made. */
export interface Maker {
  readonly op: string
  readonly actor: Actor
}

/**
 * Creates the entry after `before`. An entry that is there already with the maker's `op` is ours (a lost reply) and counts as won.
 * Out: the entry, or the one that came first.
 */
export async function append<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
  before: Read<Kinds[K]> | null,
  body: Body<Kinds[K]>,
  maker: Maker = { op: ctx.op.id, actor: ctx.actor },
): Promise<{ readonly won: boolean; readonly read: Read<Kinds[K]> }> {
  const stamp = { registry: ctx.registry.id, ...maker, now: ctx.now() }
  const { entry, bytes, digest } = nextEntry(log, before as Read<Entry> | null, stamp, body as Body<Entry>)
  warnOfClock(ctx, entry)
  if ((await ctx.registry.logs.append(log, entry.seq, bytes)) === 'won') {
    return { won: true, read: { entry, digest } as Read<Kinds[K]> }
  }
  const read = await entryAt(ctx, log, entry.seq)
  return { won: read.entry.op === maker.op, read }
}

/** How far the newest entry may be ahead of this machine's clock without a word. */
const CLOCK_SLACK_MS = 10 * 60 * 1000

function warnOfClock(ctx: Context, { at, log }: Entry): void {
  const now = ctx.now()
  if (Date.parse(at) - now.getTime() <= CLOCK_SLACK_MS) return
  const message = `this machine's clock says ${now.toISOString()}, and the newest entry of ${log} is from ${at}: one of the two clocks is wrong, and the new entry has the later time`
  ctx.emit({ type: 'warning', code: 'CLOCK_SKEW', message })
}

/**
 * The entry that an earlier run with the same `--op` made in this log; null where there is none or no `--op` was given.
 * Whoever then appends must append to the `tip` looked from, or a run at the same moment goes unseen.
 */
export async function earlierRun<K extends Kind>(
  ctx: Context,
  log: `${K}/${string}`,
  tip?: Read<Kinds[K]> | null,
): Promise<Kinds[K] | null> {
  if (!ctx.op.given) return null
  for await (const entry of history(ctx, log, tip)) if (entry.op === ctx.op.id) return entry
  return null
}
