import { blast } from '../../ops/blast.ts'
import { blastView } from '../blast-view.ts'
import { arg, defineCommand, duration, list, text, type Words } from '../command.ts'

/** Which records of a bad bundle are meant. */
export const BAD_OPTIONS = [
  ['--pointer <name>', 'only what was served by this pointer'],
  ['--since <time>', 'only from 30m, 2h or 7d ago, a day, or a time on'],
  ['--until <time>', 'only before that'],
  ['--where <key=value...>', 'only records with that: segment.region=eu, arm=candidate, label=block'],
] as const

export const badInput = (words: Words) => ({
  ...{ pointer: text(words, 'pointer'), where: list(words, 'where') },
  ...{ since: text(words, 'since'), until: text(words, 'until') },
})

const SKEW_MS = 5000

export const command = defineCommand({
  name: 'blast',
  summary:
    'What a bundle served and decided, by the digest in each record: which decisions are in force still, who served it late, what the log does not show.',
  args: [
    [
      '<ref>',
      'v42, prod~1, a digest (also one that no registry knows), or component:3f9a2c5 (a digest, or 7 and more digits)',
    ],
  ],
  options: [
    ...BAD_OPTIONS,
    ['--by <keys>', 'also by segment.KEY, or arm, label, service, …'],
    ['--skew <time>', "how far services' clocks may be off from the pointer's (default 5s)"],
  ],
  examples: [
    'aiship blast v42',
    'aiship blast prod~1 --by segment.region,segment.device --since 2h',
    'aiship blast v42 --pointer prod --where segment.region=eu --json',
  ],
  registry: 'open',
  does: 'look',
  first: (words) => [arg(words, 0)],
  input: (words) => ({
    ...{ ref: arg(words, 0), ...badInput(words), by: text(words, 'by') },
    skewMs: duration(words, 'skew', 0) ?? SKEW_MS,
  }),
  run: blast,
  view: ({ data }, style) => blastView(data, style),
})
