import { termWords } from '../../core/contracts.ts'
import { shortDigest } from '../../core/digest.ts'
import type { ShowData, ShownComponent } from '../../core/model.gen.ts'
import { show } from '../../ops/show.ts'
import { arg, defineCommand } from '../command.ts'
import { evidenceLine } from '../evidence-view.ts'
import { ago, columns, type Style } from '../style.ts'
import { taintLine } from '../taint-view.ts'
import { badLine, bundleName, contentOf } from '../views.ts'

export const command = defineCommand({
  name: 'show',
  summary: 'A bundle: its components, where it came from, what it was made of, and which pointers have named it.',
  args: [['<ref>', 'a bundle, or @work for the working tree']],
  options: [],
  examples: ['aiship show prod', 'aiship show v42', 'aiship show @work'],
  registry: 'open',
  does: 'look',
  workspace: true,
  first: (words) => [arg(words, 0)],
  input: (words) => ({ ref: arg(words, 0) }),
  run: show,
  view: ({ data }, style) => view(data, style),
})

function view(data: ShowData, style: Style): string {
  const title =
    data.bundle === null ? 'the working tree' : `${bundleName(data.bundle, data.version)}  ${data.message ?? ''}`
  const lines = [style.bold(title.trimEnd())]
  if (data.bundle !== null) lines.push(style.dim(data.bundle))
  if (data.at !== null)
    lines.push(
      `made ${ago(data.at, style.now)} (${data.at}) by ${data.actor?.name ?? 'unknown'} on ${data.host ?? 'unknown'}`,
    )
  if (data.git?.commit)
    lines.push(
      `git ${data.git.commit.slice(0, 12)}${data.git.branch ? ` on ${data.git.branch}` : ''}${data.git.dirty ? ', with uncommitted changes' : ''}`,
    )
  if (data.labels.length > 0) lines.push(`labels ${data.labels.join(', ')}`)
  if (data.origin !== null) lines.push(`copied from ${data.origin.version} of ${data.origin.registry}`)
  if (data.origin?.files_at !== undefined)
    lines.push(`files that are not here are fetched from ${data.origin.files_at}`)
  for (const bad of data.marks) lines.push(badLine(bad, style))
  const isLive = data.pointers.some(({ now }) => now)
  for (const finding of data.taint) lines.push(`${taintLine(finding, style)}${isLive ? '; it is live' : ''}`)
  const heads = columns(
    data.components.map((component) => componentRow(component, style)),
    '  ',
  ).split('\n')
  lines.push('', ...data.components.flatMap((component, i) => [heads[i] ?? '', ...componentLines(component, style)]))
  const unmet = data.contracts.filter(({ outcome }) => outcome !== 'pass')
  if (unmet.length > 0) lines.push('', ...unmet.map(({ outcome, why }) => style.yellow(`  ! ${outcome}: ${why}`)))
  if (data.evidence.length > 0) lines.push('', ...data.evidence.map((one) => `  ${evidenceLine(one, style)}`))
  if (data.secrets !== null)
    lines.push(
      '',
      `! secrets let through: ${data.secrets.reason} (${data.secrets.findings.map((f) => `${f.path}:${f.line}`).join(', ')})`,
    )
  if (data.pointers.length > 0) {
    const rows = data.pointers.map((p) => [
      p.pointer,
      p.now ? style.green('serves it now') : 'served it',
      `entry ${p.seq}`,
      ago(p.at, style.now),
    ])
    lines.push('', columns(rows, '  '))
  } else if (data.bundle !== null) lines.push('', 'no pointer has ever named it')
  return lines.join('\n')
}

function componentRow(component: ShownComponent, style: Style): readonly string[] {
  const digest = component.digest === null ? 'not looked at' : shortDigest(component.digest)
  const reference =
    component.reference === null
      ? ''
      : `, ${Object.entries(component.reference)
          .map(([key, value]) => `${key} ${value}`)
          .join(', ')}`
  const { layer, name, role } = component
  const content = component.digest === null && component.stored === 'stored' ? '' : contentOf(component)
  return [style.dim(layer), style.bold(name), role, digest, `${content}${reference}`]
}

/** What is said of it below. */
function componentLines(component: ShownComponent, style: Style): readonly string[] {
  const lines: string[] = []
  const more = (text: string): number => lines.push(`            ${text}`)
  for (const [format, files] of Object.entries(component.formats)) {
    more(
      `${component.executable_formats.includes(format) ? `${style.yellow('!')} ${format}, which runs code when it is loaded` : format}: ${files.join(', ')}`,
    )
  }
  for (const [name, note] of Object.entries(component.notes)) more(`${name}: ${note}`)
  for (const [name, terms] of Object.entries(component.provides)) more(`provides ${name}: ${termWords(terms)}`)
  for (const [name, terms] of Object.entries(component.requires)) more(`requires ${name}: ${termWords(terms)}`)
  if (component.lineage !== null) {
    const inputs = Object.entries(component.lineage.inputs).map(([name, digest]) => `${name} ${shortDigest(digest)}`)
    more(`made from ${inputs.join(', ')} (since ${component.lineage.since})`)
    if (component.lineage.stale.length > 0)
      more(`${style.yellow('!')} other inputs lie beside it here: ${component.lineage.stale.join(', ')}`)
  } else if (component.role === 'model-weights' || component.role === 'embedding-index') more('made from unknown')
  for (const bad of component.marks) more(badLine(bad, style))
  return lines
}
