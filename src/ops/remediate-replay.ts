import type { Digest } from '../core/digest.ts'
import { shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { valuesOf } from '../core/lines.ts'
import type {
  RemediateReplayData,
  RemediationControl,
  RemediationItem,
  RemediationPlan,
  RemediationResult,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Answerer, Pace, Rehearsal, Tape } from '../core/rehearsal.ts'
import { EMPTY_STEP, ERASED, failed, isSame, NOT_REPRODUCIBLE, resultOf } from '../core/remediation.ts'
import { servesNow } from './blast-pointers.ts'
import { writeBundle } from './checkout.ts'
import { manifestOf } from './plan.ts'
import { versionOf } from './refs.ts'
import { type Inputs, openInputs } from './remediate-inputs.ts'
import { addStep, type FoundPlan, findPlan, rememberPlan, storeTape } from './remediation-plans.ts'

export interface ReplayInput extends Pace {
  /** As `findPlan` takes it. */
  readonly plan: string
  /** Items that the bad bundle decides again, and the good one twice. */
  readonly control: number
  /** Once more, though it was replayed. */
  readonly again: boolean
}

/** Bytes of inputs that are held at once, and how many of them at most. */
const [HELD_BYTES, MOST_HELD, FIRST_HELD] = [16 * 1024 * 1024, 20_000, 500]

/**
 * Lets the good bundle decide a plan's items again, by its own `predict` in a checkout, and the bad one a sample of them: what it does not decide as it
 * did then, nobody can tell. Stopped or killed, it goes on where it was. Errors: COMMAND_FAILED; OBJECT_MISSING, CORRUPT for a bundle or items that are not
 * whole; DISK_FULL; those of opening predictions.
 */
export const replayRemediation: Operation<ReplayInput, RemediateReplayData> = async (ctx, input) => {
  const began = ctx.now().getTime()
  const found = await findPlan(ctx, input.plan)
  const { digest, plan } = found
  await rememberPlan(ctx, digest)
  const before = found.history.find(({ action }) => action === 'replayed')
  if (before?.replay != null && before.control !== null && !input.again)
    return { changed: false, data: await dataOf(ctx, found, before.replay, before.control, plan.items.count, 0) }
  await warnOfBad(ctx, plan)
  if (ctx.rehearsal === undefined) throw new AishipError('INTERNAL', 'there is nowhere to replay')
  const rehearsal = await ctx.rehearsal()
  const name = `${digest.slice(7)}-`
  const results = rehearsal.tape(`${name}results`)
  const controls = rehearsal.tape(`${name}control`)
  const inputs = await openInputs(ctx, plan.bad, plan.segments)
  try {
    const resumed = results.lines
    const good = await startBundle(ctx, rehearsal, plan.good, input)
    const { control, unsure } = await controlled(ctx, { found, rehearsal, inputs, good, controls }, input)
    await decideAll(ctx, { plan, inputs, good, results, unsure: new Set(unsure) })
    const stored = await storeTape(ctx, results)
    await addStep(ctx, found, {
      ...{ ...EMPTY_STEP, plan: digest, action: 'replayed', objects: [stored.digest] },
      ...{ replay: stored.digest, control },
    })
    results.drop()
    controls.drop()
    const data = await dataOf(ctx, found, stored.digest, control, resumed, ctx.now().getTime() - began)
    return { changed: true, data }
  } finally {
    inputs.close()
    await rehearsal.end()
  }
}

/** A bad bundle that serves again makes more of what is repaired. */
async function warnOfBad(ctx: Context, plan: RemediationPlan): Promise<void> {
  const pointers = await servesNow(ctx, plan.bad)
  if (pointers.length === 0) return
  const message = `${pointers.join(', ')} serves the bad bundle now: it goes on deciding, and this plan has none of that`
  ctx.emit({ type: 'warning', code: 'BAD_SERVES', message })
}

/** A bundle's own predict, in a checkout of it. Errors: COMMAND_FAILED where it has none; those of `checkout`. */
async function startBundle(ctx: Context, rehearsal: Rehearsal, bundle: Digest, pace: Pace): Promise<Answerer> {
  const version = (await versionOf(ctx, bundle)) ?? shortDigest(bundle)
  const { commands } = await manifestOf(ctx, { bundle })
  if (commands.predict === undefined)
    throw new AishipError('COMMAND_FAILED', `${version} has no command that predicts`, { next: ['aiship ls'] })
  const dir = rehearsal.dirOf(bundle.slice(7, 19))
  await writeBundle(ctx, { bundle, version }, { pointer: null, seq: null, arm: null }, { dir, only: null })
  return rehearsal.answerer({ argv: commands.predict, cwd: dir, set: { AISHIP_REPLAY: '1' }, pass: [] }, pace)
}

interface Run {
  readonly plan: RemediationPlan
  readonly inputs: Inputs
  readonly good: Answerer
  readonly results: Tape
  /** Places of items that a bundle does not decide twice alike. */
  readonly unsure: ReadonlySet<number>
}

/** Items in turn; while some are decided, the inputs of the next are read. */
async function decideAll(ctx: Context, { plan, inputs, good, results, unsure }: Run): Promise<void> {
  let held = FIRST_HELD
  let at = results.lines
  const source = valuesOf<RemediationItem>(ctx.registry.objects.get(plan.items.digest), () => held, at)
  const next = async () => {
    const { value: items, done } = await source.next()
    return done === true ? null : { items, asks: await inputs.asksOf(items) }
  }
  let coming = next()
  for (let now = await coming; now !== null; now = await coming) {
    const { items, asks } = now
    const bytes = asks.reduce((sum, ask) => sum + (ask?.line.length ?? 0), 0)
    held = Math.max(1, Math.min(MOST_HELD, Math.floor((HELD_BYTES * items.length) / Math.max(1, bytes))))
    coming = next()
    coming.catch(() => undefined)
    const decided = await decide(items, asks, good)
    const lines = decided.map((result, i) => (unsure.has(at + i) ? failed(result, NOT_REPRODUCIBLE) : result))
    results.append(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), lines.length)
    at += lines.length
    ctx.emit({ type: 'progress', what: 'deciding again', done: at, total: plan.items.count, unit: 'files' })
  }
}

async function decide(
  items: readonly RemediationItem[],
  asks: Awaited<ReturnType<Inputs['asksOf']>>,
  answerer: Answerer,
): Promise<readonly RemediationResult[]> {
  const asked = items.flatMap((item, i) => (item.unreplayable === null && asks[i] != null ? [i] : []))
  const answers = await answerer.ask(asked.flatMap((i) => asks[i] ?? []))
  const byItem = new Map(asked.map((i, k) => [i, answers[k]]))
  return items.map((item, i) => {
    const answer = byItem.get(i)
    return answer === undefined ? failed(item, item.unreplayable ?? ERASED) : resultOf(item, answer)
  })
}

interface Arms {
  readonly found: FoundPlan
  readonly rehearsal: Rehearsal
  readonly inputs: Inputs
  readonly good: Answerer
  readonly controls: Tape
}

/** What the controls said, and the places of items that were not decided alike. */
interface Controlled {
  readonly control: RemediationControl
  readonly unsure: readonly number[]
}

/** Lets the bad bundle decide a sample again, and the good one twice; once for a replay, however often it is stopped. */
async function controlled(ctx: Context, arms: Arms, input: ReplayInput): Promise<Controlled> {
  const { controls } = arms
  if (controls.lines > 0)
    for await (const [first] of valuesOf<Controlled>(controls.read(), () => 1)) if (first !== undefined) return first
  const made = await control(ctx, arms, input)
  controls.append(`${JSON.stringify(made)}\n`, 1)
  controls.sync()
  return made
}

async function control(
  ctx: Context,
  { found, rehearsal, inputs, good }: Arms,
  input: ReplayInput,
): Promise<Controlled> {
  const { plan } = found
  const { items, places } = await sampled(ctx, plan, input.control)
  const asks = await inputs.asksOf(items)
  const there = [...items.keys()].filter((i) => asks[i] != null)
  const [some, some_asks] = [there.map((i) => items[i] as RemediationItem), there.map((i) => asks[i] ?? null)]
  const [once, twice] = [await decide(some, some_asks, good), await decide(some, some_asks, good)]
  const again = await decidedByBad(ctx, plan.bad, rehearsal, input, some, some_asks)
  const bad = typeof again === 'string' ? null : some.map((item, i) => isSame(item, again[i] as RemediationResult))
  const same = once.map((result, i) => {
    const other = twice[i] as RemediationResult
    return result.error === other.error && isSame(result, other)
  })
  return {
    control: {
      ...{ bad_sample: bad?.length ?? 0, bad_reproduced: bad?.filter(Boolean).length ?? 0 },
      ...{ good_sample: same.length, good_same: same.filter(Boolean).length },
      unable: typeof again === 'string' ? again : null,
    },
    unsure: there.filter((_, k) => bad?.[k] === false || same[k] === false).map((i) => places[i] as number),
  }
}

/** So many of the items that can be decided again, at even distances. */
async function sampled(ctx: Context, { items: { digest, count }, unreplayable }: RemediationPlan, wanted: number) {
  const can = count - Object.entries(unreplayable).reduce((sum, [why, n]) => sum + (why === 'expired' ? 0 : n), 0)
  const items: RemediationItem[] = []
  const places: number[] = []
  let [place, seen] = [0, 0]
  for await (const some of valuesOf<RemediationItem>(ctx.registry.objects.get(digest), () => MOST_HELD))
    for (const item of some) {
      if (item.unreplayable === null && items.length < wanted && seen++ * wanted >= items.length * can) {
        items.push(item)
        places.push(place)
      }
      place++
    }
  return { items, places }
}

/** What the bad bundle decides now; why it can't, where it can't be run any more. */
async function decidedByBad(
  ctx: Context,
  bad: Digest,
  rehearsal: Rehearsal,
  pace: Pace,
  items: readonly RemediationItem[],
  asks: Awaited<ReturnType<Inputs['asksOf']>>,
): Promise<readonly RemediationResult[] | string> {
  try {
    return await decide(items, asks, await startBundle(ctx, rehearsal, bad, { ...pace, workers: 1 }))
  } catch (error) {
    const isGone =
      error instanceof AishipError && ['COMMAND_FAILED', 'OBJECT_MISSING', 'NOT_FOUND'].includes(error.code)
    if (!isGone) throw error
    ctx.emit({
      type: 'warning',
      code: 'CONTROL_MISSING',
      message: `the bad bundle decides nothing again: ${error.message}`,
    })
    return error.message
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
  for await (const results of valuesOf<RemediationResult>(ctx.registry.objects.get(replay), () => MOST_HELD))
    for (const { error } of results) if (error !== null) errors.set(error, (errors.get(error) ?? 0) + 1)
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
