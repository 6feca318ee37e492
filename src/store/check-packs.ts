import type { Finding } from '../core/ports.ts'
import type { Bad } from './check-data.ts'
import { damaged, entriesOf, type ObjectCheck, unexpected } from './check-parts.ts'
import { ahead } from './check-read.ts'
import { rescue } from './pack-rescue.ts'
import { digestIn, type Look, lookAtPack, type PackRows, someRows } from './pack-rows.ts'
import { packFile, packName, packsFolder } from './places.ts'

/** Bytes of a pack that one thread reads at a time. */
const PART_BYTES = 16 * 1024 * 1024

/** Every pack, also those that come while others are looked at, for the objects of a pack that has gone are in one of them. */
export async function* checkPacks(check: ObjectCheck): AsyncGenerator<Finding> {
  const seen = new Set<string>()
  for (let isNew = true; isNew; ) {
    isNew = false
    for (const entry of entriesOf(packsFolder(check.root))) {
      if (seen.has(entry.name)) continue
      seen.add(entry.name)
      isNew = true
      const name = packName(entry.name)
      if (name === null || !entry.isFile()) yield unexpected(`objects/packs/${entry.name}`, 'is not a pack')
      else yield* checkPack(check, name)
    }
  }
}

async function* checkPack(check: ObjectCheck, name: string): AsyncGenerator<Finding> {
  const file = packFile(check.root, name)
  const look = lookAtPack(file, name)
  if (look === null) return
  if (look.problem !== null) {
    const subject = `objects/packs/${name}.pack`
    const message = `pack ${subject} ${look.problem}${repaired(check, name, look, [])}`
    yield { id: 'packBroken', severity: 'error', subject, message }
    return
  }
  if (check.reader === null) return
  const bad: Bad[] = []
  for await (const some of ahead(reads(check, file, look.rows))) bad.push(...some)
  const findings: Finding[] = []
  for (const [i, why] of bad) {
    const at = { file, offset: look.rows.offsets[i] as number, length: look.rows.lengths[i] as number }
    findings.push(await damaged(check, digestIn(look.rows, i), at, why))
  }
  const done = bad.length === 0 ? '' : repaired(check, name, look, bad)
  yield* findings.map((finding) => ({ ...finding, message: finding.message + done }))
}

/** One task for each part of it. */
function* reads({ reader }: ObjectCheck, file: string, rows: PackRows): Generator<() => Promise<readonly Bad[]>> {
  for (let first = 0; first < rows.count; ) {
    let [end, bytes] = [first, 0]
    for (; end < rows.count && bytes < PART_BYTES; end++) bytes += rows.lengths[end] as number
    const [from, { digests, offsets, lengths }] = [first, someRows(rows, first, end)]
    yield async () => {
      const bad = (await reader?.ranges({ file, digests, offsets, lengths })) ?? []
      return bad.map(([i, why]) => [from + i, why] as const)
    }
    first = end
  }
}

/** With `repair`, takes the pack out of the way, and what is sound in it into a new one. Out: what to say of that. */
function repaired({ root, options, places }: ObjectCheck, name: string, look: Look, bad: readonly Bad[]): string {
  if (!options.repair) return ''
  const { kept, aside } = rescue(root, name, look, new Set(bad.map(([i]) => i)))
  places.refresh()
  const saved = kept === 0 ? '' : `; what is sound in it (${kept} of ${look.rows?.count}) was written to a new pack`
  return `${saved}; moved to ${aside.slice(root.length + 1)}`
}
