import type { RolloutPolicy, RolloutPolicyFile } from './model.gen.ts'
import { policyError } from './rollout-keys.ts'
import { holdsOf, readPolicy } from './rollout-policy.ts'

/** A policy as flags say it. Everything is text as it was typed; null: not given. */
export interface PolicyFlags {
  readonly strategy: string | null
  /** `5%,25%,100%` */
  readonly steps: string | null
  readonly hold: string | null
  readonly units: number | null
  readonly deadline: string | null
  readonly by: string | null
  readonly until: string | null
  readonly keepWarm: string | null
  /** JsonLogic, as JSON. */
  readonly preview: string | null
  readonly onNewCandidate: string | null
  /** After each step a person has to approve the next. */
  readonly approval: boolean
}

const DAY = 24 * 3_600_000
/** Who asks for the preview of a blue-green release, where nobody says otherwise. */
const USUAL_PREVIEW = { '==': [{ var: 'header.x-aiship-preview' }, 'green'] }

/** What goes with each strategy; the other flags go with all. Steps are refused, or asked for, where they are read. */
const TAKES: ReadonlyMap<string, readonly (keyof PolicyFlags)[]> = new Map([
  ['canary', ['hold', 'units', 'approval']],
  ['shadow', ['hold', 'approval']],
  ['blue-green', ['approval', 'keepWarm', 'preview']],
  ['ab', ['until']],
])

/** A flag that would do nothing is a misunderstanding, and of production. */
function checkTaken(flags: PolicyFlags, strategy: string): void {
  const takes = TAKES.get(strategy)
  if (takes === undefined)
    throw policyError(`there is no strategy ${JSON.stringify(strategy)}`, 'there are canary, shadow, blue-green and ab')
  for (const key of new Set([...TAKES.values()].flat())) {
    if (flags[key] === null || flags[key] === false || takes.includes(key)) continue
    const name = key === 'keepWarm' ? '--keep-warm' : `--${key}`
    const others = [...TAKES.keys()].filter((one) => TAKES.get(one)?.includes(key))
    throw policyError(
      `${name} does not go with the strategy ${strategy}`,
      `leave it out, or say  --strategy ${others.join(' or ')}`,
    )
  }
}

/** The same policy as a file that says it. Errors: POLICY_INVALID. */
export function policyOfFlags(flags: PolicyFlags): RolloutPolicy {
  const { hold, units, by, deadline, onNewCandidate } = flags
  const strategy = flags.strategy ?? 'canary'
  checkTaken(flags, strategy)
  const shares = (flags.steps ?? '').split(',').map((share) => share.trim())
  const bucket = by === null ? {} : { bucket: { by } }
  const held = { ...(hold === null ? {} : { for: hold }), ...(units === null ? {} : { minUnits: units }) }
  const written: RolloutPolicyFile['strategy'] = (() => {
    switch (strategy) {
      case 'canary':
        return { canary: { ...bucket, steps: canarySteps(needed(flags), held, flags.approval) } }
      case 'shadow':
        return {
          shadow: {
            ...bucket,
            steps: needed(flags).flatMap((weight) => [mirrorStep(weight, hold), ...approvals(flags)]),
          },
        }
      case 'blue-green':
        return { blueGreen: { ...bucket, ...blueGreen(flags) } }
      default:
        return { ab: { ...bucket, split: split(shares), until: until(flags) } }
    }
  })()
  const rest = onNewCandidate === null ? {} : { onNewCandidate: onNewCandidate as 'queue' }
  const file = (after: string): RolloutPolicyFile => ({
    strategy: written,
    ...rest,
    deadline: { after },
  })
  if (deadline !== null) return readPolicy(file(deadline))
  // Long enough for the holds, and a day besides.
  const { steps, until: end } = readPolicy(file('366d'))
  if (end !== null) return readPolicy(file('366d'))
  return readPolicy(file(`${Math.ceil((holdsOf(steps) + DAY) / 60_000)}m`))
}

function needed({ steps }: PolicyFlags): readonly string[] {
  if (steps !== null) return steps.split(',').map((share) => share.trim())
  throw policyError('the rollout has no steps', 'say them:  --steps 5%,25%,100%')
}

function canarySteps(
  shares: readonly string[],
  held: { readonly for?: string; readonly minUnits?: number },
  approval: boolean,
) {
  return shares.flatMap((setWeight) => {
    const isLast = /^100(\.0+)?%$/.test(setWeight)
    if (isLast) return [{ setWeight }]
    return [
      Object.keys(held).length === 0 ? { setWeight } : { setWeight, hold: held },
      ...(approval ? [{ pause: {} }] : []),
    ]
  })
}

const approvals = ({ approval }: PolicyFlags) => (approval ? [{ pause: {} }] : [])

const mirrorStep = (weight: string, hold: string | null) => ({
  mirror: { weight, ...(hold === null ? {} : { for: hold }) },
})

function blueGreen({ steps, hold, keepWarm, preview, ...flags }: PolicyFlags) {
  if (steps !== null && steps.trim() !== '100%')
    throw policyError('a blue-green release has no steps: it switches everybody at once', 'leave --steps out')
  return {
    preview: { when: preview === null ? USUAL_PREVIEW : readWhen(preview) },
    ...{ prePromotion: approvals({ ...flags, steps, hold, keepWarm, preview }) },
    ...(keepWarm === null ? {} : { keepWarm }),
  }
}

function readWhen(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below, with what was typed.
  }
  throw policyError(`--preview takes JsonLogic as JSON, not ${JSON.stringify(text.slice(0, 100))}`)
}

/** One share: the candidate's, and the rest is the control's. */
function split(shares: readonly string[]): Record<string, string> {
  const [candidate = ''] = shares
  if (shares.length !== 1 || candidate === '')
    throw policyError("an A/B test has one share, the candidate's", 'say it:  --steps 50%')
  const number = Number(/^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(candidate)?.[1] ?? Number.NaN)
  const rest = Number((100 - number).toFixed(3))
  return rest > 0 ? { candidate, control: `${rest}%` } : { candidate }
}

function until({ until: end }: PolicyFlags): string {
  if (end !== null) return end
  throw policyError('an A/B test has no end date', 'say it:  --until 2026-12-01')
}
