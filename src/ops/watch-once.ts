import { nextClose } from '../core/batches.ts'
import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { settingsOf } from '../core/guard-settings.ts'
import type { PointerEntry, WatchAsked, WatchData } from '../core/model.gen.ts'
import { type Notice, targetName } from '../core/notice.ts'
import type { Context, Result } from '../core/ports.ts'
import { stepNow } from '../core/rollout.ts'
import { reportOf } from '../core/rollout-report.ts'
import type { Judged, Stretch } from '../core/watch-evidence.ts'
import { type Acted, act } from './watch-act.ts'
import { type Frozen, look, unitsIn } from './watch-look.ts'
import { type Subject, subjectOf } from './watch-subject.ts'

const AGAIN_MS = 1000
/** A batch that is closed and not there yet is asked for again before the next one is closed: soon, then less and less often. */
const LEAST_LATE_MS = 200

/**
 * One look at what the newest entry says is to be watched, what is done about it, and who is told. In: `mayAct`, false to look alone. Null where there is
 * nothing to watch. Errors: CORRUPT; those of the move, but for one that came too late, which is `ended: 'moved'`.
 */
export async function lookAndAct(
  ctx: Context,
  pointer: string,
  before: Read<PointerEntry>,
  frozen: Frozen,
  mayAct: boolean,
): Promise<Result<WatchData> | null> {
  const subject = await subjectOf(ctx, pointer, before)
  if (subject === null) return null
  const judged = await look(ctx, subject.stretches, frozen)
  const data = dataOf(ctx, pointer, subject, judged)
  if (!mayAct) return { changed: false, data }
  try {
    const acted = await actSurely(ctx, pointer, subject, judged)
    const { action, why, evidence, move } = acted
    const isChanged = evidence !== null || move?.changed === true
    const done = { ...data, action, why, evidence, move: isChanged ? (move?.data ?? null) : null }
    const rollout = isChanged ? data.rollout : (move?.data.rollout ?? data.rollout)
    return { changed: isChanged, data: { ...done, rollout, told: await tell(ctx, pointer, subject, acted) } }
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'POINTER_MOVED') throw error
    return { changed: false, data: { ...data, why: `somebody moved it first: ${error.message}`, ended: 'moved' } }
  }
}

function dataOf(
  ctx: Context,
  pointer: string,
  { before, watch, stretches }: Subject,
  { looks, verdict }: Judged,
): WatchData {
  const last = stretches.at(-1) as Stretch
  const isLate = looks.some(({ asked }) => asked.some(({ answers }) => answers.some(isBehind)))
  const since = (last.now - last.start) % last.interval
  const soon = isLate ? Math.max(last.interval / 10, LEAST_LATE_MS, since) : Number.POSITIVE_INFINITY
  const closes = stretches.map((stretch) => nextOf(stretch) ?? Number.POSITIVE_INFINITY)
  const next = Math.min(last.now + soon, ...closes)
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq: before.entry.seq },
    mode: stretches.some(({ mode }) => mode === 'keep_watching') ? 'keep_watching' : last.mode,
    ...{ verdict: verdict.verdict, action: 'none', why: verdict.why, guards: looks.flatMap((one) => one.verdicts) },
    ...{ rollout: reportOf(before.entry, ctx.now(), watch), looked_at: new Date(last.now).toISOString() },
    ...{ interval: last.interval, next_at: Number.isFinite(next) ? new Date(next).toISOString() : null },
    ...{ move: null, evidence: null, told: [], ended: 'running' },
  }
}

/** A look at a pointer on which nothing is to be watched any more. */
export const idle = (ctx: Context, pointer: string, { seq, action }: PointerEntry): WatchData => ({
  ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq, mode: 'steady', verdict: 'unknown', action: 'none' },
  why: `entry ${seq} (${action}) names no guards: the rollout that was watched is over`,
  ...{ guards: [], rollout: null, looked_at: ctx.now().toISOString(), interval: 0, next_at: null },
  ...{ move: null, evidence: null, told: [], ended: 'once' },
})

const isBehind = ({ readings }: WatchAsked['answers'][number]): boolean =>
  (readings as readonly { readonly kind: string }[]).at(-1)?.kind === 'unavailable'

function nextOf(stretch: Stretch): number | null {
  const times = stretch.watch.guards.flatMap((guard) => {
    const { delay, grace } = settingsOf(guard, stretch.watch)
    return nextClose(stretch, delay + grace, stretch.now) ?? []
  })
  return times.length === 0 ? null : Math.min(...times)
}

/** A write that nobody answered is made again under its name, by which it is known where it was made. */
async function actSurely(ctx: Context, pointer: string, subject: Subject, judged: Judged): Promise<Acted> {
  const units = await unitsOf(ctx, subject)
  const { seq } = subject.before.entry
  try {
    return await act(asAutomation(ctx, seq, ctx.op.given), pointer, subject, judged, units)
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'OUTCOME_UNKNOWN') throw error
    await ctx.pause?.(AGAIN_MS)
    return act(asAutomation(ctx, seq, true), pointer, subject, judged, units)
  }
}

/** Whoever starts it, it acts as a program; and each of its moves has a name of its own. */
const asAutomation = (ctx: Context, seq: number, given: boolean): Context =>
  Object.create(ctx, {
    actor: { value: { name: ctx.actor.name, kind: 'automation' } },
    op: { value: { id: ctx.op.given ? ctx.op.id : `${ctx.op.id}/${seq}`, given } },
  })

/** Units of this step so far, where its policy asks for some. */
async function unitsOf(ctx: Context, { before, stretches }: Subject): Promise<number | null> {
  const { rollout } = before.entry
  const [stretch] = stretches
  if (rollout === null || stretch === undefined || stepNow(rollout).units === 0) return null
  return unitsIn(ctx, stretch, { from: Date.parse(rollout.since), until: stretch.now })
}

/** Who is woken by what: a step that was made is none of it. */
const WAKES: ReadonlySet<Acted['action']> = new Set(['hold', 'abort', 'rollback'])

/** After the move, which nothing here can undo or delay. */
async function tell(
  ctx: Context,
  pointer: string,
  { watch }: Subject,
  { action, move, why, evidence }: Acted,
): Promise<WatchData['told']> {
  if (move === null || !WAKES.has(action) || ctx.notify === undefined) return []
  const { seq, from_version: from, to_version: to, at, undo } = move.data
  const notice: Notice = {
    ...{ id: `${ctx.registry.id}/${ctx.app}/${pointer}@${seq}`, app: ctx.app, pointer, seq, action, reason: why },
    ...{ from, to, at, evidence, next: [`aiship watch ${pointer} --replay ${seq}`, ...(undo === null ? [] : [undo])] },
  }
  const told = (watch.notify ?? []).map(async (target) => {
    const to = targetName(target)
    const problem = (await ctx.notify?.(target, notice).catch((error: unknown) => String(error))) ?? null
    if (problem !== null)
      ctx.emit({
        type: 'warning',
        code: 'NOTIFY_FAILED',
        message: `${pointer} was moved, and nobody was told: ${problem}`,
      })
    return { to, problem }
  })
  return Promise.all(told)
}
