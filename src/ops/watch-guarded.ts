import type { Read } from '../core/entry.ts'
import type { PointerEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Guarded } from './rollout-advance.ts'
import { keepEvidence } from './watch-evidence.ts'
import { look } from './watch-look.ts'
import { subjectOf } from './watch-subject.ts'

/** The judgement that a watch would make, for who goes on without one. Null where there are no guards. */
export async function askGuards(ctx: Context, pointer: string, before: Read<PointerEntry>): Promise<Guarded | null> {
  const subject = await subjectOf(ctx, pointer, before)
  if (subject === null) return null
  const judged = await look(ctx, subject.stretches)
  const { verdict, why, action } = judged.verdict
  const isToAct = action === 'rollback' || action === 'abort' || action === 'hold'
  return {
    passes: verdict === 'pass',
    why: isToAct ? `${why} (aiship watch ${pointer} --once does what they ask for: ${action})` : why,
    keep: () => keepEvidence(ctx, pointer, subject, judged),
  }
}
