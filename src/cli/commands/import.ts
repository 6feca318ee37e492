import { importBundle } from '../../ops/import.ts'
import { takenView } from '../artifact-views.ts'
import { arg, defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'import',
  summary: 'Take a bundle from an archive that export wrote: verified, whole or not at all, as the next version here.',
  args: [['<file>', 'the archive; - is standard input']],
  options: [],
  examples: ['aiship import release.tar', 'aiship import -n release.tar'],
  registry: 'create',
  does: 'change',
  allApps: true,
  input: (words) => ({ file: arg(words, 0) }),
  run: importBundle,
  quiet: ({ data }) => data.version,
  view: ({ data, changed }, style) => takenView(data, changed, style),
})
