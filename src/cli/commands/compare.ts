import { AishipError } from '../../core/errors.ts'
import { compare } from '../../ops/compare.ts'
import { arg, defineCommand, flag, text } from '../command.ts'
import { compareView } from '../compare-view.ts'

export const command = defineCommand({
  name: 'compare',
  summary:
    'How two bundles did on live traffic while both served it: errors, latency, scores, classes, outcomes, flips; and whether a shift is the release or the world.',
  args: [
    ['<a>', 'the one that is known: v41, prod~1, a digest, a label'],
    ['<b>', 'the other'],
  ],
  options: [
    ['--by <keys>', 'slices: segment.KEY, or arm, label, pointer, …'],
    ['--since <time>', 'from 30m, 2h or 7d ago, a day, or a time on'],
    ['--until <time>', 'before that'],
    ['--html <file>', 'also as one page with charts, that needs nothing else; - is standard output'],
  ],
  examples: ['aiship compare v41 v42 --by segment.region,segment.device', 'aiship compare prod~1 prod --since 2h'],
  registry: 'open',
  does: 'look',
  first: (words) => [arg(words, 0), arg(words, 1)],
  input: (words) => {
    const page = text(words, 'html')
    if (page === '-' && flag(words, 'json'))
      throw new AishipError('USAGE', 'standard output cannot have both the page and --json: name a file with --html', {
        next: ['aiship help compare'],
      })
    return {
      ...{ a: arg(words, 0), b: arg(words, 1), by: text(words, 'by') ?? '', html: page },
      ...{ since: text(words, 'since'), until: text(words, 'until') },
    }
  },
  run: compare,
  // The page is the output then, and nothing else may be.
  view: ({ data }, style) => (data.html === '-' ? '' : compareView(data, style)),
})
