import { fail, type Judgement, type Known, pass } from './judgement.ts'
import type { Arm, AutoPromote, PointerEntry, RolloutPolicy } from './model.gen.ts'
import { type Move, mainOf } from './pointer.ts'
import { readSpan, spanWords } from './rollout-words.ts'
import { FULL_WEIGHT, servedArms } from './route.ts'
import { shellWord } from './shell.ts'

export interface AutoFacts {
  readonly pointer: string
  readonly newest: PointerEntry | null
  /** Null where only a look is taken. */
  readonly planned: Move | null
  /** A person's newest decision about the pointer since the bundle was made. */
  readonly decision: PointerEntry | null
}

/**
 * What automation may do on a pointer with `auto_promote`, beside its gates: never over what a person has decided since the bundle was made, never an
 * older build over a newer one, and, where a rollout is asked for, all traffic only through one. Holds and bad marks stop it on any pointer.
 */
export function judgeAuto(rule: AutoPromote, { arm }: Known, facts: AutoFacts): Judgement {
  const { pointer, newest, planned, decision } = facts
  const { version } = arm
  if (mainOf(newest) === null)
    return fail(
      `${pointer} says nothing yet, and its first release is a person's`,
      `aiship promote ${version} ${shellWord(pointer)}`,
    )
  if (decision !== null && !isFor(decision, arm)) {
    const { actor, action, at, seq } = decision
    return fail(
      `${version} was made before ${actor.name} decided otherwise (${action}, ${pointer}@${seq} at ${at}): bundle again, or let a person move it`,
      `aiship log ${shellWord(pointer)}`,
    )
  }
  const newer = servedArms(newest?.route ?? null).find((other) => numberOf(other) > numberOf(arm))
  if (newer !== undefined)
    return fail(`${version} is an older build than ${newer.version}, which ${pointer} serves`, `aiship show ${version}`)
  const problem = rule.through === 'rollout' && planned !== null ? rolloutProblem(rule, planned) : null
  if (problem === null)
    return pass(`automation may move it, through ${rule.through === 'rollout' ? 'a rollout' : 'its gates'}`)
  const hold = rule.soak ?? '10m'
  return fail(problem, `aiship rollout start ${version} ${shellWord(pointer)} --steps 5%,100% --hold ${hold}`)
}

/** Null: the move is part of a rollout that gives the candidate a part first, for long enough. */
function rolloutProblem({ soak = '0s' }: AutoPromote, { action, rollout }: Move): string | null {
  // Its policy was looked at when it started, and is pinned; one that is queued will be when it starts.
  if (action === 'step' || action === 'complete' || action === 'queue' || action === 'resume') return null
  if (action !== 'start' || rollout === null) return 'automation moves it through a rollout only'
  const [asked, shared] = [readSpan(soak, 'soak'), sharedFor(rollout.policy)]
  if (shared === null) return 'its rollout gives the candidate everything at once'
  return shared >= asked
    ? null
    : `its rollout gives the candidate a part for ${spanWords(shared)}, and ${spanWords(asked)} are asked`
}

/** How long at least the candidate serves a part, or is sent one. Milliseconds; null: never. */
function sharedFor({ steps }: RolloutPolicy): number | null {
  const parts = steps.filter(({ weight, mirror }) => weight < FULL_WEIGHT && weight + mirror > 0)
  return parts.length === 0 ? null : parts.reduce((sum, { hold }) => sum + hold, 0)
}

const isFor = ({ to, rollout }: PointerEntry, { bundle }: Arm): boolean =>
  to === bundle || rollout?.candidate.bundle === bundle

/** As long as everything is bundled in one registry, the higher number was made later. */
const numberOf = ({ version }: Arm): number => Number(version.slice(1))

/** What else a person writes into a pointer's log says nothing of what it should serve. */
const SIDE: ReadonlySet<PointerEntry['action']> = new Set(['hold', 'unhold', 'pause', 'resume', 'queue'])
export const isDecision = ({ action }: PointerEntry): boolean => !SIDE.has(action)
