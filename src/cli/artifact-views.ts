import type { SentData, TakenData } from '../core/model.gen.ts'
import { bytes, plural, type Style } from './style.ts'
import { bundleName } from './views.ts'

/** What came as an artifact, and what it is called on both sides. */
export function takenView(data: TakenData, isChanged: boolean, style: Style): string {
  const { origin, version, bundle, marks } = data
  const name = style.bold(bundleName(bundle, version))
  const there = origin === null ? '' : `; ${origin.version} there is ${version} here`
  const what = isChanged ? `took ${name} from ${data.source}` : `${name} is here already`
  return [
    `${what}${there}  ${plural(data.new_objects, 'new object')}, ${bytes(data.new_bytes)}`,
    style.dim(`registry ${data.registry}, app ${data.app}`),
    ...(data.evidence > 0
      ? [
          `${plural(data.evidence, 'piece')} of evidence came with it: ${style.command(`aiship evidence ls ${version}`)}`,
        ]
      : []),
    ...(data.quarantines > 0
      ? [`! ${plural(data.quarantines, 'quarantine')} came with it: ${style.command('aiship quarantine ls')}`]
      : []),
    ...(marks > 0 ? [`! ${plural(marks, 'bad mark')} came with it: ${style.command(`aiship show ${version}`)}`] : []),
  ].join('\n')
}

/** What went to an OCI registry, and how others get it from there. */
export function sentView(data: SentData, style: Style): string {
  const { new_blobs: fresh, blobs } = data
  const part = fresh === blobs ? '' : `${fresh} of `
  const sent =
    fresh === 0
      ? `all ${plural(blobs, 'blob')} are there already`
      : `pushed ${part}${plural(blobs, 'blob')}, ${bytes(data.new_bytes)}`
  const means = data.pointer === null ? 'means it' : `mirrors ${data.pointer}@${data.seq}`
  return [
    `${style.bold(bundleName(data.bundle, data.version))}  ${sent}`,
    `${data.to}:${data.tag} ${means} now; it stays ${style.bold(`${data.to}@${data.artifact}`)}`,
    style.dim(
      `from ${data.from}, app ${data.app}; a tag can be moved by others, and aiship never takes it for a pointer`,
    ),
  ].join('\n')
}
