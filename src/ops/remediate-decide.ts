import { type Digest, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediationItem, RemediationResult } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Answer, Answerer, Ask, Pace, Rehearsal } from '../core/rehearsal.ts'
import { ERASED, failed, resultOf } from '../core/remediation.ts'
import { writeBundle } from './checkout.ts'
import { manifestOf } from './plan.ts'
import { versionOf } from './refs.ts'

/** A bundle that decides again. */
export interface Decider {
  /** In: for each item what is asked, null where its input is gone. */
  decide(items: readonly RemediationItem[], asks: readonly (Ask | null)[]): Promise<readonly RemediationResult[]>
}

/**
 * Starts a bundle's own `predict` in a checkout of it; before it, where the bundle takes other inputs than were logged, its `adapt`, which answers each line
 * by `{"id", "input"}`. Errors: COMMAND_FAILED where it has none; those of `checkout`.
 */
export async function startDecider(ctx: Context, rehearsal: Rehearsal, bundle: Digest, pace: Pace): Promise<Decider> {
  const version = (await versionOf(ctx, bundle)) ?? shortDigest(bundle)
  const { commands } = await manifestOf(ctx, { bundle })
  if (commands.predict === undefined)
    throw new AishipError('COMMAND_FAILED', `${version} has no command that predicts`, { next: ['aiship ls'] })
  const dir = rehearsal.dirOf(bundle.slice(7, 19))
  await writeBundle(ctx, { bundle, version }, { pointer: null, seq: null, arm: null }, { dir, only: null })
  const start = (argv: readonly string[]): Answerer =>
    rehearsal.answerer({ argv, cwd: dir, set: { AISHIP_REPLAY: '1' }, pass: [] }, pace)
  const predict = start(commands.predict)
  const adapt = commands.adapt === undefined ? null : start(commands.adapt)

  async function answersTo(asks: readonly Ask[]): Promise<readonly Answer[]> {
    if (adapt === null) return predict.ask(asks)
    const adapted = (await adapt.ask(asks)).map((answer, i) => adaptedAsk(answer, (asks[i] as Ask).id))
    const answers = [...(await predict.ask(adapted.filter((one) => 'line' in one)))].values()
    return adapted.map((one): Answer => ('line' in one ? (answers.next().value as Answer) : one))
  }

  return {
    async decide(items, asks) {
      const asked = asks.map((ask, i) => (items[i]?.unreplayable === null ? ask : null))
      const answers = (await answersTo(asked.filter((ask) => ask !== null))).values()
      return items.map((item, i) =>
        asked[i] === null ? failed(item, item.unreplayable ?? ERASED) : resultOf(item, answers.next().value as Answer),
      )
    },
  }
}

function adaptedAsk(answer: Answer, id: string): Ask | { readonly error: string } {
  if ('error' in answer) return { error: `adapt ${answer.error}` }
  const { input, error } = answer.value
  if (typeof input === 'object' && input !== null && !Array.isArray(input))
    return { id, line: JSON.stringify({ ...input, id }) }
  return { error: `adapt: ${error === undefined ? 'answered no input' : String(error)}` }
}
