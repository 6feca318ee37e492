import { AishipError } from '../../core/errors.ts'
import type { PredictionsDropData } from '../../core/model.gen.ts'
import { dropPredictions } from '../../ops/predictions-drop.ts'
import { defineCommand, flag, REASON, span, text } from '../command.ts'
import { bytes, plural, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'predictions drop',
  summary:
    'Say which segments of predictions are old. With --apply they leave the log, and a gc takes them out.\n' +
    'Never one that a remediation or other evidence names, or with predictions of a bundle that a hold is about.',
  args: [],
  options: [
    ['--older-than <time>', 'segments all of whose predictions are older: 24h, 90d'],
    ['--apply', 'do it: asks on a terminal, needs --yes without one'],
    REASON,
  ],
  examples: ['aiship predictions drop --older-than 90d', 'aiship predictions drop --older-than 90d --apply --yes'],
  registry: 'open',
  input: (words) => {
    const olderThanMs = span(words, 'olderThan')
    if (olderThanMs === undefined)
      throw new AishipError('USAGE', '--older-than is missing', { next: ['aiship help predictions drop'] })
    return { olderThanMs, apply: flag(words, 'apply'), reason: text(words, 'reason') }
  },
  run: dropPredictions,
  view: ({ data, changed }, style) => view(data, changed, style),
})

function view({ dropped, kept, left, before }: PredictionsDropData, changed: boolean, style: Style): string {
  const amount = ({ records, segments, bytes: size }: PredictionsDropData['left']): string =>
    `${plural(records, 'prediction')} in ${plural(segments, 'segment')} (${bytes(size)})`
  const isNothing = dropped.segments === 0
  return [
    isNothing
      ? `nothing is all from before ${before}`
      : `${amount(dropped)} from before ${before}${changed ? ' dropped' : ''}`,
    ...kept.map(({ records, why }) => `${style.yellow('!')} ${plural(records, 'prediction')} kept: ${why}`),
    `${amount(left)} ${changed || isNothing ? 'stay' : 'would stay'}`,
    ...(changed || isNothing ? [] : [`nothing was changed; to drop them: ${style.bold('the same with --apply')}`]),
  ].join('\n')
}
