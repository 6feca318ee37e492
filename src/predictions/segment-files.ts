import fs from 'node:fs'
import path from 'node:path'
import { type Digest, finishDigest, hexOf, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import { openCache } from '../store/cache.ts'
import { storeError } from '../store/errno.ts'
import { objectFile } from '../store/layout.ts'

/** Where each segment lies on this machine as a file, verified; and which are gone. */
export interface SegmentFiles {
  readonly files: readonly string[]
  readonly missing: readonly Digest[]
}

const MEMORY = 'segments/verified.json'

/**
 * Segments as files that an engine can read: the registry's own where they lie in files of their own, else copies in the cache. Each is
 * verified once, and again whenever the file is not the one that was verified. In: `cache`, absolute. Errors: CORRUPT; those of `ObjectStore.get`.
 */
export async function segmentFiles(
  objects: ObjectStore,
  cache: string,
  digests: readonly Digest[],
  signal: AbortSignal,
): Promise<SegmentFiles> {
  const memory = openCache(cache)
  const known = await remembered(memory)
  const seen: Record<string, string> = {}
  const files: string[] = []
  const missing: Digest[] = []
  for (const digest of digests) {
    signal.throwIfAborted()
    const file = await locate(objects, cache, digest)
    if (file === null) {
      missing.push(digest)
      continue
    }
    const stamp = stampOf(file)
    if (known[digest] !== stamp) verify(file, digest)
    seen[digest] = stamp
    files.push(file)
  }
  if (Object.entries(seen).some(([digest, stamp]) => known[digest] !== stamp))
    await memory.set(MEMORY, Buffer.from(JSON.stringify({ ...known, ...seen })))
  return { files, missing }
}

async function locate(objects: ObjectStore, cache: string, digest: Digest): Promise<string | null> {
  const own = objects.folder === undefined ? null : objectFile(objects.folder, digest)
  if (own !== null && fs.existsSync(own)) return own
  const copy = path.join(cache, 'segments', `${hexOf(digest)}.parquet`)
  if (fs.existsSync(copy)) return copy
  if ((await objects.size(digest)) === null) return null
  const draft = `${copy}.${process.pid}.tmp`
  try {
    fs.mkdirSync(path.dirname(copy), { recursive: true })
    await fs.promises.writeFile(draft, objects.get(digest))
    fs.renameSync(draft, copy)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw storeError(error, 'write', copy)
  }
  return copy
}

async function remembered(memory: ReturnType<typeof openCache>): Promise<Readonly<Record<string, string>>> {
  try {
    return JSON.parse(Buffer.from((await memory.get(MEMORY)) ?? '{}').toString('utf8')) as Record<string, string>
  } catch {
    return {}
  }
}

/** Changes when a file is replaced or written to. */
function stampOf(file: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true })
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

const CHUNK = 1024 * 1024

function verify(file: string, digest: Digest): void {
  const hash = startDigest()
  const buffer = Buffer.allocUnsafe(CHUNK)
  const fd = fs.openSync(file, 'r')
  try {
    for (let got = fs.readSync(fd, buffer); got > 0; got = fs.readSync(fd, buffer)) hash.update(buffer.subarray(0, got))
  } finally {
    fs.closeSync(fd)
  }
  if (finishDigest(hash) === digest) return
  throw new AishipError('CORRUPT', `the segment ${digest} has other bytes than its digest says: ${file}`, {
    hint: 'nothing was read from it',
    next: ['aiship fsck --read-data'],
    details: { digest, path: file },
  })
}
