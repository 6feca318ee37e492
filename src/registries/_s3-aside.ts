import fs from 'node:fs'
import { type Digest, finishDigest, hexOf, startDigest } from '../core/digest.ts'
import { makePath, remove } from '../store/durable.ts'
import { objectFile } from '../store/layout.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { arriving } from './_s3-fetch.ts'
import type { Parts } from './_s3-parts.ts'
import { sendFile } from './_s3-send.ts'

/**
 * Takes an object of its own that was found damaged out of the way, so that it is stored anew by whoever has it. Where nothing can be renamed it is
 * read once more, put to `quarantine/` and deleted at its place: not where it is sound this time, or another lies there by then. Out: where it is
 * now; null where it stays.
 */
export async function moveAside(parts: Parts, digest: Digest): Promise<string | null> {
  const { client, key, root, place } = parts
  const from = key(objectFile('', digest))
  const before = await client.head(from)
  if (before === null) return null
  makePath(`${root}/tmp`)
  const tmp = freshTmp(root)
  try {
    const hash = startDigest()
    const fd = fs.openSync(tmp, 'wx')
    try {
      for await (const chunk of arriving(parts, digest, before.size).bytes()) {
        hash.update(chunk)
        for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done)
      }
    } finally {
      fs.closeSync(fd)
    }
    if (finishDigest(hash) === digest) return null
    const to = `/quarantine/${hexOf(digest)}-${place.uuid().slice(0, 8)}`
    await sendFile(client, key(to), tmp, { progress: () => undefined })
    const now = await client.head(from)
    const isSame = now?.etag === before.etag && now.lastModified?.getTime() === before.lastModified?.getTime()
    if (!isSame) return null
    await client.delete([from])
    return to.slice(1)
  } finally {
    remove(tmp)
  }
}
