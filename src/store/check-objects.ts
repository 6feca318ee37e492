import fs from 'node:fs'
import { type Digest, digestOf } from '../core/digest.ts'
import type { Finding } from '../core/ports.ts'
import { type CheckOptions, entriesOf, unexpected } from './check-parts.ts'
import { objectDigest } from './layout.ts'
import { setAside } from './leftovers.ts'
import { CHUNK_BYTES, hashFile } from './stream.ts'

const EMPTY = digestOf('')

/** Every file below objects/: its name and, with `readData`, its bytes. */
export async function* checkObjects(root: string, options: CheckOptions): AsyncGenerator<Finding> {
  for (const folder of entriesOf(`${root}/objects`)) {
    const where = `objects/${folder.name}`
    if (!folder.isDirectory() || !/^[0-9a-f]{2}$/.test(folder.name)) {
      yield unexpected(where, 'is not a folder of objects')
      continue
    }
    for (const entry of entriesOf(`${root}/${where}`)) {
      const digest = objectDigest(folder.name, entry.name)
      if (digest === null || !entry.isFile()) yield unexpected(`${where}/${entry.name}`, 'is not an object')
      else yield* checkObject(root, `${root}/${where}/${entry.name}`, digest, options)
    }
  }
}

async function* checkObject(
  root: string,
  file: string,
  digest: Digest,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) return
  let problem: string | null = size === 0 && digest !== EMPTY ? 'is empty' : null
  if (problem === null && options.readData) problem = await dataProblem(file, digest, size)
  if (problem === null) return
  const done = options.repair ? `; moved to ${moveAside(root, file, digest)}` : ''
  yield { id: 'objDigestMismatch', severity: 'error', subject: digest, message: `object ${digest} ${problem}${done}` }
}

/** One bad read is not damage: it is read once more before it is reported. */
async function dataProblem(file: string, digest: Digest, size: number): Promise<string | null> {
  const first = await tryHash(file, size)
  if (first === digest) return null
  const again = await tryHash(file, size)
  if (again === digest) return null
  return again.startsWith('sha256:') ? `has other bytes, whose digest is ${again}` : `can't be read: ${again}`
}

async function tryHash(file: string, size: number): Promise<string> {
  try {
    return (size <= CHUNK_BYTES ? digestOf(fs.readFileSync(file)) : await hashFile(file)) ?? 'it is gone'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function moveAside(root: string, file: string, digest: Digest): string {
  const kept = setAside(root, file, digest)
  fs.unlinkSync(file)
  return kept.slice(root.length + 1)
}
