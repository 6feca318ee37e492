import { AishipError } from '../core/errors.ts'
import type { PolicyFlags } from '../core/rollout-flags.ts'
import type { PolicySource } from '../ops/rollout-policy.ts'
import { flag, text, type Words, whole } from './command.ts'

/** The flags that say how a rollout goes, the same for `plan` and `start`. */
export const POLICY_OPTIONS = [
  ['--steps <shares>', "the candidate's shares, rising: 5%,25%,100% (of a shadow, what is mirrored)"],
  ['--hold <time>', 'how long each step lasts at least: 30s, 10m, 2h (default: until somebody advances)'],
  ['--units <n>', 'how many units the candidate must have served in each step'],
  ['--approval', 'after each step a person has to approve the next'],
  ['--strategy <name>', 'canary (default), shadow, blue-green or ab'],
  ['--policy <file>', 'all of this in a file instead, YAML or JSON; - is standard input'],
  ['--deadline <time>', 'abort what is not complete by then (default: the holds and a day)'],
  ['--until <date>', 'the end date of an A/B test'],
  ['--keep-warm <time>', 'how long a blue-green release keeps blue after the switch'],
  ['--preview <json>', 'who gets green before the switch, as JsonLogic'],
  ['--by <path>', 'where the key stands in a context (default targetingKey)'],
  ['--on-new <what>', 'a candidate that is started meanwhile: queue (default), supersede or refuse'],
] as const

const FLAGS = ['steps', 'hold', 'strategy', 'deadline', 'until', 'keepWarm', 'preview', 'by', 'onNew', 'units']

export const isPolicyGiven = (words: Words): boolean =>
  [...FLAGS, 'policy', 'approval'].some((key) => words.options[key] !== undefined)

/** Errors: USAGE for a file and flags at once. */
export function policySource(words: Words): PolicySource {
  const file = text(words, 'policy')
  const also = [...FLAGS, 'approval'].find((key) => words.options[key] !== undefined)
  if (file !== null && also !== undefined)
    throw new AishipError('USAGE', '--policy says all of it: the other flags of a policy do not go with it', {
      next: ['aiship help rollout start'],
    })
  if (file !== null) return { file }
  const flags: PolicyFlags = {
    ...{ strategy: text(words, 'strategy'), steps: text(words, 'steps'), hold: text(words, 'hold') },
    ...{ units: whole(words, 'units', 1) ?? null, deadline: text(words, 'deadline'), by: text(words, 'by') },
    ...{ until: text(words, 'until'), keepWarm: text(words, 'keepWarm'), preview: text(words, 'preview') },
    ...{ onNewCandidate: text(words, 'onNew'), approval: flag(words, 'approval') },
  }
  return { flags }
}
