import { AishipError } from '../../core/errors.ts'
import { exportBundle } from '../../ops/export.ts'
import { arg, defineCommand, flag, text } from '../command.ts'
import { bytes } from '../style.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'export',
  summary: 'Write a bundle to one file: an OCI image layout in a tar archive, which other tools can read.',
  args: [['<ref>', 'the bundle']],
  options: [['-o, --output <file>', 'the archive; - is standard output']],
  examples: ['aiship export v42 -o release.tar', 'aiship export prod -o - | ssh host aiship import -'],
  registry: 'open',
  input: (words) => {
    const file = text(words, 'output')
    if (file === null || file === '')
      throw new AishipError('USAGE', 'export needs a file to write: -o release.tar', { next: ['aiship help export'] })
    if (file === '-' && flag(words, 'json'))
      throw new AishipError('USAGE', 'standard output cannot have both the archive and --json: name a file with -o', {
        next: ['aiship help export'],
      })
    return { ref: arg(words, 0), file }
  },
  run: exportBundle,
  // The archive is the output then, and nothing else may be.
  quiet: ({ data }) => (data.file === '-' ? '' : data.digest),
  view: ({ data }, style) =>
    data.file === '-'
      ? ''
      : [
          `${style.bold(bundleName(data.bundle, data.version))} is in ${data.file}: ${bytes(data.size)}`,
          style.dim(`${data.digest}  registry ${data.registry}, app ${data.app}`),
          `elsewhere: ${style.bold(`aiship import ${data.file}`)}`,
        ].join('\n'),
})
