import { AishipError } from '../core/errors.ts'
import type { RemediationPlan } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { newest } from './logs.ts'
import type { Stop } from './remediate-run.ts'
import { lookAgain, type Repair } from './remediation-log.ts'

/** For so long the registry may be away, ms: what happens there is not seen. */
const BLIND_MS = 30_000

/** Looks at what ends a run: somebody else's word in the log, another run, and the bad bundle being served again. Never fails. */
export function watchRepair(ctx: Context, begun: Repair, generation: number): () => Promise<Stop | null> {
  let repair = begun
  let seen = ctx.now().getTime()
  return async () => {
    try {
      repair = await lookAgain(ctx, repair)
      const found = stopOf(repair, begun, generation) ?? (await servedAgain(ctx, repair.plan))
      seen = ctx.now().getTime()
      return found
    } catch (error) {
      const known = error instanceof AishipError ? error : null
      if (known?.code !== 'REGISTRY_UNREACHABLE') return { code: known?.code ?? 'INTERNAL', why: String(error) }
      if (ctx.now().getTime() - seen < BLIND_MS) return null
      return { code: 'REGISTRY_UNREACHABLE', why: `the registry is away for ${BLIND_MS / 1000} s: ${known.message}` }
    }
  }
}

function stopOf({ state }: Repair, begun: Repair, generation: number): Stop | null {
  const { last, run } = state
  if (last === null || run === null) return null
  const who = `${last.actor.name}${last.reason === null ? '' : `: ${last.reason}`}`
  if ((run.generation ?? 0) > generation)
    return { code: 'OVERTAKEN', why: `${run.actor.name} took it over on ${run.host}` }
  if (state.step === 'aborted') return { code: 'OUT_OF_ORDER', why: `aborted by ${who}` }
  if (state.step === 'paused') return { code: 'HELD', why: `paused by ${who}` }
  if (state.diff !== begun.state.diff) return { code: 'NOT_APPROVED', why: 'another diff was made of this plan' }
  return null
}

/** The bad bundle on a pointer that the repair is about: what is put right would be done again meanwhile. */
export async function servedAgain(ctx: Context, plan: RemediationPlan): Promise<Stop | null> {
  if (plan.undoes !== null) return null
  const prefix = `pointers/${ctx.app}/`
  const names = plan.pointer === null ? await ctx.registry.logs.list(prefix) : [`${prefix}${plan.pointer}`]
  for (const log of names) {
    const entry = (await newest(ctx, log as `pointers/${string}`))?.entry ?? null
    if (!servedArms(entry?.route ?? null).some(({ bundle }) => bundle === plan.bad)) continue
    const pointer = log.slice(prefix.length)
    const why = `${pointer} serves the bad bundle since entry ${entry?.seq}`
    return { code: 'SERVED_AGAIN', why, first: `aiship rollback ${pointer}` }
  }
  return null
}
