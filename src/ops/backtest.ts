import { firstAct, judgeAt } from '../core/backtest.ts'
import { batches } from '../core/batches.ts'
import { canonicalBytes } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { settingsOf } from '../core/guard-settings.ts'
import type {
  BacktestRollout,
  Guard,
  PointerEntry,
  PolicyBacktestData,
  Rollout,
  Watch,
  WatchLook,
} from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context, Operation } from '../core/ports.ts'
import { mainArm } from '../core/route.ts'
import { ofRollout } from '../core/watch-stretch.ts'
import { history } from './logs.ts'
import { logOf, unknownPointer } from './refs.ts'
import { look } from './watch-look.ts'
import { evidenceIn } from './watch-replay.ts'
import { profileFor } from './watch-subject.ts'

export interface BacktestInput {
  readonly pointer: string
  /** A file with guards, or with a rollout policy; null: what aiship.yaml says of the pointer now. */
  readonly policy: string | null
  /** So many rollouts, the newest ones. */
  readonly limit: number
}

const MAX_POLICY = 256 * 1024

/**
 * Past rollouts of a pointer, judged again by other guards: what these would have done, and when. The numbers are read from the sources as they are now;
 * where those have none any more, from what a watch has kept of the same guard. Writes nothing. Errors: POINTER_UNKNOWN; USAGE without guards; POLICY_INVALID.
 */
export const policyBacktest: Operation<BacktestInput, PolicyBacktestData> = async (ctx, { pointer, policy, limit }) => {
  checkName(pointer, 'a pointer')
  const watch = await guardsIn(ctx, pointer, policy)
  const past = await rolloutsOf(ctx, pointer, limit)
  const rollouts: BacktestRollout[] = []
  for (const one of past) rollouts.push(await judgePast(ctx, pointer, watch, one))
  const data = {
    registry: ctx.registry.url,
    app: ctx.app,
    pointer,
    guards: watch.guards.map(({ name }) => name),
    rollouts,
  }
  return { changed: false, data }
}

async function guardsIn(ctx: Context, pointer: string, file: string | null): Promise<Watch> {
  if (file === null) {
    const watch = ctx.config?.rules[pointer]?.pointer.watch
    if (watch !== undefined) return watch
    throw new AishipError('USAGE', `aiship.yaml says nothing of guards of ${pointer}`, {
      hint: 'give a file that does: --policy FILE',
      next: ['aiship help policy backtest'],
    })
  }
  if (ctx.input === undefined || ctx.policyFile === undefined)
    throw new AishipError('USAGE', 'a policy file cannot be read here', { next: ['aiship help policy backtest'] })
  const value = Object(await ctx.policyFile(await ctx.input(file, MAX_POLICY), file))
  const watch = value.analysis ?? (value.guards === undefined ? undefined : value)
  if (watch !== undefined) return watch as Watch
  throw new AishipError('POLICY_INVALID', `${file} has no guards`, {
    hint: 'they stand under analysis, or under guards',
    next: ['aiship help policy backtest'],
  })
}

/** A rollout, and how it ended. */
interface Past {
  /** Oldest first, all of the same rollout. */
  readonly entries: readonly [PointerEntry, ...PointerEntry[]]
  /** The entry that ended it; null: it runs. */
  readonly end: PointerEntry | null
}

async function rolloutsOf(ctx: Context, pointer: string, limit: number): Promise<readonly Past[]> {
  const found: { entries: PointerEntry[]; end: PointerEntry | null }[] = []
  let after: PointerEntry | null = null
  for await (const entry of history(ctx, logOf(ctx, pointer))) {
    const id = entry.rollout?.id
    const last = found.at(-1)
    if (id !== undefined && last?.entries[0]?.rollout?.id === id && after === last.entries[0])
      last.entries.unshift(entry)
    else if (id !== undefined && found.length === limit) break
    else if (id !== undefined) found.push({ entries: [entry], end: after })
    after = entry
  }
  if (after === null) throw await unknownPointer(ctx, pointer)
  return found as unknown as readonly Past[]
}

async function judgePast(
  ctx: Context,
  pointer: string,
  watch: Watch,
  { entries, end }: Past,
): Promise<BacktestRollout> {
  const newest = entries.at(-1) as PointerEntry
  const rollout = newest.rollout as Rollout
  const until = end === null ? ctx.now().getTime() : Date.parse(end.at)
  const stretch = ofRollout(pointer, entries, watch, until, await profileFor(ctx, watch, rollout.candidate))
  const [asked] = (await look(ctx, [stretch])).looks
  const kept = await keptNumbers(ctx, end === null ? entries : [...entries, end], asked as WatchLook)
  const found = firstAct(kept.look, looksIn(kept.look, until))
  const forward = [...entries.slice(1), ...(end === null ? [] : [end])].filter(
    ({ action }) => action === 'step' || action === 'complete',
  )
  const steps = forward.map(({ seq, at, action }) => ({ ...judgeAt(kept.look, Date.parse(at)), seq, at, action }))
  return {
    ...{
      id: rollout.id,
      candidate: rollout.candidate,
      stable: mainArm(newest.route as NonNullable<PointerEntry['route']>),
    },
    ...{ started: entries[0].at, numbers: kept.from },
    ended: end === null ? null : { seq: end.seq, at: end.at, action: end.action, by: end.actor, reason: end.reason },
    ...{ would: found, last: judgeAt(kept.look, until) },
    held: steps.filter(({ at, verdict }) => verdict !== 'pass' && (found === null || at < found.at)),
  }
}

/** When a watch would have looked: whenever a batch of some guard was closed. */
function looksIn(one: WatchLook, until: number): readonly number[] {
  const lags = new Set(
    one.watch.guards.map((guard) => {
      const { delay, grace } = settingsOf(guard, one.watch)
      return delay + grace
    }),
  )
  const times = batches(one, until).flatMap((span) => [...lags].map((lag) => span.until + lag))
  return [...new Set(times)].filter((at) => at <= until).sort((a, b) => a - b)
}

/** Where a source has nothing to say any more, what a watch wrote down of the same guard then. */
async function keptNumbers(
  ctx: Context,
  entries: readonly PointerEntry[],
  one: WatchLook,
): Promise<{ readonly look: WatchLook; readonly from: BacktestRollout['numbers'] }> {
  const isMute = (answers: WatchLook['asked'][number]['answers']): boolean =>
    answers.every(({ readings }) =>
      (readings as readonly { kind: string }[]).every(({ kind }) => kind === 'unavailable'),
    )
  if (one.asked.every(({ answers }) => !isMute(answers))) return { look: one, from: 'sources' }
  const looks = (await Promise.all(entries.map((entry) => evidenceIn(ctx, entry).catch(() => null))))
    .flatMap((found) => found?.evidence.looks ?? [])
    .filter((kept) => kept.start === one.start && kept.interval === one.interval)
  let used = 0
  const asked = one.asked.map((mine) => {
    if (!isMute(mine.answers)) return mine
    const guard = one.watch.guards.find(({ name }) => name === mine.guard)
    const kept = looks.findLast(({ watch }) => watch.guards.some((other) => isSame(other, guard)))
    const answers = kept?.asked.find((other) => other.guard === mine.guard)?.answers
    if (answers === undefined || isMute(answers)) return mine
    used++
    return { guard: mine.guard, answers }
  })
  return {
    look: { ...one, asked },
    from: used > 0 ? 'evidence' : asked.every(({ answers }) => isMute(answers)) ? 'none' : 'sources',
  }
}

const isSame = (a: Guard, b: Guard | undefined): boolean =>
  b !== undefined && Buffer.compare(canonicalBytes(a), canonicalBytes(b)) === 0
