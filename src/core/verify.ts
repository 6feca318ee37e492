import { type Digest, finishDigest, startDigest } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Bytes, Descriptor } from './registry.ts'

/** Passes bytes on, the last of them only when the whole is what was announced. Errors: CORRUPT. */
export async function* verified({ digest, size }: Descriptor, bytes: Bytes, from: string): AsyncGenerator<Uint8Array> {
  const hash = startDigest()
  let held: Uint8Array | null = null
  let got = 0
  for await (const chunk of bytes) {
    got += chunk.length
    if (got > size) throw other(digest, from, `has more than the ${size} bytes that were announced`)
    hash.update(chunk)
    if (held !== null) yield held
    held = chunk
  }
  if (got !== size) throw other(digest, from, `has ${got} of the ${size} bytes that were announced`)
  if (finishDigest(hash) !== digest) throw other(digest, from, 'has other bytes than its digest says')
  if (held !== null) yield held
}

const other = (digest: Digest, from: string, why: string): AishipError =>
  new AishipError('CORRUPT', `${digest} in ${from} ${why}`, {
    hint: 'nothing of it was kept: it is damaged there, or was changed on the way',
    details: { digest },
  })
