import { shortDigest } from '../../core/digest.ts'
import type { BundleData } from '../../core/model.gen.ts'
import { bundle } from '../../ops/bundle.ts'
import { defineCommand, list, text } from '../command.ts'
import { bytes, columns, plural, type Style } from '../style.ts'
import { contentOf } from '../views.ts'

export const command = defineCommand({
  name: 'bundle',
  summary:
    'Hash and store every component of aiship.yaml as one release. The same inputs give the same bundle. A contract between components that is not kept warns here; no pointer takes it then.',
  args: [],
  options: [
    ['-m, --message <text>', 'what this release is'],
    ['-l, --label <name...>', 'a name for it, created once; may be repeated'],
    ['--allow-secrets <reason>', 'bundle in spite of what looks like secrets, and record why'],
  ],
  examples: ['aiship bundle -m "retrained on September"', 'aiship bundle --label 2026.10-rc1'],
  registry: 'create',
  does: 'change',
  config: true,
  workspace: true,
  input: (words) => ({
    message: text(words, 'message'),
    labels: list(words, 'label'),
    allowSecrets: text(words, 'allowSecrets'),
  }),
  run: bundle,
  quiet: ({ data }) => data.version,
  view: ({ data, changed }, style) => view(data, changed, style),
})

function view(data: BundleData, isChanged: boolean, style: Style): string {
  const rows = data.components.map((component) => [
    style.dim(component.layer),
    component.name,
    shortDigest(component.digest),
    describe(component),
  ])
  const name = `${data.version} (${shortDigest(data.bundle)})`
  const labels = data.labels.length === 0 ? '' : `, labels ${data.labels.join(', ')}`
  const fresh =
    data.new_objects === 0
      ? 'nothing new to store'
      : `${plural(data.new_objects, 'new object')}, ${bytes(data.new_bytes)}`
  const lines = [columns(rows, '  ')]
  if (style.verbose && data.ignored.length > 0) lines.push(`  left out: ${data.ignored.join(', ')}`)
  lines.push(
    isChanged
      ? `bundle ${style.bold(name)}  ${fresh}${labels}`
      : `unchanged: this is ${style.bold(name)} already${labels}`,
  )
  if (data.secrets_allowed > 0)
    lines.push(`! ${plural(data.secrets_allowed, 'finding')} of the secret scan let through; the reason is recorded`)
  lines.push(style.dim(`registry ${data.registry}, app ${data.app}`))
  return lines.join('\n')
}

function describe(component: BundleData['components'][number]): string {
  const formats = Object.keys(component.formats)
  return formats.length === 0 ? contentOf(component) : `${contentOf(component)}, ${formats.join(' ')}`
}
