import { AishipError } from '../../core/errors.ts'
import { planRemediation } from '../../ops/remediate-plan.ts'
import { defineCommand, text, type Words, whole } from '../command.ts'
import { planView } from '../remediation-views.ts'
import { BAD_OPTIONS, badInput } from './blast.ts'

export const command = defineCommand({
  name: 'remediate plan',
  summary:
    'Freeze which decisions of a bad bundle a good one is to make again. Nothing is decided yet, and nothing is changed but that the plan is kept.\n' +
    'What a record has to say for it: README, Repair.',
  args: [],
  options: [
    ['--bad <ref>', 'the bundle whose decisions are to be repaired'],
    ['--good <ref>', 'the one that decides them again, by its own predict'],
    ['-m, --message <text>', 'the incident'],
    ['--select <which>', 'latest: of each entity, what is in force (default); all: each applied decision'],
    ['--sample <n>', 'so many of them, the same in each plan'],
    ...BAD_OPTIONS,
    ['--features <how>', 'recompute: where only raw inputs were logged, make features anew, with what is known now'],
    ['--supersedes <plan>', 'the plan that this one takes the place of'],
  ],
  examples: [
    'aiship remediate plan --bad v42 --good v41 -m INC-42',
    'aiship remediate plan --bad v42 --good v41 --where segment.region=eu --sample 1000 -m "a look first"',
  ],
  registry: 'open',
  does: 'change',
  input: (words) => ({
    ...{ bad: needed(words, 'bad'), good: needed(words, 'good'), incident: text(words, 'message') },
    ...{ select: oneOf(words, 'select', ['latest', 'all']) ?? 'latest', sample: whole(words, 'sample', 1) ?? null },
    ...badInput(words),
    recompute: oneOf(words, 'features', ['recorded', 'recompute']) === 'recompute',
    supersedes: text(words, 'supersedes'),
  }),
  run: planRemediation,
  quiet: ({ data }) => data.plan,
  view: ({ data, changed }, style) => planView(data, changed, style),
})

function needed(words: Words, key: string): string {
  const value = text(words, key)
  if (value !== null) return value
  throw new AishipError('USAGE', `--${key} is missing`, { next: ['aiship help remediate plan'] })
}

function oneOf<T extends string>(words: Words, key: string, all: readonly T[]): T | null {
  const value = text(words, key)
  const found = all.find((one) => one === value)
  if (value === null || found !== undefined) return found ?? null
  throw new AishipError('USAGE', `--${key} takes ${all.join(' or ')}, not ${JSON.stringify(value)}`, {
    next: ['aiship help remediate plan'],
  })
}
