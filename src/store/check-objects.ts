import fs from 'node:fs'
import { type Digest, digestOf } from '../core/digest.ts'
import type { Finding } from '../core/ports.ts'
import type { Copy } from './check-data.ts'
import { checkPacks } from './check-packs.ts'
import { type CheckOptions, damaged, entriesOf, type ObjectCheck, unexpected } from './check-parts.ts'
import { ahead, sizeOf, startReader } from './check-read.ts'
import { checkTables } from './check-tables.ts'
import { objectDigest } from './layout.ts'
import { setAside } from './leftovers.ts'
import { type Extent, openPlaces } from './places.ts'

const EMPTY = digestOf('')
/** Files that are read by one thread, one after the other, have so many bytes together. */
const GROUP_BYTES = 16 * 1024 * 1024

/** Everything below objects/: names, packs, tables and, with `readData`, all bytes. Errors: the reason of the signal. */
export async function* checkObjects(root: string, options: CheckOptions): AsyncGenerator<Finding> {
  const reader = options.readData ? startReader(teller(root, options), options.signal ?? null) : null
  const check: ObjectCheck = { root, options, reader, places: openPlaces(root) }
  try {
    for await (const findings of ahead(looks(check))) yield* findings
    if (fs.existsSync(`${root}/objects/packs`)) yield* checkPacks(check)
    if (fs.existsSync(`${root}/objects/tables`)) yield* checkTables(check)
  } finally {
    reader?.close()
    check.places.close()
  }
}

/** Tells how much is done of what there was at the start. */
function teller(root: string, { progress }: CheckOptions): (bytes: number) => void {
  if (progress === undefined) return () => undefined
  let [done, total] = [0, 0]
  for (const folder of entriesOf(`${root}/objects`))
    for (const entry of entriesOf(`${root}/objects/${folder.name}`))
      if (folder.name !== 'tables')
        total += fs.statSync(`${root}/objects/${folder.name}/${entry.name}`, { throwIfNoEntry: false })?.size ?? 0
  return (bytes) => {
    done += bytes
    progress(Math.min(done, total), total)
  }
}

/** One task for each group of files. */
function* looks(check: ObjectCheck): Generator<() => Promise<readonly Finding[]>> {
  for (const folder of entriesOf(`${check.root}/objects`)) {
    const where = `objects/${folder.name}`
    if (folder.isDirectory() && ['packs', 'tables'].includes(folder.name)) continue
    if (folder.isDirectory() && /^[0-9a-f]{2}$/.test(folder.name)) yield* folderLooks(check, where, folder.name)
    else yield async () => [unexpected(where, 'is not a folder of objects')]
  }
}

function* folderLooks(check: ObjectCheck, where: string, name: string): Generator<() => Promise<readonly Finding[]>> {
  const misnamed: Finding[] = []
  let [group, bytes]: [Copy[], number] = [[], 0]
  for (const entry of entriesOf(`${check.root}/${where}`)) {
    const digest = objectDigest(name, entry.name)
    const file = `${check.root}/${where}/${entry.name}`
    const size = digest === null || !entry.isFile() ? null : fs.statSync(file, { throwIfNoEntry: false })?.size
    if (size === undefined) continue
    if (digest === null || size === null) {
      misnamed.push(unexpected(`${where}/${entry.name}`, 'is not an object'))
      continue
    }
    group.push({ digest, extents: [{ file, offset: 0, length: size }] })
    bytes += size
    if (bytes < GROUP_BYTES) continue
    const full = group
    yield () => checkGroup(check, full)
    ;[group, bytes] = [[], 0]
  }
  yield async () => [...misnamed, ...(await checkGroup(check, group))]
}

async function checkGroup(check: ObjectCheck, group: readonly Copy[]): Promise<readonly Finding[]> {
  const empty = group.flatMap((copy, i) =>
    sizeOf(copy) === 0 && copy.digest !== EMPTY ? [[i, 'is empty'] as const] : [],
  )
  const read = check.reader === null || group.length === 0 ? [] : await check.reader.copies(group)
  const bad = new Map([...read, ...empty])
  const findings: Finding[] = []
  for (const [i, why] of bad) {
    const { digest, extents } = group[i] as Copy
    const [extent] = extents as readonly [Extent]
    const finding = await damaged(check, digest, extent, why)
    const done = check.options.repair ? `; moved to ${moveAside(check.root, extent.file, digest)}` : ''
    findings.push({ ...finding, message: finding.message + done })
  }
  return findings
}

function moveAside(root: string, file: string, digest: Digest): string {
  const kept = setAside(root, file, digest)
  fs.unlinkSync(file)
  return kept.slice(root.length + 1)
}
