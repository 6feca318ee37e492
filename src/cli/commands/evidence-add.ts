import { AishipError } from '../../core/errors.ts'
import { evidenceAdd } from '../../ops/evidence.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'
import { evidenceLine } from '../evidence-view.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'evidence add',
  summary: 'Put down what was measured of a bundle, for gates to look at.',
  args: [['<ref>', 'the bundle that was measured']],
  options: [
    ['--type <type>', 'evaluation, the default'],
    [
      '--file <file>',
      'JSON or YAML, - for standard input: metrics, and if known samples, items, eval_set, runner, bundle',
    ],
    [
      '--items <file>',
      'what each example gave, a line each, {"id": "q7", "value": 1}: then bundles are compared pair by pair',
    ],
    REASON,
  ],
  examples: [
    'aiship evidence add v42 --type evaluation --file report.json',
    `echo '{"metrics": {"accuracy": 0.93}, "samples": 1000}' | aiship evidence add @last --file -`,
  ],
  registry: 'open',
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => {
    const [ref, file] = [arg(words, 0), text(words, 'file')]
    if (file === null)
      throw new AishipError('USAGE', '--file is missing: where is what was measured?', {
        next: [`aiship evidence add ${ref} --type evaluation --file FILE`],
      })
    return {
      ref,
      type: text(words, 'type') ?? 'evaluation',
      file,
      items: text(words, 'items'),
      reason: text(words, 'reason'),
    }
  },
  run: evidenceAdd,
  quiet: ({ data }) => data.evidence.id,
  view: ({ data, changed }, style) =>
    [
      `${style.bold(bundleName(data.bundle, data.version))}  ${changed ? '' : 'has it already: '}${evidenceLine(data.evidence, style)}`,
      style.dim(`registry ${data.registry}, app ${data.app}`),
    ].join('\n'),
})
