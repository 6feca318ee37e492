import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { PointerEntry, WatchEvidence, WatchReplayData } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context, Operation } from '../core/ports.ts'
import { EVALUATOR, judgeAgain, MAX_EVIDENCE, parseEvidence } from '../core/watch-evidence.ts'
import { entryAt, newest } from './logs.ts'
import { logOf, unknownPointer } from './refs.ts'

export interface WatchReplayInput {
  readonly pointer: string
  /** The entry that a watch made. */
  readonly seq: number
}

/**
 * Judges again what a watch saw when it made an entry. Nothing is asked and nothing is written. Errors: POINTER_UNKNOWN; NOT_FOUND for an entry that no
 * watch made; CORRUPT for evidence that is not of it; OBJECT_MISSING.
 */
export const watchReplay: Operation<WatchReplayInput, WatchReplayData> = async (ctx, { pointer, seq }) => {
  const log = logOf(ctx, checkName(pointer, 'a pointer'))
  const tip = await newest(ctx, log)
  if (tip === null) throw await unknownPointer(ctx, pointer)
  const entry = seq > tip.entry.seq || seq < 1 ? null : (await entryAt(ctx, log, seq)).entry
  const found = entry === null ? null : await evidenceIn(ctx, entry)
  if (entry === null || found === null)
    throw new AishipError('NOT_FOUND', `no watch made ${pointer}@${seq}, so there is nothing to judge again`, {
      hint: 'an entry that one made has its evidence',
      next: [`aiship log ${pointer}`],
    })
  const { evidence, digest } = found
  const isOfIt = evidence.app === ctx.app && evidence.pointer === pointer && evidence.judged.entry === entry.prev
  if (!isOfIt)
    throw new AishipError('CORRUPT', `the evidence that ${pointer}@${seq} names is not about the entry before it`, {
      next: ['aiship fsck'],
    })
  const again = judgeAgain(evidence)
  return {
    changed: false,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq, replay: again.isSame ? 'same' : 'different' },
      ...{ evidence: digest, evaluator: { made_by: evidence.evaluator, now: EVALUATOR }, at: evidence.at },
      ...{ action: entry.action, verdict: evidence.verdict.verdict, why: evidence.verdict.why },
      ...{ guards: again.looks.flatMap(({ verdicts }) => verdicts), now: again.verdict },
    },
  }
}

/** What a watch saw when it made an entry; null where none did. */
export async function evidenceIn(
  ctx: Context,
  { evidence: named }: PointerEntry,
): Promise<{ readonly digest: Digest; readonly evidence: WatchEvidence } | null> {
  // An evaluation that a gate looked at is an entry of a log, and no object.
  for (const digest of named) {
    if ((await ctx.registry.objects.size(digest)) === null) continue
    const evidence = parseEvidence(await collectBytes(ctx.registry.objects.get(digest, MAX_EVIDENCE)), digest)
    if (evidence !== null) return { digest, evidence }
  }
  return null
}
