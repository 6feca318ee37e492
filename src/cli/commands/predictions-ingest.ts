import { shortDigest } from '../../core/digest.ts'
import type { PredictionsIngestData } from '../../core/model.gen.ts'
import { ingestPredictions } from '../../ops/predictions-ingest.ts'
import { arg, defineCommand, duration, flag, RUNS_ON, text } from '../command.ts'
import { bytes, plural, type Style } from '../style.ts'

const EVERY_MS = 60_000

export const command = defineCommand({
  name: 'predictions ingest',
  summary:
    'Read prediction logs: one JSON line each, with ts, request_id and bundle. What was read before is nothing new; what can not be read is set\n' +
    'aside and counted. Stopped or repeated, it goes on where it was.',
  args: [
    [
      '<path>',
      'a file, a folder of logs (rotated and compressed ones too: gzip, and zstd where Node has it), or - for standard input',
    ],
  ],
  options: [
    ['--follow', `go on with what is appended, through rotation and truncation, ${RUNS_ON}`],
    [
      '--every <time>',
      `with --follow: how often to look, and so how fresh the answers are (default ${EVERY_MS / 1000}s)`,
    ],
    [
      '--profile <name>',
      'lines of another format: otlp, openinference, langfuse, kserve, sagemaker, or a file with your own',
    ],
    ['--bundle <ref>', 'the bundle of lines that name none'],
    ['--keep-payloads', 'store inputs and outputs; else only their hashes are'],
    ['--hash-key <file>', 'hash them with this key (HMAC), where inputs can be guessed'],
  ],
  examples: [
    'aiship predictions ingest /var/log/scorer/',
    'aiship predictions ingest /var/log/scorer/predictions.jsonl --follow',
    'kubectl logs deploy/scorer | aiship predictions ingest -',
    'aiship predictions ingest otel.jsonl --profile otlp',
  ],
  registry: 'open',
  does: 'change',
  input: (words) => ({
    path: arg(words, 0),
    profile: text(words, 'profile'),
    keepPayloads: flag(words, 'keepPayloads'),
    hashKey: text(words, 'hashKey'),
    bundle: text(words, 'bundle'),
    everyMs: flag(words, 'follow') ? (duration(words, 'every') ?? EVERY_MS) : null,
  }),
  run: ingestPredictions,
  view: ({ data }, style) => view(data, style),
})

function view(data: PredictionsIngestData, style: Style): string {
  const { records, segments, duplicates, dark, ahead, torn, unpaired } = data
  const rate =
    data.duration_ms < LEAST_MS
      ? ''
      : `, ${Math.round(records / (data.duration_ms / 1000)).toLocaleString('en')} a second`
  const stored =
    records === 0
      ? 'nothing new'
      : `${style.bold(plural(records, 'prediction'))} in ${plural(segments, 'segment')} (${bytes(data.bytes)}${rate})`
  return [
    stored,
    ...(duplicates > 0
      ? [
          duplicates === 1
            ? '1 record that was there already'
            : `${plural(duplicates, 'record')} that were there already`,
        ]
      : []),
    ...refused(data, style),
    ...(dark.records > 0
      ? [
          `${style.yellow('!')} ${plural(dark.records, 'prediction')} of bundles that this registry does not know: ${dark.bundles.map(shortDigest).join(', ')}`,
        ]
      : []),
    ...(ahead > 0
      ? [`${style.yellow('!')} ${plural(ahead, 'record')} from the future: a clock is wrong, here or there`]
      : []),
    ...(torn > 0 ? [`${bytes(torn)} of a line without an end left alone until it comes`] : []),
    ...(unpaired > 0 ? [`${plural(unpaired, 'request')} whose answer did not come: not stored`] : []),
  ].join('\n')
}

/** A rate over less says nothing. */
const LEAST_MS = 1000
const SHOWN = 5

function refused({ refused: all, quarantined, looks_like }: PredictionsIngestData, style: Style): readonly string[] {
  if (quarantined === 0) return []
  const rows = all
    .slice(0, style.verbose ? all.length : SHOWN)
    .map(({ reason, count, source, offset }) => `  ${count} × ${reason} (first: ${source}, byte ${offset})`)
  const hint = looks_like === null ? [] : [`  these look like ${looks_like}: add --profile ${looks_like}`]
  return [`${style.yellow('!')} ${plural(quarantined, 'line')} set aside:`, ...rows, ...hint]
}
