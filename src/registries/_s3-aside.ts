import fs from 'node:fs'
import path from 'node:path'
import { type Digest, finishDigest, hexOf, startDigest } from '../core/digest.ts'
import { makePath, remove } from '../store/durable.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { inRanges } from './_s3-fetch.ts'
import type { Parts } from './_s3-parts.ts'
import { sendFile } from './_s3-send.ts'

/**
 * Takes an object of its own, or a pack, that was found damaged out of the way. Where nothing can be renamed it is read once more, put to
 * `quarantine/` and deleted at its place: not where another lies there by then. In: `digest`, what it should have; then it stays also where it is
 * sound this time. Out: where it is now; null where it stays.
 */
export async function moveAside(parts: Parts, from: string, digest: Digest | null): Promise<string | null> {
  const { client, key, root, place } = parts
  const before = await client.head(key(from))
  if (before === null) return null
  makePath(`${root}/tmp`)
  const tmp = freshTmp(root)
  try {
    const hash = startDigest()
    const fd = fs.openSync(tmp, 'wx')
    try {
      for await (const chunk of inRanges(parts, key(from), 0, before.size)) {
        hash.update(chunk)
        for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done)
      }
    } finally {
      fs.closeSync(fd)
    }
    if (finishDigest(hash) === digest) return null
    const { name, ext } = digest === null ? path.parse(from) : { name: hexOf(digest), ext: '' }
    const to = `/quarantine/${name}-${place.uuid().slice(0, 8)}${ext}`
    await sendFile(client, key(to), tmp, { progress: () => undefined })
    const now = await client.head(key(from))
    const isSame = now?.etag === before.etag && now.lastModified?.getTime() === before.lastModified?.getTime()
    if (!isSame) return null
    await client.delete([key(from)])
    return to.slice(1)
  } finally {
    remove(tmp)
  }
}
