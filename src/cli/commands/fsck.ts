import { fsck } from '../../ops/fsck.ts'
import { defineCommand, flag } from '../command.ts'
import { bytes, plural } from '../style.ts'

export const command = defineCommand({
  name: 'fsck',
  summary: 'Check the registry: every chain, every bundle, everything they name. Exit 7 if something is damaged.',
  args: [],
  options: [
    ['--read-data', 'read every byte and hash it again'],
    ['--repair', 'rebuild what is derived, sweep leftovers, move damaged objects out of the way'],
  ],
  examples: ['aiship fsck', 'aiship fsck --read-data'],
  registry: 'mend',
  allApps: true,
  input: (words) => ({ readData: flag(words, 'readData'), repair: flag(words, 'repair') }),
  run: fsck,
  view: ({ data }, style) => {
    const { objects, bytes: size, entries } = data.checked
    const lines = data.findings
      .filter((finding) => finding.severity !== 'info' || style.verbose)
      .map((finding) => `${finding.severity} ${style.bold(finding.id)} ${finding.subject}: ${finding.message}`)
    const what = `${plural(objects, 'object')} (${bytes(size)}) and ${plural(entries, 'entry').replace('entrys', 'entries')} checked`
    if (style.quiet) return lines.join('\n')
    const hidden = data.findings.length - lines.length
    return [
      ...lines,
      `${what}${data.read_data ? ', every byte read' : ''}; ${lines.length === 0 ? 'sound' : plural(lines.length, 'finding')}${hidden > 0 ? `, ${hidden} harmless (-v)` : ''}`,
    ].join('\n')
  },
})
