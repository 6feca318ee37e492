import { AishipError } from '../core/errors.ts'
import type { RouteEvalData } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { MAX_CONTEXT_BYTES, parseContext } from '../core/route-context.ts'
import { compileRoute } from '../core/route-decide.ts'
import { isAscii } from '../core/route-hash.ts'
import { sampleRoute, withKey } from '../core/route-sample.ts'
import { weightWords, whoWords } from '../core/route-words.ts'
import { routeOf } from './route-show.ts'

export interface RouteEvalInput {
  readonly ref: string
  /** JSON, `@FILE`, or `-` for standard input; null: an empty context. */
  readonly context: string | null
  /** Put where the route looks for the key. */
  readonly key: string | null
  /** Decide for so many made-up keys too. */
  readonly sample: number | null
}

/** The most that is worth waiting for: some seconds. */
const MOST_SAMPLED = 10_000_000

/** What a request with this context is served, and why. Errors: those of `routeOf`; CONTEXT_INVALID, FILE_MISSING, USAGE. */
export const routeEval: Operation<RouteEvalInput, RouteEvalData> = async (ctx, input) => {
  if (input.sample !== null && input.sample > MOST_SAMPLED)
    throw new AishipError('USAGE', `--sample takes at most ${MOST_SAMPLED}, not ${input.sample}`)
  const { pointer, entry, route } = await routeOf(ctx, input.ref)
  const given = await contextOf(ctx, input.context)
  const context = input.key === null ? given : withKey(given, route, input.key)
  const router = await compileRoute(route)
  const { rules, ...decision } = router.explain(context)
  if (decision.reason === 'SPLIT' && decision.hashed !== null && !isAscii(decision.hashed)) warnOfKey(ctx)
  const outcomes = rules.map((trace) => {
    const rule = route.serve[trace.rule - 1] as (typeof route.serve)[number]
    return { ...trace, words: whoWords(rule, route), to: weightWords(rule.to) }
  })
  const sample = input.sample === null ? null : sampleRoute(route, router, given, input.sample)
  return {
    changed: false,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq: entry.seq },
      ...{ ...decision, rules: outcomes, sample },
    },
  }
}

async function contextOf(ctx: Context, text: string | null) {
  if (text === null) return {}
  const file = text === '-' ? '-' : text.startsWith('@') ? text.slice(1) : null
  return parseContext(
    file === null ? text : Buffer.from(await readInput(ctx, file, MAX_CONTEXT_BYTES)).toString('utf8'),
  )
}

/** Errors: FILE_MISSING, NOT_PERMITTED, USAGE for what is longer than `most`. */
export function readInput(ctx: Context, file: string, most: number): Promise<Uint8Array> {
  if (ctx.input === undefined) throw new AishipError('INTERNAL', 'this context reads no files')
  return ctx.input(file, most)
}

function warnOfKey(ctx: Context): void {
  const message =
    'the key is not ASCII: flagd evaluators in JavaScript draw it otherwise than all others; serve it by aiship, or draw by an ASCII key'
  ctx.emit({ type: 'warning', code: 'KEY_NOT_ASCII', message })
}
