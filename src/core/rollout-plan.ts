import { seenIn, type Traffic } from './guard-ahead.ts'
import type { PlannedStep, RolloutPolicy, RolloutStep } from './model.gen.ts'
import { spanWords } from './rollout-words.ts'
import { percent } from './route-check.ts'

const HOUR = 3_600_000

/** Each step, what it serves, and what it could see. */
export const plannedSteps = ({ steps }: RolloutPolicy, traffic: Traffic): readonly PlannedStep[] =>
  steps.map((step, i) => {
    const sees = seenIn(step, traffic)
    const twice = sees.find(({ ratio }) => ratio === 2)?.hours ?? null
    const { weight, control, mirror, hold, units, approval } = step
    return {
      ...{ step: i + 1, words: stepWords(step), weight, control, mirror, hold, units, approval, sees },
      short: twice !== null && hold < twice * HOUR,
    }
  })

/** "candidate 5 %, control 5 %; holds 10 min, 300 units, then an approval" */
export function stepWords({ weight, control, mirror, effects, preview, hold, units, approval }: RolloutStep): string {
  const served = [
    ...(preview ? ['the preview gets the candidate'] : []),
    ...(mirror > 0 ? [`${percent(mirror)} mirrored (effects: ${effects})`] : []),
    ...(weight > 0 ? [`candidate ${percent(weight)}${control > 0 ? `, control ${percent(control)}` : ''}`] : []),
  ]
  const until = [
    ...(hold > 0 ? [`holds ${spanWords(hold)}`] : []),
    ...(units > 0 ? [`${units} units`] : []),
    ...(approval ? ['a person approves'] : []),
  ]
  return `${served.join('; ')}${until.length === 0 ? '' : `; ${until.join(', ')}`}`
}
