import type { Digest } from '../core/digest.ts'
import type { WatchEvidence } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { EVALUATOR, evidenceBytes, type Judged } from '../core/watch-evidence.ts'
import type { Subject } from './watch-subject.ts'

/** Stores what was seen and said, durably: before an entry names it. */
export async function keepEvidence(
  ctx: Context,
  pointer: string,
  { before }: Subject,
  judged: Judged,
): Promise<Digest> {
  const evidence: WatchEvidence = {
    ...{ v: 1, kind: 'watch', evaluator: EVALUATOR, app: ctx.app, pointer },
    ...{ judged: { seq: before.entry.seq, entry: before.digest }, at: ctx.now().toISOString() },
    ...judged,
  }
  const batch = await ctx.registry.objects.batch()
  try {
    const { digest } = await batch.bytes(evidenceBytes(evidence))
    await batch.flush()
    return digest
  } finally {
    await batch.close()
  }
}
