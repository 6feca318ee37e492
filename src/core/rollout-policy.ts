import { canonicalBytes, type Digest, digestOf } from './digest.ts'
import { gateProblem } from './gate-problem.ts'
import { analysisProblem } from './guard-lint.ts'
import type { RolloutPolicy, RolloutPolicyFile, RolloutStep, Step } from './model.gen.ts'
import { checkKeys, policyError } from './rollout-keys.ts'
import { readShare, readSpan } from './rollout-words.ts'
import { FULL_WEIGHT } from './route.ts'
import { pathProblem, whenProblem } from './route-when.ts'
import { validateRolloutPolicyFile } from './watch-validator.gen.ts'

/** Where the key that is drawn by stands when nobody says. */
const USUAL_KEY = 'targetingKey'
const MAX_STEPS = 50

export const policyDigest = (policy: RolloutPolicy): Digest => digestOf(canonicalBytes(policy))

/**
 * A policy as it is written, made whole: every strategy becomes steps of one kind. In: the file's value, plain JSON.
 * Errors: POLICY_INVALID, naming the first thing that is wrong and where.
 */
export function readPolicy(value: unknown): RolloutPolicy {
  checkKeys(value)
  const written = value as RolloutPolicyFile
  const { ends = 'candidate', preview = null, until = null, by, steps } = readStrategy(written.strategy)
  const deadline = readSpan(written.deadline.after, 'deadline.after')
  checkSteps(steps)
  const total = holdsOf(steps)
  if (deadline === 0 || deadline <= total)
    throw policyError(
      `the deadline of ${written.deadline.after} passes before the holds are over, so this could never complete`,
      `the steps hold for ${Math.ceil(total / 60_000)} minutes together`,
    )
  const [path, when] = [pathProblem(by), preview === null ? null : whenProblem(preview)]
  if (path !== null) throw policyError(`bucket.by ${path}`)
  if (when !== null) throw policyError(`strategy.blueGreen.preview.when ${when}`)
  if (!validateRolloutPolicyFile(value))
    throw policyError('this is no rollout policy', 'schemas/rollout-policy.schema.json says what one looks like')
  for (const [name, gate] of Object.entries(value.gates ?? {})) {
    const found = gateProblem(gate)
    if (found !== null) throw policyError(`${['gates', name, ...found.at].join('.')} ${found.problem}`, found.hint)
  }
  const policy: RolloutPolicy = {
    ...{ name: value.metadata?.name ?? null, strategy: strategyOf(value.strategy), by, steps, ends, preview, until },
    ...{ deadline, onNewCandidate: value.onNewCandidate ?? 'queue' },
    ...(value.analysis === undefined ? {} : { analysis: value.analysis }),
    ...(value.gates === undefined ? {} : { gates: value.gates }),
  }
  const problem = analysisProblem(policy)
  if (problem !== null) throw policyError(problem)
  return policy
}

/** All holds together. */
export const holdsOf = (steps: readonly RolloutStep[]): number => steps.reduce((sum, step) => sum + step.hold, 0)

type Strategy = RolloutPolicyFile['strategy']

interface Plan extends Partial<Pick<RolloutPolicy, 'ends' | 'preview' | 'until'>> {
  readonly by: string
  readonly steps: readonly RolloutStep[]
}

function strategyOf(strategy: Strategy): RolloutPolicy['strategy'] {
  if (strategy.canary !== undefined) return 'canary'
  if (strategy.shadow !== undefined) return 'shadow'
  return strategy.blueGreen !== undefined ? 'blue-green' : 'ab'
}

function readStrategy({ canary, shadow, blueGreen, ab }: Strategy): Plan {
  const given = [canary, shadow, blueGreen, ab].filter((one) => one !== undefined)
  if (given.length !== 1) throw policyError('strategy is one of canary, shadow, blueGreen and ab')
  const by = given[0]?.bucket?.by ?? USUAL_KEY
  if (canary !== undefined) return { by, steps: readCanary(canary) }
  if (shadow !== undefined) return { by, steps: readShadow(shadow), ends: 'stable' }
  if (blueGreen !== undefined) return { by, ...readBlueGreen(blueGreen) }
  if (ab !== undefined) return { by, ...readSplit(ab) }
  throw policyError('strategy is one of canary, shadow, blueGreen and ab')
}

const EMPTY: RolloutStep = {
  ...{ weight: 0, control: 0, mirror: 0, effects: 'stub', preview: false },
  ...{ hold: 0, units: 0, approval: false, approvers: [] },
}

/** As large as the candidate, or what is left. */
const matched = (weight: number): number => Math.min(weight, FULL_WEIGHT - weight)

/** A last step of 100 % is what comes after the steps: then the rollout is complete. */
function readCanary({ steps: written, control }: NonNullable<Strategy['canary']>): readonly RolloutStep[] {
  const steps = readSteps(written, 'strategy.canary.steps', control)
  const last = steps.at(-1)
  if (last?.weight !== FULL_WEIGHT) return steps
  if (last.hold > 0 || last.units > 0 || last.approval)
    throw policyError('the step of 100% can wait for nothing: with it the rollout is complete')
  if (steps.length > 1) return steps.slice(0, -1)
  throw policyError('a rollout of one step to 100% is a promote', 'begin with less: --steps 5%,25%,100%')
}

function readShadow({ steps: written }: NonNullable<Strategy['shadow']>): readonly RolloutStep[] {
  if (written.some((step) => step.setWeight !== undefined))
    throw policyError('a shadow serves nobody: setWeight goes with canary, after its mirrors if need be')
  return readSteps(written, 'strategy.shadow.steps')
}

/** In: `steps`, those that stand before the written ones. */
function readSteps(
  written: readonly Step[],
  place: string,
  control = 'matched',
  steps: RolloutStep[] = [],
): readonly RolloutStep[] {
  for (const [i, { setWeight, hold, mirror, pause }] of written.entries()) {
    const at = `${place}[${i}]`
    if ([setWeight, mirror, pause].filter((one) => one !== undefined).length !== 1)
      throw policyError(`${at} is one of setWeight, mirror and pause`)
    if (hold !== undefined && setWeight === undefined) throw policyError(`${at}.hold goes with setWeight`)
    if (setWeight !== undefined) {
      const weight = readShare(setWeight, `${at}.setWeight`)
      const held = hold?.for === undefined ? 0 : readSpan(hold.for, `${at}.hold.for`)
      const { minUnits: units = 0 } = hold ?? {}
      steps.push({ ...EMPTY, weight, control: control === 'none' ? 0 : matched(weight), hold: held, units })
    } else if (mirror !== undefined) {
      const share = readShare(mirror.weight, `${at}.mirror.weight`)
      const held = mirror.for === undefined ? 0 : readSpan(mirror.for, `${at}.mirror.for`)
      steps.push({ ...EMPTY, mirror: share, effects: mirror.effects ?? 'stub', hold: held })
    } else {
      const last = steps.pop()
      if (last === undefined) throw policyError(`${at} has no step before it that an approval could end`)
      steps.push({ ...last, approval: true, approvers: [...(pause?.approvers ?? [])] })
    }
  }
  return steps
}

function readBlueGreen(blueGreen: NonNullable<Strategy['blueGreen']>): Omit<Plan, 'by'> {
  const { preview, prePromotion = [], postPromotion, keepWarm } = blueGreen
  const place = 'strategy.blueGreen'
  if (prePromotion.some((step) => step.setWeight !== undefined))
    throw policyError(`${place}.prePromotion has a setWeight: before the switch, blue serves everybody`)
  // Before anything is mirrored, or where nothing is: the preview alone.
  const isOpen = prePromotion[0]?.mirror !== undefined
  const first = readSteps(prePromotion, `${place}.prePromotion`, 'none', isOpen ? [] : [EMPTY])
  const steps = first.map((step) => ({ ...step, preview: true }))
  const warm = keepWarm === undefined ? 0 : readSpan(keepWarm, `${place}.keepWarm`)
  const after: RolloutStep[] = []
  if (postPromotion !== undefined) {
    const control = readShare(postPromotion.control, `${place}.postPromotion.control`)
    const hold = readSpan(postPromotion.watch, `${place}.postPromotion.watch`)
    after.push({ ...EMPTY, weight: FULL_WEIGHT - control, control, hold })
  }
  if (warm > 0) after.push({ ...EMPTY, weight: FULL_WEIGHT, hold: warm })
  return { steps: [...steps, ...after], preview: preview.when }
}

function readSplit({ split, until }: NonNullable<Strategy['ab']>): Omit<Plan, 'by'> {
  const shareOf = (arm: string): number =>
    split[arm] === undefined ? 0 : readShare(split[arm], `strategy.ab.split.${arm}`)
  const [weight, control, stable] = ['candidate', 'control', 'stable'].map(shareOf) as [number, number, number]
  const sum = weight + control + stable
  if (sum !== FULL_WEIGHT)
    throw policyError(`the shares of strategy.ab.split sum to ${sum / (FULL_WEIGHT / 100)} %, not to 100 %`)
  if (weight === 0 || weight === FULL_WEIGHT) throw policyError('strategy.ab.split compares nobody with nobody')
  const end = Date.parse(until)
  if (Number.isNaN(end) || !/^\d{4}-\d{2}-\d{2}/.test(until))
    throw policyError(`strategy.ab.until is a day or a time, not ${JSON.stringify(until)}`)
  return { steps: [{ ...EMPTY, weight, control }], ends: 'stable', until: new Date(end).toISOString() }
}

/** What must hold of the steps together: shares rise, and mirrors come before anybody is served. */
function checkSteps(steps: readonly RolloutStep[]): void {
  if (steps.length === 0) throw policyError('the policy has no step')
  if (steps.length > MAX_STEPS) throw policyError(`the policy has ${steps.length} steps, more than ${MAX_STEPS}`)
  let [weight, mirror] = [0, 0]
  for (const [i, step] of steps.entries()) {
    const what = `step ${i + 1}`
    if (step.weight < weight || (step.weight === weight && weight > 0))
      throw policyError(`${what} does not raise the weight: ${percentOf(step.weight)} after ${percentOf(weight)}`)
    if (step.weight === 0 && (step.mirror < mirror || (step.mirror === mirror && mirror > 0)))
      throw policyError(`${what} does not raise the mirror: ${percentOf(step.mirror)} after ${percentOf(mirror)}`)
    ;[weight, mirror] = [step.weight, step.mirror]
  }
}

const percentOf = (weight: number): string => `${Number((weight / (FULL_WEIGHT / 100)).toFixed(3))} %`
