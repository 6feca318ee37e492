import { AishipError } from '../../core/errors.ts'
import type { WatchAllData } from '../../core/model.gen.ts'
import type { Context, Result } from '../../core/ports.ts'
import { type WatchInput, watch } from '../../ops/watch.ts'
import { type WatchReplayInput, watchReplay } from '../../ops/watch-replay.ts'
import { arg, defineCommand, duration, flag, span, type Words, whole } from '../command.ts'
import { replayView, watchView } from '../watch-view.ts'

export const command = defineCommand({
  name: 'watch',
  summary:
    'Look at the guards of a pointer, batch by batch, and do what they say: make the next step of its rollout, hold, abort, or roll back. What cannot be\n' +
    'told never goes on. Each act is one entry right behind the one that was judged, so whoever moves the pointer meanwhile ends it.',
  args: [['<pointer>', 'the pointer']],
  options: [
    ['--once', 'look once, act, and end: for cron and CI'],
    ['--for <time>', 'end after so long: 30m, 2h, 7d (default: when it has rolled back, or is stopped)'],
    ['--interval <time>', 'look so often (default: whenever a batch is closed)'],
    [
      '--replay <seq>',
      'judge again, from the same numbers, what a watch said when it made this entry: exit 7 if it differs',
    ],
  ],
  examples: ['aiship watch prod --once', 'aiship watch prod --for 2h --json', 'aiship watch prod --replay 43'],
  registry: 'open',
  does: 'change',
  first: (words) => words.args,
  input: (words): WatchInput | WatchReplayInput => {
    const seq = whole(words, 'replay', 1)
    if (seq === undefined) return watchInput(words)
    if (['once', 'for', 'interval'].some((key) => words.options[key] !== undefined))
      throw new AishipError('USAGE', '--replay looks at what was: --once, --for and --interval do not go with it')
    return { pointer: arg(words, 0), seq }
  },
  run: (ctx: Context, input: WatchInput | WatchReplayInput): Promise<Result<WatchAllData>> =>
    'seq' in input ? watchReplay(ctx, input) : watch(ctx, input),
  quiet: ({ data }) => ('replay' in data ? data.replay : `${data.verdict} ${data.action}`),
  view: ({ data }, style) => ('replay' in data ? replayView(data, style) : watchView(data, style)),
  exit: (data) => ('replay' in data ? (data.replay === 'same' ? 0 : 7) : data.action === 'rollback' ? 12 : 0),
})

function watchInput(words: Words): WatchInput {
  const [once, forMs] = [flag(words, 'once'), span(words, 'for') ?? null]
  if (once && forMs !== null) throw new AishipError('USAGE', '--once looks once, and --for for a while')
  return { pointer: arg(words, 0), once, forMs, everyMs: duration(words, 'interval') ?? null }
}
