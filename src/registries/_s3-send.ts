import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { sourceError } from '../store/errno.ts'
import type { S3Client } from './_s3-client.ts'

/** Four of them are in memory at once. S3 takes 10,000: an object of more than 80 GB goes in larger ones. */
const PART = 8 * 2 ** 20

/**
 * Uploads a file, in parts that the bucket compares with their hashes as they arrive; one that was stopped goes on where it was. Parts are read
 * in their order, however many are under way, so that with `digest` the whole is hashed as it passes: the object gets its name only if it is what
 * was expected, else `isGone` is thrown. Errors: those of the client; FILE_MISSING, NOT_PERMITTED.
 */
export async function sendFile(
  client: S3Client,
  key: string,
  file: string,
  options: {
    readonly digest?: Digest
    readonly size?: number
    readonly isGone?: () => Error
    readonly progress: (bytes: number) => void
  },
): Promise<void> {
  const { digest, isGone = () => new Error(`${file} changed`), progress } = options
  const handle = await fs.promises.open(file).catch((error) => {
    throw sourceError(error, file)
  })
  try {
    const { size } = await handle.stat()
    if (options.size !== undefined && size !== options.size) throw isGone()
    const hash = startDigest()
    let [next, turn]: [number, Promise<unknown>] = [0, Promise.resolve()]
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, offset)
      if (bytesRead < length) throw isGone()
      if (digest !== undefined && offset === next) {
        hash.update(buffer)
        next += length
      }
      return buffer
    }
    const inTurn = (offset: number, length: number): Promise<Uint8Array> => {
      const reading = turn.then(() => read(offset, length))
      turn = reading.catch(() => undefined)
      return reading
    }
    const check = (): void => {
      if (digest !== undefined && (next !== size || finishDigest(hash) !== digest)) throw isGone()
    }
    await client.upload(key, { size, read: inTurn }, { progress, check, partBytes: PART })
  } finally {
    await handle.close()
  }
}

/** A file of the project that is not any more what was hashed. */
export const changed = (path: string): AishipError =>
  new AishipError('SOURCE_CHANGED', `${path} changed while it was stored`, {
    hint: 'wait until whatever writes it is done, or ignore it in aiship.yaml',
    next: ['aiship bundle'],
    details: { path },
  })
