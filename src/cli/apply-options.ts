import { AishipError } from '../core/errors.ts'
import { wordsOf } from '../core/follow.ts'
import type { ApplyInput } from '../ops/remediate-apply.ts'
import { arg, duration, flag, list, option, REASON, text, type Words, whole } from './command.ts'

/** What `remediate apply` and `resume` take; resume has what the run before had, where nothing is said. */
export const APPLY_OPTIONS = [
  [
    '--hook <command>',
    'the program that does what it is sent: JSON lines in, JSON lines out; run without a shell, in the project',
  ],
  ['--env <name...>', 'a variable that it gets too, beside PATH, HOME, LANG and AISHIP_*'],
  ['--rate <n>', 'at most so many items a second: 50/s, 600/min (default: as fast as the hook answers)'],
  ['--concurrency <n>', 'items on their way at once, of different entities (default 4)'],
  ['--stage <counts>', 'stop after so many items, for a look: 100,1000,all (default)'],
  ['--verify <command>', 'must end with 0 after each stage; 10 minutes at most'],
  ['--no-pause', 'go on after a stage by itself'],
  ['--deadline <time>', 'how long an answer may take (default 30s): then it is sent again, with the same key'],
  ['--attempts <n>', 'how often an item is sent at most, in one run (default 8)'],
  ['--max-row <n>', 'stop after so many failures in a row (default 5; 0: never)'],
  ['--max-failed <percent>', 'stop when more than that of the last 500 failed (default 2)'],
  ['--max-conflicts <percent>', 'stop when more than that of the last 500 were conflicts (default 5)'],
  ['--take-over', 'the machine that ran it is known to be dead: go on here'],
  REASON,
] as const

export function applyInput(words: Words, verb: ApplyInput['verb']): ApplyInput {
  const [hook, verify, stage] = [text(words, 'hook'), text(words, 'verify'), text(words, 'stage')]
  const env = list(words, 'env')
  const breaker = {
    in_a_row: whole(words, 'maxRow', 0) ?? 5,
    failed_share: percent(words, 'maxFailed') ?? 0.02,
    conflict_share: percent(words, 'maxConflicts') ?? 0.05,
  }
  const isSet = ['maxRow', 'maxFailed', 'maxConflicts'].some((key) => text(words, key) !== null)
  return {
    ...{ plan: arg(words, 0), verb, dry: flag(words, 'dryRun'), reason: text(words, 'reason') },
    takeOver: flag(words, 'takeOver'),
    options: {
      hook: hook === null ? undefined : wordsOf(hook, '--hook'),
      env: env.length === 0 ? undefined : env,
      rate: rateOf(words),
      concurrency: whole(words, 'concurrency', 1),
      stages: stage === null ? undefined : stagesOf(stage),
      verify: verify === null ? undefined : wordsOf(verify, '--verify'),
      pause: words.options.pause === false ? false : undefined,
      deadline_ms: duration(words, 'deadline'),
      attempts: whole(words, 'attempts', 1),
      breaker: isSet ? breaker : undefined,
    },
  }
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600 }

function rateOf(words: Words): number | undefined {
  const given = text(words, 'rate')
  if (given === null) return undefined
  const [, count, unit = 's'] = /^([0-9]{1,7})(?:\/(s|sec|m|min|h))?$/.exec(given) ?? []
  const rate = Number(count) / (SECONDS[unit] as number)
  if (rate > 0) return rate
  throw new AishipError('USAGE', `--rate takes 50/s, 600/min or 1000/h, not ${JSON.stringify(given)}`)
}

function stagesOf(given: string): readonly number[] {
  const parts = given.split(',').map((part) => part.trim())
  const counts = parts.filter((part) => part !== 'all').map(Number)
  const isRising = counts.every((count, i) => Number.isSafeInteger(count) && count > (counts[i - 1] ?? 0))
  if (isRising && (parts.indexOf('all') === -1 || parts.indexOf('all') === parts.length - 1)) return counts
  throw new AishipError('USAGE', `--stage takes rising counts such as 100,1000,all, not ${JSON.stringify(given)}`)
}

function percent(words: Words, key: string): number | undefined {
  const given = text(words, key)
  if (given === null) return undefined
  const [, number] = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%?$/.exec(given) ?? []
  if (Number(number) <= 100) return Number(number) / 100
  throw new AishipError(
    'USAGE',
    `${option(key)} takes a share such as 2 or 0.5, in percent, not ${JSON.stringify(given)}`,
  )
}
