import { slice } from '../../ops/slice.ts'
import { defineCommand, text, whole } from '../command.ts'
import { sliceView } from '../slice-view.ts'

export const command = defineCommand({
  name: 'slice',
  summary:
    'Live predictions in groups, worst first: counts, rates with intervals, quantiles. An error is a status of error or timeout.',
  args: [],
  options: [
    ['--by <keys>', 'segment.KEY, component:NAME (its digest, across bundles), or arm, label, pointer, status, …'],
    ['--metric <names>', 'default error_rate,latency_p95,score_mean; the first ranks; also latency_p50, score_p90, …'],
    ['--since <time>', 'from 30m, 2h or 7d ago, a day, or a time on'],
    ['--until <time>', 'before that'],
    ['--bundle <ref>', 'of this bundle alone'],
    ['--limit <n>', 'at most so many groups (default 1000)'],
  ],
  examples: [
    'aiship slice --by segment.region,segment.device --since 2h',
    'aiship slice --by component:prompt --metric error_rate',
    'aiship slice --bundle v42 --by segment.tier --metric latency_p99,latency_p50',
  ],
  registry: 'open',
  does: 'look',
  input: (words) => ({
    by: text(words, 'by') ?? '',
    metric: text(words, 'metric') ?? 'error_rate,latency_p95,score_mean',
    since: text(words, 'since'),
    until: text(words, 'until'),
    bundle: text(words, 'bundle'),
    limit: whole(words, 'limit', 1) ?? 1000,
  }),
  run: slice,
  view: ({ data }, style) => sliceView(data, style),
})
