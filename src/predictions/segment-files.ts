import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import { openCache } from '../store/cache.ts'
import { objectFile } from '../store/layout.ts'
import { openCopies } from './segment-copies.ts'
import type { PredictionPlace } from './store.ts'

/** Where each segment lies on this machine as a file, verified; and which are gone. */
export interface SegmentFiles {
  readonly files: readonly string[]
  readonly missing: readonly Digest[]
}

const MEMORY = 'segments/verified.json'

/**
 * Segments as files that an engine can read: the registry's own where they lie in files of their own, else copies in the cache. Each is
 * verified once, and again whenever the file is not the one that was verified. In: `own`, the reader's folder. Errors: CORRUPT; those of
 * `SegmentCopies.take`.
 */
export async function segmentFiles(
  objects: ObjectStore,
  { cache, signal, now }: Pick<PredictionPlace, 'cache' | 'signal' | 'now'>,
  own: string,
  digests: readonly Digest[],
): Promise<SegmentFiles> {
  const memory = openCache(cache)
  const copies = openCopies(objects, cache, own)
  const known = await remembered(memory)
  const seen: Record<string, string> = {}
  const files: string[] = []
  const missing: Digest[] = []
  for (const digest of digests) {
    signal.throwIfAborted()
    const there = objects.folder === undefined ? null : objectFile(objects.folder, digest)
    const isThere = there !== null && fs.existsSync(there)
    const file = isThere ? there : await copies.take(digest)
    if (file === null) {
      missing.push(digest)
      continue
    }
    const stamp = stampOf(file, !isThere)
    if (known[digest] !== stamp) verify(file, digest)
    seen[digest] = stamp
    files.push(file)
  }
  if (Object.entries(seen).some(([digest, stamp]) => known[digest] !== stamp))
    await memory.set(MEMORY, Buffer.from(JSON.stringify({ ...known, ...seen })))
  copies.prune(now())
  return { files, missing }
}

async function remembered(memory: ReturnType<typeof openCache>): Promise<Readonly<Record<string, string>>> {
  try {
    return JSON.parse(Buffer.from((await memory.get(MEMORY)) ?? '{}').toString('utf8')) as Record<string, string>
  } catch {
    return {}
  }
}

/** Changes when a file is replaced or written to. A copy's ctime changes with each reader. */
function stampOf(file: string, isCopy: boolean): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true })
  return [dev, ino, size, mtimeNs, ...(isCopy ? [] : [ctimeNs])].join(' ')
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
