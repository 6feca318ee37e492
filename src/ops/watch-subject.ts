import { canonicalBytes } from '../core/digest.ts'
import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { watchWarnings } from '../core/guard-lint.ts'
import type { Arm, Guard, PointerEntry, Rollout, Watch } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { routeAt } from '../core/rollout.ts'
import { policyDigest } from '../core/rollout-policy.ts'
import { readSpan } from '../core/rollout-words.ts'
import { sameRoute } from '../core/route.ts'
import type { Stretch } from '../core/watch-evidence.ts'
import { ofBundle, ofRollout } from '../core/watch-stretch.ts'
import { entryAt, history } from './logs.ts'
import { profileOf } from './profile.ts'
import { logOf } from './refs.ts'
import { rulesOf } from './rules.ts'

/** What a pointer's newest entry says is to be watched. */
export interface Subject {
  readonly before: Read<PointerEntry>
  readonly watch: Watch
  /** The rollout that runs, or is watched still; the pointer's bundle since it is there. */
  readonly stretches: readonly Stretch[]
}

/** Null where there is no guard. Errors: CORRUPT for a rollout that was changed by hand; those of `rulesOf`. */
export async function subjectOf(ctx: Context, pointer: string, before: Read<PointerEntry>): Promise<Subject | null> {
  const { entry } = before
  if (entry.route === null) return null
  const { settled, finished } = await settledIn(ctx, pointer, entry)
  if (entry.rollout !== null) checkRollout(pointer, entry, entry.rollout, settled)
  const own = (entry.rollout ?? finished?.rollout)?.policy.analysis
  const written = (await rulesOf(ctx, pointer, entry.policy))?.pointer.watch ?? null
  warnOfOther(ctx, pointer, written)
  const now = ctx.now().getTime()
  const kept = own ?? written
  const isKept = finished !== null && kept !== null && now < Date.parse(settled.at) + keepOf(kept)
  const watch = entry.rollout !== null || isKept ? kept : written
  if (watch === null) return null
  // A rollout ends, and its guards with it.
  for (const message of watch === written ? watchWarnings(watch) : [])
    ctx.emit({ type: 'warning', code: 'WATCH_WEAK', message })
  const rolling = async (read: Read<PointerEntry>, candidate: Arm): Promise<Stretch> =>
    ofRollout(pointer, await entriesOf(ctx, pointer, read), watch, now, await profileFor(ctx, watch, candidate))
  if (entry.rollout !== null) return { before, watch, stretches: [await rolling(before, entry.rollout.candidate)] }
  const main = mainOf(entry) as Arm
  const steady = ofBundle(pointer, entry, settled, watch, now, await profileFor(ctx, watch, main))
  if (!isKept || finished === null) return { before, watch, stretches: [steady] }
  // What compares does so in the rollout's own windows, to which labels come late; the rest goes on.
  const isAlone = (guard: Guard): boolean => standsAlone(guard, steady.profile)
  const past = await rolling(finished, finished.rollout.candidate)
  const stretches: readonly Stretch[] = [
    { ...past, mode: 'keep_watching', until: Date.parse(settled.at), deadline: null },
    steady,
  ]
  const parts = stretches.map((stretch) => {
    const guards = watch.guards.filter((guard) => isAlone(guard) === (stretch.mode === 'steady'))
    return { ...stretch, watch: { ...watch, guards } }
  })
  return { before, watch, stretches: parts.filter((one) => one.watch.guards.length > 0) }
}

const keepOf = ({ keep_watching: keep = '0s' }: Watch): number => readSpan(keep, 'keep_watching')

/** Needs nobody beside it to say something. */
const standsAlone = ({ kind, ceiling }: Guard, profile: Stretch['profile']): boolean =>
  ceiling !== undefined || kind === 'expression' || (kind === 'distribution' && profile !== null)

interface Finished extends Read<PointerEntry> {
  readonly rollout: Rollout
}

async function settledIn(
  ctx: Context,
  pointer: string,
  entry: PointerEntry,
): Promise<{ readonly settled: PointerEntry; readonly finished: Finished | null }> {
  const log = logOf(ctx, pointer)
  const settled = entry.settled === entry.seq ? entry : (await entryAt(ctx, log, entry.settled)).entry
  if (settled.action !== 'complete') return { settled, finished: null }
  const last = await entryAt(ctx, log, settled.seq - 1)
  return { settled, finished: last.entry.rollout === null ? null : { ...last, rollout: last.entry.rollout } }
}

/** A rollout is what its policy makes of what is settled, or somebody has had his hands in it: then nothing goes forward by itself. */
function checkRollout(pointer: string, entry: PointerEntry, rollout: Rollout, { route }: PointerEntry): void {
  const { policy, digest, step } = rollout
  const refuse = (why: string): AishipError =>
    new AishipError('CORRUPT', `${pointer}@${entry.seq} has ${why}`, {
      hint: 'nothing was changed; returning to what was stable needs nothing of it',
      next: [`aiship rollout abort ${pointer}`],
    })
  if (policyDigest(policy) !== digest) throw refuse('another policy than the one that was pinned')
  if (step > policy.steps.length) throw refuse(`step ${step}, and its policy has ${policy.steps.length}`)
  if (route === null || !sameRoute(entry.route, routeAt(route, rollout)))
    throw refuse(`another route than step ${step} of its rollout makes`)
}

/** What an entry pins holds until the next move: a branch that drops its guards does not pass by them. */
function warnOfOther(ctx: Context, pointer: string, pinned: Watch | null): void {
  if (ctx.config === null) return
  const here = ctx.config.rules[pointer]?.pointer.watch ?? null
  if (Buffer.compare(canonicalBytes(here), canonicalBytes(pinned)) === 0) return
  const message = `aiship.yaml says otherwise of the guards of ${pointer} than its newest entry, which counts until the next move`
  ctx.emit({ type: 'warning', code: 'POLICY_CHANGED', message })
}

/** The entries of a rollout up to this one, oldest first. */
async function entriesOf(ctx: Context, pointer: string, read: Read<PointerEntry>): Promise<readonly PointerEntry[]> {
  const newestFirst: PointerEntry[] = []
  for await (const entry of history(ctx, logOf(ctx, pointer), read)) {
    if (entry.rollout?.id !== read.entry.rollout?.id) break
    newestFirst.push(entry)
  }
  return newestFirst.reverse()
}

export const profileFor = (ctx: Context, { guards }: Watch, arm: Arm): Promise<Stretch['profile']> =>
  guards.some(({ kind }) => kind === 'distribution') ? profileOf(ctx, arm) : Promise.resolve(null)
