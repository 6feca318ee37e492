import { quarantineAdd } from '../../ops/quarantine-add.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'
import { quarantineLine } from '../taint-view.ts'

export const command = defineCommand({
  name: 'quarantine add',
  summary:
    'Say what no dataset is to be made of: a window of decisions, a dataset, a bundle, entities. Whatever learned from it is tainted at once.',
  args: [['[subject]', "a bundle, a component's digest, or the id of a quarantine that was lifted"]],
  options: [
    ['--bundle <ref>', 'the window in which this bundle decided, from the history of pointers and the prediction log'],
    ['--pointer <name>', 'only what this pointer decided'],
    ['--from <time>', 'where the window begins'],
    ['--to <time>', 'where it ends; of a date, the whole day belongs to it'],
    ['--outcome-horizon <time>', 'how long what came of the decisions went on coming in, such as 30d'],
    ['--entities <file>', 'entities or request ids, one a line, - for standard input'],
    ['--incident <id>', 'what it is about elsewhere'],
    REASON,
  ],
  examples: [
    'aiship quarantine add --bundle v42 --outcome-horizon 30d --incident INC-42 --reason "blocked real mail"',
    'aiship quarantine add --pointer prod --from 2026-10-01 --to 2026-10-03T12:00Z',
    'aiship quarantine add sha256:3f9a2c51ab12 --reason "poisoned rows"',
    'aiship quarantine add --entities victims.txt',
  ],
  registry: 'open',
  does: 'change',
  input: (words) => ({
    subject: arg(words, 0) === '' ? null : arg(words, 0),
    ...{ bundle: text(words, 'bundle'), pointer: text(words, 'pointer') },
    ...{ from: text(words, 'from'), to: text(words, 'to'), horizon: text(words, 'outcomeHorizon') },
    ...{ entities: text(words, 'entities'), incident: text(words, 'incident'), reason: text(words, 'reason') },
  }),
  run: quarantineAdd,
  quiet: ({ data }) => data.quarantine.id,
  view: ({ data, changed }, style) =>
    [
      `${style.bold('quarantined')}${changed ? '' : ' already'}: ${quarantineLine(data.quarantine, style)}`,
      style.dim(`registry ${data.registry}, app ${data.app}`),
      ...data.live.map(
        ({ pointer, version, path }) => `${style.red('!')} ${pointer} serves ${version}, tainted: ${path.join(' -> ')}`,
      ),
      `a dataset that leaves it out says of its source  ${data.excludes}`,
      ...(data.undo === null ? [] : [`undo: ${style.bold(data.undo)}`]),
    ].join('\n'),
})
