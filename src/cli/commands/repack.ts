import { repack } from '../../ops/repack.ts'
import { defineCommand } from '../command.ts'
import { isUrl } from '../place.ts'
import { bytes, plural } from '../style.ts'

export const command = defineCommand({
  name: 'repack',
  summary: 'Put the registry in order: small objects into packs, packs together, large files as differences.',
  args: [],
  options: [],
  examples: ['aiship repack', 'aiship repack --dry-run'],
  registry: 'open',
  allApps: true,
  input: () => ({}),
  run: repack,
  quiet: () => '',
  view: ({ data, changed }, style) => {
    const { packed, unpacked, shrunk, packs, bytes: size, applied } = data
    const would = applied ? '' : 'would be '
    const lines = [
      ...(packed.objects > 0
        ? [`${plural(packed.objects, 'object')} (${bytes(packed.bytes)}) ${would}put into packs`]
        : []),
      ...(unpacked > 0 ? [`${plural(unpacked, 'object')} taken out of packs`] : []),
      ...(packs.before === packs.after ? [] : [`${plural(packs.before, 'pack')} -> ${packs.after}`]),
    ]
    if (!applied) {
      if (shrunk.objects > 0)
        lines.push(`${plural(shrunk.objects, 'large file')} would be compared with the one before`)
      return [...lines, lines.length === 0 ? 'nothing to do' : 'nothing was changed'].join('\n')
    }
    if (shrunk.objects > 0)
      lines.push(`${plural(shrunk.objects, 'large file')} stored as a difference: ${bytes(shrunk.bytes)} saved`)
    if (!changed) return 'nothing to do'
    lines.push(`${bytes(size.before)} -> ${style.bold(bytes(size.after))}`)
    if (shrunk.objects > 0 || isUrl(data.registry))
      lines.push(
        `what was replaced lies in the trash for seven days; then ${style.command('aiship gc --apply')} deletes it`,
      )
    return lines.join('\n')
  },
})
