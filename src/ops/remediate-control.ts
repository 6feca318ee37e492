import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { linesOf, valuesOf } from '../core/lines.ts'
import type { RemediationControl, RemediationItem, RemediationPlan, RemediationResult } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Pace, Rehearsal, Tape } from '../core/rehearsal.ts'
import { isSame } from '../core/remediation.ts'
import { type Decider, startDecider } from './remediate-decide.ts'
import type { Inputs } from './remediate-inputs.ts'

interface ControlInput extends Pace {
  /** Items in the sample. */
  readonly control: number
}

interface Arms {
  readonly plan: RemediationPlan
  readonly rehearsal: Rehearsal
  readonly inputs: Inputs
  readonly good: Decider
  readonly controls: Tape
}

/** What the controls said, and the places of items that were not decided alike. */
interface Controlled {
  readonly control: RemediationControl
  readonly unsure: readonly number[]
}

/** Lets the bad bundle decide a sample again, and the good one twice; once for a replay, however often it is stopped. */
export async function controlled(ctx: Context, arms: Arms, input: ControlInput): Promise<Controlled> {
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
  { plan, rehearsal, inputs, good }: Arms,
  input: ControlInput,
): Promise<Controlled> {
  const { items, places } = await sampled(ctx, plan, input.control)
  const asks = await inputs.asksOf(items)
  const there = [...items.keys()].filter((i) => asks[i] != null)
  const [some, someAsks] = [there.map((i) => items[i] as RemediationItem), there.map((i) => asks[i] ?? null)]
  const [once, twice] = [await good.decide(some, someAsks), await good.decide(some, someAsks)]
  const again = await decidedByBad(ctx, plan.bad, rehearsal, input, some, someAsks)
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
  for await (const lines of linesOf(ctx.registry.objects.get(digest)))
    for (const line of lines) {
      // Inside a text its quotes would be escaped.
      const isWanted = items.length < wanted && line.includes('"unreplayable":null')
      if (isWanted && seen++ * wanted >= items.length * can) {
        items.push(JSON.parse(line) as RemediationItem)
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
    return await (await startDecider(ctx, rehearsal, bad, { ...pace, workers: 1 })).decide(items, asks)
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
