import type { Digest } from '../core/digest.ts'
import type { WatchEvidence } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { EVALUATOR, evidenceBytes, type Judged } from '../core/watch-evidence.ts'
import { storeBytes } from './objects.ts'
import type { Subject } from './watch-subject.ts'

/** Stores what was seen and said, durably: before an entry names it. */
export function keepEvidence(ctx: Context, pointer: string, { before }: Subject, judged: Judged): Promise<Digest> {
  const evidence: WatchEvidence = {
    ...{ v: 1, kind: 'watch', evaluator: EVALUATOR, app: ctx.app, pointer },
    ...{ judged: { seq: before.entry.seq, entry: before.digest }, at: ctx.now().toISOString() },
    ...judged,
  }
  return storeBytes(ctx, evidenceBytes(evidence))
}
