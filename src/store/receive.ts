import fs from 'node:fs'
import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Incoming, TransferOptions } from '../core/ports.ts'
import { openNew, remove, writeAll } from './durable.ts'
import { storeError } from './errno.ts'

/** What a batch does with each object that comes. */
export interface Receiver {
  isHere(incoming: Incoming): boolean
  /** Takes the bytes. Out: whether it is new. */
  store(incoming: Incoming): Promise<boolean>
}

/** The loop of `ObjectBatch.receive`: one object after the other. */
export async function receiveAll(
  objects: Iterable<Incoming> | AsyncIterable<Incoming>,
  { progress = () => undefined, signal }: TransferOptions = {},
  { isHere, store }: Receiver,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  const fresh = { objects: 0, bytes: 0 }
  for await (const incoming of objects) {
    signal?.throwIfAborted()
    if (isHere(incoming)) continue
    const watched = { ...incoming, bytes: () => told(incoming, progress, signal) }
    if (!(await store(watched))) continue
    fresh.objects++
    fresh.bytes += incoming.size
  }
  return fresh
}

async function* told(
  { bytes }: Incoming,
  progress: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes()) {
    signal?.throwIfAborted()
    progress(chunk.length)
    yield chunk
  }
}

/** A small object, whole and verified. Errors: CORRUPT. */
export async function wholeOf({ digest, size, bytes }: Incoming): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let got = 0
  for await (const chunk of bytes()) {
    got += chunk.length
    if (got > size) throw other(digest, `came with more than the ${size} bytes that were announced`)
    chunks.push(chunk)
  }
  const whole = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
  if (got !== size) throw other(digest, `came with ${got} bytes of the ${size} that were announced`)
  if (digestOf(whole) !== digest) throw other(digest, 'came with bytes that are not its own')
  return whole
}

/** Writes an object of any size to `tmp`, and verifies it as it passes. A failure leaves nothing behind. Errors: CORRUPT, DISK_FULL, READ_ONLY. */
export async function receiveFile({ digest, size, bytes }: Incoming, tmp: string): Promise<void> {
  const hash = startDigest()
  let got = 0
  try {
    const fd = openNew(tmp)
    try {
      for await (const chunk of bytes()) {
        got += chunk.length
        if (got > size) throw other(digest, `came with more than the ${size} bytes that were announced`)
        hash.update(chunk)
        writeAll(fd, chunk)
      }
    } finally {
      fs.closeSync(fd)
    }
    if (got !== size) throw other(digest, `came with ${got} bytes of the ${size} that were announced`)
    if (finishDigest(hash) !== digest) throw other(digest, 'came with bytes that are not its own')
  } catch (error) {
    remove(tmp)
    throw storeError(error, 'write', tmp)
  }
}

const other = (digest: Digest, why: string): AishipError =>
  new AishipError('CORRUPT', `object ${digest} ${why}`, {
    hint: 'nothing of it was kept: where it comes from is damaged, or the way from there changes bytes',
    details: { digest },
  })
