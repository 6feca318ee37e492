import { checkout } from '../../ops/checkout.ts'
import { arg, defineCommand, text } from '../command.ts'
import { bytes, plural } from '../style.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'checkout',
  summary:
    'Write a bundle to a folder, verified: atomic into a new or empty one, file by file over an earlier checkout.',
  args: [
    ['<ref>', 'the bundle'],
    ['<dir>', 'the folder'],
  ],
  options: [
    ['--only <part>', 'one layer (data, features, logic, serving) or one component'],
    ['--arm <name>', "another arm of the pointer's route"],
  ],
  examples: ['aiship checkout prod /srv/model', 'aiship checkout v42 out --only features'],
  registry: 'open',
  workspace: true,
  input: (words) => ({
    ref: arg(words, 0),
    dir: arg(words, 1),
    only: text(words, 'only'),
    arm: text(words, 'arm') ?? undefined,
  }),
  run: checkout,
  view: ({ data, changed }, style) => {
    const name = style.bold(bundleName(data.bundle, data.version))
    const counts = `${plural(data.written, 'file')} written (${bytes(data.bytes)}), ${data.unchanged} unchanged, ${data.removed} removed`
    const left =
      data.not_restored.length === 0 ? '' : `\n! not in it, the bytes lie elsewhere: ${data.not_restored.join(', ')}`
    return `${changed ? `${name} is in ${data.dir}: ${counts}` : `${data.dir} has ${name} already`}${left}`
  },
})
