import { AishipError } from '../../core/errors.ts'
import { diffRemediation } from '../../ops/remediate-diff.ts'
import { arg, defineCommand, flag, option, PLAN, text, type Words } from '../command.ts'
import { diffView } from '../remediation-views.ts'

const [EPSILON, LIMIT] = [0.01, 99]

export const command = defineCommand({
  name: 'remediate diff',
  summary:
    'Show what the good bundle decides otherwise: decisions that would change, by segment and day. An approval binds to the digest of this.\n' +
    'Where the bundles do not decide alike twice, it says that it must not be applied automatically. Of an undo: what it takes back.',
  args: [PLAN],
  options: [
    ['--by <keys>', 'segment.KEY, several with commas between them; always by day'],
    ['--epsilon <number>', `a score that moved by less is the same (default ${EPSILON})`],
    ['--limit <percent>', `how much of the controls has to agree (default ${LIMIT})`],
    ['--csv <file>', 'also the decisions that would change as a table; - is standard output'],
    ['--html <file>', 'also as one page, that needs nothing else; - is standard output'],
  ],
  examples: ['aiship remediate diff @last --by segment.region', 'aiship remediate diff 5f3a9c1 --html diff.html'],
  registry: 'open',
  does: 'change',
  input: (words) => {
    const [csv, html] = [text(words, 'csv'), text(words, 'html')]
    if ([csv, html, flag(words, 'json') ? '-' : null].filter((one) => one === '-').length > 1)
      throw new AishipError('USAGE', 'standard output can have one thing: name a file', {
        next: ['aiship help remediate diff'],
      })
    return {
      ...{ plan: arg(words, 0), by: text(words, 'by') ?? '', csv, html },
      ...{ epsilon: number(words, 'epsilon', 1e9) ?? EPSILON, limit: number(words, 'limit', 100) ?? LIMIT },
    }
  },
  run: diffRemediation,
  view: ({ data }, style) => (data.csv === '-' || data.html === '-' ? '' : diffView(data, style)),
})

function number(words: Words, key: string, most: number): number | undefined {
  const value = text(words, key)
  if (value === null) return undefined
  const found = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  if (found >= 0 && found <= most) return found
  throw new AishipError('USAGE', `${option(key)} takes a number from 0 to ${most}, not ${JSON.stringify(value)}`)
}
