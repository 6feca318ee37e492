import { replayRemediation } from '../../ops/remediate-replay.ts'
import { arg, defineCommand, duration, flag, PLAN, whole } from '../command.ts'
import { replayView } from '../remediation-views.ts'

const [WORKERS, CONTROL, ITEM_MS, PROCESS_MS] = [2, 500, 30_000, 3_600_000]

export const command = defineCommand({
  name: 'remediate replay',
  summary:
    "Let the good bundle decide a plan's items again, by its own predict in a checkout: JSON lines in and out, with AISHIP_REPLAY=1 set. The bad one decides\n" +
    'a sample again, and the good one twice: so much can be believed. Nothing is changed; stopped, it goes on where it was.\n' +
    'What predict reads and answers: schemas/programs/predict-*, and README, Repair.',
  args: [PLAN],
  options: [
    ['--workers <n>', `processes (default ${WORKERS})`],
    ['--control <n>', `items in the sample (default ${CONTROL})`],
    ['--timeout <time>', `how long a process may go without an answer (default ${ITEM_MS / 1000}s)`],
    ['--renew <time>', 'how long a process is used before another takes its place (default 1h)'],
    ['--again', 'though it was replayed already'],
  ],
  examples: ['aiship remediate replay @last', 'aiship remediate replay 5f3a9c1 --workers 8 --timeout 2m'],
  registry: 'open',
  does: 'change',
  workspace: true,
  input: (words) => ({
    ...{ plan: arg(words, 0), workers: whole(words, 'workers', 1) ?? WORKERS, again: flag(words, 'again') },
    control: whole(words, 'control', 0) ?? CONTROL,
    ...{ itemMs: duration(words, 'timeout') ?? ITEM_MS, processMs: duration(words, 'renew') ?? PROCESS_MS },
  }),
  run: replayRemediation,
  view: ({ data, changed }, style) => replayView(data, changed, style),
})
