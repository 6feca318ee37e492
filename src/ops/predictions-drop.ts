import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { PredictionsDropData, Segment } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { segmentLog } from '../core/segments.ts'
import { append, newest } from './logs.ts'
import { digestsIn } from './needs.ts'
import { namedElsewhere } from './segment-merge.ts'
import { readSegments } from './segments.ts'

export interface DropInput {
  /** Only segments all of whose predictions are older than that, in ms. */
  readonly olderThanMs: number
  /** False: only say what would go. */
  readonly apply: boolean
  readonly reason: string | null
}

/**
 * Takes whole segments out of the app's prediction log, of which the oldest predictions go first: a gc then takes the objects. Never one that an
 * entry of another log names, or with a bundle that a hold is about: they are evidence. Errors: CONFIRMATION_NEEDED; POINTER_MOVED if predictions
 * were added meanwhile.
 */
export const dropPredictions: Operation<DropInput, PredictionsDropData> = async (
  ctx,
  { olderThanMs, apply, reason },
) => {
  const { state, tip } = await readSegments(ctx)
  const before = new Date(ctx.now().getTime() - olderThanMs)
  const old = state.segments.filter(({ to }) => Date.parse(to) < before.getTime())
  const why = await reasonsToKeep(ctx, old)
  const going = old.filter(({ digest }) => !why.has(digest))
  const kept = old.flatMap(({ digest, rows }) => {
    const reasonToKeep = why.get(digest)
    return reasonToKeep === undefined ? [] : [{ segment: digest, records: rows, why: reasonToKeep }]
  })
  const isReal = apply && going.length > 0
  if (isReal) {
    const dropped = amountOf(going)
    const isYes = await ctx.confirm(
      `drop ${dropped.records} predictions of ${ctx.app} from before ${before.toISOString()}?`,
    )
    if (!isYes) throw new AishipError('CONFIRMATION_NEEDED', 'nothing was dropped')
    const drops = going.map(({ digest }) => digest)
    const body = { segment: null, source: null, quarantine: null, duplicates: 0, drops, reason }
    if (!(await append(ctx, segmentLog(ctx.app), tip, body)).won)
      throw new AishipError('POINTER_MOVED', 'predictions were added meanwhile: nothing was dropped', {
        next: ['aiship predictions drop --older-than 90d --apply'],
      })
  }
  const left = amountOf(state.segments.filter((one) => !going.includes(one)))
  const data = { app: ctx.app, before: before.toISOString(), applied: apply, dropped: amountOf(going), kept, left }
  return { changed: isReal, data }
}

const amountOf = (segments: readonly Segment[]): PredictionsDropData['left'] => ({
  segments: segments.length,
  records: segments.reduce((sum, { rows }) => sum + rows, 0),
  bytes: segments.reduce((sum, { size }) => sum + size, 0),
})

async function reasonsToKeep(ctx: Context, segments: readonly Segment[]): Promise<ReadonlyMap<Digest, string>> {
  if (segments.length === 0) return new Map()
  const why = new Map<Digest, string>()
  for (const log of await ctx.registry.logs.list(`pointers/${ctx.app}/`))
    await keepHeld(ctx, log as `pointers/${string}`, segments, why)
  return new Map([...why, ...(await namedElsewhere(ctx))])
}

/** What a rollback left is looked into while its hold lasts. */
async function keepHeld(
  ctx: Context,
  log: `pointers/${string}`,
  segments: readonly Segment[],
  why: Map<Digest, string>,
): Promise<void> {
  const entry = (await newest(ctx, log))?.entry
  if (entry === undefined || entry.hold === null) return
  const about = new Set(digestsIn({ left: entry.left, marks: entry.marks, from: entry.from }))
  for (const { digest, bundles } of segments)
    if (bundles?.some(({ bundle }) => about.has(bundle)) ?? true)
      why.set(digest, `${log.slice(log.lastIndexOf('/') + 1)} is on hold, and it has predictions of what was left`)
}
