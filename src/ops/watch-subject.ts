import { courseOf } from '../core/batches.ts'
import { canonicalBytes } from '../core/digest.ts'
import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Served } from '../core/guard.ts'
import { watchWarnings } from '../core/guard-lint.ts'
import { settingsOf } from '../core/guard-settings.ts'
import type { Arm, Guard, PointerEntry, Rollout, Watch } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { deadlineOf, routeAt, stepNow } from '../core/rollout.ts'
import { policyDigest } from '../core/rollout-policy.ts'
import { readSpan } from '../core/rollout-words.ts'
import { FULL_WEIGHT, mainArm, sameRoute } from '../core/route.ts'
import type { Stretch } from '../core/watch-evidence.ts'
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
  if (entry.rollout !== null) return { before, watch, stretches: [await ofRollout(ctx, pointer, before, watch, now)] }
  const steady = await ofBundle(ctx, pointer, entry, settled, watch, now)
  if (!isKept || finished === null) return { before, watch, stretches: [steady] }
  // What compares does so in the rollout's own windows, to which labels come late; the rest goes on.
  const isAlone = (guard: Guard): boolean => standsAlone(guard, steady.profile)
  const past = await ofRollout(ctx, pointer, finished, watch, now)
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

const intervalOf = (watch: Watch): number => settingsOf(watch.guards[0] as Guard, watch).interval
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

/** From the start of a rollout on. In: its newest entry. */
async function ofRollout(
  ctx: Context,
  pointer: string,
  read: Read<PointerEntry>,
  watch: Watch,
  now: number,
): Promise<Stretch> {
  const rollout = read.entry.rollout as Rollout
  const stable = mainArm(read.entry.route as NonNullable<PointerEntry['route']>)
  const changes = await changesIn(ctx, pointer, read, rollout)
  const start = changes[0]?.at ?? Date.parse(rollout.started)
  const deadline = deadlineOf(rollout).getTime()
  const isCompared = changes.some(({ served: s }) => s.mirror > 0 || (s.candidate > 0 && s.control + s.stable > 0))
  return {
    ...{ watch, mode: 'rollout', now, changes, served: sharesOf(rollout) },
    ...courseOf(start, intervalOf(watch), deadline, now),
    deadline,
    sides: {
      pointer,
      candidate: { bundle: rollout.candidate.bundle, arms: ['candidate'] },
      reference: isCompared ? { bundle: stable.bundle, arms: ['control', 'stable'] } : null,
    },
    profile: await profileFor(ctx, watch, rollout.candidate),
  }
}

function sharesOf(rollout: Rollout): Served {
  const { weight: candidate, control, mirror } = stepNow(rollout)
  return { candidate, control, stable: FULL_WEIGHT - candidate - control, mirror }
}

/** What was served from when on, by the entries of this rollout. */
async function changesIn(
  ctx: Context,
  pointer: string,
  read: Read<PointerEntry>,
  { id }: Rollout,
): Promise<Stretch['changes']> {
  const newestFirst: Stretch['changes'][number][] = []
  for await (const { at, rollout } of history(ctx, logOf(ctx, pointer), read)) {
    if (rollout?.id !== id) break
    newestFirst.push({ at: Date.parse(at), served: sharesOf(rollout) })
  }
  const oldestFirst = newestFirst.reverse()
  const isSame = (a: Served, b: Served | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)
  return oldestFirst.filter(({ served }, i) => !isSame(served, oldestFirst[i - 1]?.served))
}

/** Everybody gets it: nothing is drawn, and there is nothing to compare with. */
const ALONE: Served = { candidate: FULL_WEIGHT, control: 0, stable: 0, mirror: 0 }

async function ofBundle(
  ctx: Context,
  pointer: string,
  entry: PointerEntry,
  settled: PointerEntry,
  watch: Watch,
  now: number,
): Promise<Stretch> {
  const main = mainOf(entry) as Arm
  const arms = Object.entries(entry.route?.arms ?? {}).flatMap(([name, { bundle }]) =>
    bundle === main.bundle ? [name] : [],
  )
  const course = courseOf(Date.parse(settled.at), intervalOf(watch), null, now)
  return {
    ...{
      watch,
      mode: 'steady',
      now,
      deadline: null,
      served: ALONE,
      changes: [{ at: course.start, served: ALONE }],
      ...course,
    },
    sides: { pointer, candidate: { bundle: main.bundle, arms }, reference: null },
    profile: await profileFor(ctx, watch, main),
  }
}

const profileFor = (ctx: Context, { guards }: Watch, arm: Arm): Promise<Stretch['profile']> =>
  guards.some(({ kind }) => kind === 'distribution') ? profileOf(ctx, arm) : Promise.resolve(null)
