import { AishipError } from '../../core/errors.ts'
import { approve } from '../../ops/approve.ts'
import { arg, defineCommand, flag, REASON, text } from '../command.ts'
import { evidenceLine } from '../evidence-view.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'approve',
  summary:
    'Say yes to a bundle on a pointer, in your name: for gates that ask how many people do. Names are declared, not proven.',
  args: [['<ref>', 'the bundle']],
  options: [['--for <pointer>', 'the pointer'], ['--withdraw', 'take your approval back'], REASON],
  examples: ['aiship approve v42 --for prod', 'aiship approve v42 --for prod --withdraw --reason "recall is down"'],
  registry: 'open',
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => {
    const pointer = text(words, 'for')
    if (pointer === null)
      throw new AishipError('USAGE', '--for is missing: for which pointer?', {
        next: [`aiship approve ${arg(words, 0)} --for prod`],
      })
    return { ref: arg(words, 0), pointer, reason: text(words, 'reason'), withdraw: flag(words, 'withdraw') }
  },
  run: approve,
  quiet: ({ data }) => data.evidence.id,
  view: ({ data, changed }, style) => {
    const name = style.bold(bundleName(data.bundle, data.version))
    const who =
      data.approved_by.length === 0 ? 'nobody approves it' : `it is approved by ${data.approved_by.join(', ')}`
    return [
      `${name}  ${changed ? '' : 'nothing was changed: '}${evidenceLine(data.evidence, style)}`,
      `for ${data.pointer} ${who}`,
      style.dim(`registry ${data.registry}, app ${data.app}`),
      ...(data.undo === null ? [] : [`undo: ${style.command(data.undo)}`]),
    ].join('\n')
  },
})
