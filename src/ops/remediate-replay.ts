import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { linesOf, valuesOf } from '../core/lines.ts'
import type {
  ProcessName,
  RemediateReplayData,
  RemediationControl,
  RemediationItem,
  RemediationPlan,
  RemediationResult,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Pace, Tape } from '../core/rehearsal.ts'
import { ERASED, failed, NOT_REPRODUCIBLE } from '../core/remediation.ts'
import { servesNow } from './blast-pointers.ts'
import { controlled } from './remediate-control.ts'
import { type Decider, startDecider } from './remediate-decide.ts'
import { type Inputs, openInputs } from './remediate-inputs.ts'
import { addNext, openRepair, type Repair, refuseOver, refuseUndo, typed } from './remediation-log.ts'
import { storeTape } from './remediation-objects.ts'
import { type FoundPlan, rememberPlan } from './remediation-plans.ts'

export interface ReplayInput extends Pace {
  /** As `findPlan` takes it. */
  readonly plan: string
  /** Items that the bad bundle decides again, and the good one twice. */
  readonly control: number
  /** Once more, though it was replayed. */
  readonly again: boolean
}

/** Bytes of inputs that are held at once, and how many of them at most. */
const [HELD_BYTES, MOST_HELD, FIRST_HELD] = [16 * 1024 * 1024, 10_000, 500]

/**
 * Lets the good bundle decide a plan's items again, by its own `predict` in a checkout, and the bad one a sample of them: what it does not decide as it
 * did then, nobody can tell. Stopped or killed, it goes on where it was. Errors: COMMAND_FAILED; OBJECT_MISSING, CORRUPT for a bundle or items that are not
 * whole; DISK_FULL; those of opening predictions.
 */
export const replayRemediation: Operation<ReplayInput, RemediateReplayData> = async (ctx, input) => {
  const began = ctx.now().getTime()
  const repair = await openRepair(ctx, input.plan)
  const { digest, plan } = repair
  refuseUndo(repair)
  await rememberPlan(ctx, digest)
  const before = repair.state.replayed
  if (before?.replay != null && before.control !== null && !input.again)
    return { changed: false, data: await dataOf(ctx, repair, before.replay, before.control, 0, 0) }
  refuseOver(repair)
  await warnOfBad(ctx, plan)
  if (ctx.rehearsal === undefined) throw new AishipError('INTERNAL', 'there is nowhere to replay')
  const rehearsal = await ctx.rehearsal()
  const name = `${digest.slice(7)}-`
  let inputs: Inputs | null = null
  try {
    const holder = rehearsal.claim(`${name}results`)
    if (holder !== null) throw replayedBy(repair, holder)
    const results = rehearsal.tape(`${name}results`)
    const controls = rehearsal.tape(`${name}control`)
    inputs = await openInputs(ctx, plan.bad, plan.segments)
    const resumed = results.lines
    const good = await startDecider(ctx, rehearsal, plan.good, input)
    const { control, unsure } = await controlled(ctx, { plan, rehearsal, inputs, good, controls }, input)
    await decideAll(ctx, { plan, inputs, good, results, unsure: new Set(unsure) })
    const stored = await storeTape(ctx, results)
    await addNext(ctx, repair, { action: 'replayed', objects: [stored.digest], replay: stored.digest, control })
    results.drop()
    controls.drop()
    const data = await dataOf(ctx, repair, stored.digest, control, resumed, ctx.now().getTime() - began)
    return { changed: true, data }
  } finally {
    inputs?.close()
    await rehearsal.end()
  }
}

const replayedBy = (repair: Repair, { pid, host }: ProcessName): AishipError =>
  new AishipError('RUNNING_ALREADY', `process ${pid} on ${host} lets this plan be decided again already`, {
    next: [typed('status', repair)],
  })

/** A bad bundle that serves again makes more of what is repaired. */
async function warnOfBad(ctx: Context, plan: RemediationPlan): Promise<void> {
  const pointers = await servesNow(ctx, plan.bad)
  if (pointers.length === 0) return
  const message = `${pointers.join(', ')} serves the bad bundle now: it goes on deciding, and this plan has none of that`
  ctx.emit({ type: 'warning', code: 'BAD_SERVES', message })
}

interface Run {
  readonly plan: RemediationPlan
  readonly inputs: Inputs
  readonly good: Decider
  readonly results: Tape
  /** Places of items that a bundle does not decide twice alike. */
  readonly unsure: ReadonlySet<number>
}

/** Items in turn; while some are decided, the inputs of the next are read, and what was decided before is written down. */
async function decideAll(ctx: Context, { plan, inputs, good, results, unsure }: Run): Promise<void> {
  let held = FIRST_HELD
  let at = results.lines
  const source = valuesOf<RemediationItem>(ctx.registry.objects.get(plan.items.digest), () => held, at)
  const read = ahead(async () => {
    const { value: items, done } = await source.next()
    return done === true ? null : { items, asks: await inputs.asksOf(items) }
  })
  const decide = ahead(async () => {
    const now = await read()
    if (now === null) return null
    const bytes = now.asks.reduce((sum, ask) => sum + (ask?.line.length ?? 0), 0)
    held = Math.max(1, Math.min(MOST_HELD, Math.floor((HELD_BYTES * now.items.length) / Math.max(1, bytes))))
    return good.decide(now.items, now.asks)
  })
  for (let decided = await decide(); decided !== null; decided = await decide()) {
    const lines = decided.map((result, i) => (unsure.has(at + i) ? failed(result, NOT_REPRODUCIBLE) : result))
    results.append(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), lines.length)
    at += lines.length
    ctx.emit({ type: 'progress', what: 'deciding again', done: at, total: plan.items.count, unit: 'files' })
  }
}

/** One after the other, each begun when the one before is taken. Null is the end. */
function ahead<T>(make: () => Promise<T | null>): () => Promise<T | null> {
  const begin = (): Promise<T | null> => {
    const made = make()
    made.catch(() => undefined)
    return made
  }
  let coming = begin()
  return async () => {
    const made = await coming
    if (made !== null) coming = begin()
    return made
  }
}

const MOST_REASONS = 20

async function dataOf(
  ctx: Context,
  { digest, plan }: FoundPlan,
  replay: Digest,
  control: RemediationControl,
  resumed: number,
  duration: number,
): Promise<RemediateReplayData> {
  const errors = new Map<string, number>()
  for await (const lines of linesOf(ctx.registry.objects.get(replay)))
    for (const line of lines) {
      if (line.includes('"error":null')) continue
      const { error } = JSON.parse(line) as RemediationResult
      if (error !== null) errors.set(error, (errors.get(error) ?? 0) + 1)
    }
  const take = (error: string): number => {
    const count = errors.get(error) ?? 0
    errors.delete(error)
    return count
  }
  const reasons = Object.keys(plan.unreplayable)
  const not_replayable = reasons.reduce((sum, reason) => sum + take(reason), 0)
  const [erased] = [take(ERASED), take(NOT_REPRODUCIBLE)]
  const failures = [...errors].sort((a, b) => b[1] - a[1])
  const count = failures.reduce((sum, [, n]) => sum + n, 0)
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, plan: digest, replay, items: plan.items.count },
    ...{ decided: plan.items.count - not_replayable - erased - count, errors: count, not_replayable, erased },
    resumed,
    reasons: failures.slice(0, MOST_REASONS).map(([error, count]) => ({ error, count })),
    ...{ control, duration_ms: duration },
  }
}
