import { courseOf } from './batches.ts'
import type { Served } from './guard.ts'
import { settingsOf } from './guard-settings.ts'
import type { Arm, Guard, PointerEntry, Rollout, Watch } from './model.gen.ts'
import { mainOf } from './pointer.ts'
import { deadlineOf, stepNow } from './rollout.ts'
import { FULL_WEIGHT } from './route.ts'
import type { Stretch } from './watch-evidence.ts'

/** What is judged, from a pointer's entries alone. */

const intervalOf = (watch: Watch): number => settingsOf(watch.guards[0] as Guard, watch).interval

/** A rollout from its start on. In: its entries, oldest first. */
export function ofRollout(
  pointer: string,
  entries: readonly PointerEntry[],
  watch: Watch,
  now: number,
  profile: Stretch['profile'],
): Stretch {
  const newest = entries.at(-1) as PointerEntry
  const rollout = newest.rollout as Rollout
  const changes = changesIn(entries)
  const start = changes[0]?.at ?? Date.parse(rollout.started)
  const deadline = deadlineOf(rollout).getTime()
  const isCompared = changes.some(({ served: s }) => s.mirror > 0 || (s.candidate > 0 && s.control + s.stable > 0))
  return {
    ...{ watch, mode: 'rollout', now, deadline, changes, served: sharesOf(rollout), profile },
    ...courseOf(start, intervalOf(watch), deadline, now),
    sides: {
      pointer,
      candidate: { bundle: rollout.candidate.bundle, arms: ['candidate'] },
      reference: isCompared ? { bundle: (mainOf(newest) as Arm).bundle, arms: ['control', 'stable'] } : null,
    },
  }
}

function sharesOf(rollout: Rollout): Served {
  const { weight: candidate, control, mirror } = stepNow(rollout)
  return { candidate, control, stable: FULL_WEIGHT - candidate - control, mirror }
}

/** What was served from when on. */
function changesIn(entries: readonly PointerEntry[]): Stretch['changes'] {
  const all = entries.map(({ at, rollout }) => ({ at: Date.parse(at), served: sharesOf(rollout as Rollout) }))
  return all.filter(({ served }, i) => JSON.stringify(served) !== JSON.stringify(all[i - 1]?.served))
}

/** Everybody gets it: nothing is drawn, and there is nothing to compare with. */
const ALONE: Served = { candidate: FULL_WEIGHT, control: 0, stable: 0, mirror: 0 }

/** What everybody gets, since it is there. In: the newest entry, and the settled one. */
export function ofBundle(
  pointer: string,
  entry: PointerEntry,
  settled: PointerEntry,
  watch: Watch,
  now: number,
  profile: Stretch['profile'],
): Stretch {
  const { bundle } = mainOf(entry) as Arm
  const arms = Object.entries(entry.route?.arms ?? {}).flatMap(([name, arm]) => (arm.bundle === bundle ? [name] : []))
  const course = courseOf(Date.parse(settled.at), intervalOf(watch), null, now)
  return {
    ...{ watch, mode: 'steady', now, deadline: null, served: ALONE, profile, ...course },
    changes: [{ at: course.start, served: ALONE }],
    sides: { pointer, candidate: { bundle, arms }, reference: null },
  }
}
