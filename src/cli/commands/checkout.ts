import { checkout } from '../../ops/checkout.ts'
import { arg, defineCommand, flag, text } from '../command.ts'
import { bytes, plural } from '../style.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'checkout',
  summary:
    'Write a bundle to a folder, verified: atomic into a new or empty one, file by file over an earlier checkout.',
  args: [
    ['<ref>', 'the bundle'],
    ['<dir>', 'the folder; of what checkouts write, exactly what was asked for stands there afterwards'],
  ],
  options: [
    [
      '--only <part>',
      'one layer (data, features, logic, serving) or one component; over an earlier whole checkout this removes the rest',
    ],
    ['--arm <name>', "another arm of the pointer's route"],
    ['--link', 'hard links to the registry, read-only, where objects lie in files of their own: never write to them'],
    ['--verify', 'read again what sizes, times and the record of verified objects vouch for'],
  ],
  examples: [
    'aiship checkout prod /srv/model',
    'aiship checkout v42 out --only features',
    'aiship checkout prod /srv/model --link',
  ],
  registry: 'open',
  does: 'look',
  workspace: true,
  first: (words) => [arg(words, 0)],
  input: (words) => ({
    ref: arg(words, 0),
    dir: arg(words, 1),
    only: text(words, 'only'),
    arm: text(words, 'arm') ?? undefined,
    link: flag(words, 'link'),
    verify: flag(words, 'verify'),
  }),
  run: checkout,
  quiet: () => '',
  view: ({ data, changed }, style) => {
    const name = style.bold(bundleName(data.bundle, data.version))
    const shared = [
      data.linked > 0 ? `${data.linked} linked` : '',
      data.reflinked > 0 ? `${data.reflinked} reflinked` : '',
    ]
    const size = [bytes(data.bytes), ...shared.filter((text) => text !== '')].join(', ')
    const counts = `${plural(data.written, 'file')} written (${size}), ${data.unchanged} unchanged, ${data.removed} removed`
    const left =
      data.not_restored.length === 0 ? '' : `\n! not in it, the bytes lie elsewhere: ${data.not_restored.join(', ')}`
    return `${changed ? `${name} is in ${data.dir}: ${counts}` : `${data.dir} has ${name} already`}${left}`
  },
})
