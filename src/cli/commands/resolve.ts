import { resolve } from '../../ops/resolve.ts'
import { arg, defineCommand, text } from '../command.ts'

export const command = defineCommand({
  name: 'resolve',
  summary: "Print a reference's bundle digest, alone, for $(aiship resolve prod).",
  args: [['<ref>', 'a pointer, version, label, digest or the start of one']],
  options: [['--arm <name>', "another arm of the pointer's route"]],
  examples: ['aiship resolve prod', 'aiship resolve prod~1'],
  registry: 'open',
  does: 'look',
  first: (words) => [arg(words, 0)],
  input: (words) => ({ ref: arg(words, 0), arm: text(words, 'arm') ?? undefined }),
  run: resolve,
  view: ({ data }) => data.bundle,
})
