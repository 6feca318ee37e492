import type { Gate } from './model.gen.ts'

/** What makes a gate the kind that it is, and what may stand beside it. */
const KINDS: readonly (readonly [keyof Gate, readonly (keyof Gate)[]])[] = [
  [
    'metric',
    ['evidence', 'min', 'max', 'max_drop_vs', 'max_rise_vs', 'by', 'confidence', 'eval_set', 'same', 'same_runtime'],
  ],
  ['roles', ['components']],
  ['components', ['roles']],
  ['allow_formats', []],
  ['git', []],
  ['approvals', []],
  ['untainted', ['unknown', 'claims']],
]

/** What is wrong with a gate as it is written, of itself: keys that do not go together, and what could never pass or never fail. */
export interface GateProblem {
  readonly at: readonly (keyof Gate)[]
  readonly problem: string
  readonly hint?: string
}

/** Null: nothing. In: a gate of the right shape. */
export function gateProblem(gate: Gate): GateProblem | null {
  const keys = Object.keys(gate) as (keyof Gate)[]
  const kind = KINDS.find(([key]) => keys.includes(key))
  if (kind === undefined)
    return {
      ...{ at: [], problem: 'asks nothing' },
      hint: 'a gate has one of metric, roles, components, allow_formats, git, approvals, untainted',
    }
  const stray = keys.find((key) => key !== kind[0] && !kind[1].includes(key))
  if (stray !== undefined) return { at: [stray], problem: `does not go with ${kind[0]}: that is a gate of its own` }
  const { min, max, max_drop_vs: drop, max_rise_vs: rise } = gate
  if (gate.metric !== undefined) {
    if (min === undefined && max === undefined && drop === undefined && rise === undefined && !gate.same_runtime)
      return { at: [], problem: 'can never fail: it has no bound', hint: 'say min, max, max_drop_vs or max_rise_vs' }
    if (gate.evidence === undefined)
      return { at: [], problem: 'does not say where the metric comes from', hint: 'write evidence: evaluation' }
  }
  if (min !== undefined && max !== undefined && min > max)
    return { at: ['min'], problem: `can never pass: min is ${min}, more than max` }
  if (drop !== undefined && rise !== undefined)
    return { at: ['max_rise_vs'], problem: 'goes with max_drop_vs in another gate' }
  const alone = (['by', 'confidence'] as const).find((key) => gate[key] !== undefined)
  if (alone !== undefined && drop === undefined && rise === undefined)
    return { at: [alone], problem: 'goes with max_drop_vs or max_rise_vs' }
  return null
}
