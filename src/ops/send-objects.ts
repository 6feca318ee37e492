import type { Digest } from '../core/digest.ts'
import type { Context, Incoming, ObjectBatch, TransferOptions } from '../core/ports.ts'
import type { Content } from './contents.ts'
import { about, errorAbout } from './elsewhere.ts'

/** So much becomes durable at a time: a transfer that is stopped goes on from there when it is repeated. */
const WINDOW_BYTES = 256 * 1024 * 1024
const WINDOW_OBJECTS = 20_000

export interface Sent {
  readonly objects: number
  readonly bytes: number
}

/**
 * Copies objects of one registry to another's batch and makes them durable. What is there already, by a look and not by an index, is not
 * read. Errors: OBJECT_MISSING and CORRUPT for what the source lacks; those of `receive` and `flush`.
 */
export async function sendObjects(
  from: Context,
  batch: ObjectBatch,
  contents: readonly Content[],
  what: string,
): Promise<Sent> {
  const here = await batch.reuse(contents.map(({ digest }) => digest))
  // A root that is there in a pack only gets a file of its own.
  const wanted = contents.filter(({ digest, alone }) => alone || !here.has(digest))
  const stop = new AbortController()
  const signal = AbortSignal.any([from.signal, stop.signal])
  const progress = countBytes(
    from,
    contents.filter(({ digest }) => !here.has(digest)),
    what,
  )
  const sent = { objects: 0, bytes: 0 }
  const { objects } = from.registry
  const bring = async (window: readonly Content[] | undefined): Promise<void> => {
    const digests = (window ?? []).map(({ digest }) => digest).filter((digest) => !here.has(digest))
    if (objects.bring === undefined || digests.length === 0) return
    await about(from, async () => objects.bring?.(digests, { progress, signal }))
  }
  const windows = cut(wanted)
  let coming = bring(windows[0])
  try {
    for (const [index, window] of windows.entries()) {
      await coming
      // The next ones come while these are stored.
      coming = bring(windows[index + 1])
      coming.catch(() => undefined)
      const got = await batch.receive(incoming(from, window), { progress, signal })
      await batch.flush()
      sent.objects += got.objects
      sent.bytes += got.bytes
    }
  } finally {
    stop.abort()
    await coming.catch(() => undefined)
  }
  // Also what was there already: whoever stored it may have been stopped before it was durable.
  await batch.flush()
  return sent
}

function cut(contents: readonly Content[]): readonly (readonly Content[])[] {
  const windows: Content[][] = []
  let room = 0
  for (const content of contents) {
    const last = windows.at(-1)
    if (last === undefined || room < content.size || last.length >= WINDOW_OBJECTS) {
      windows.push([content])
      room = WINDOW_BYTES - content.size
    } else {
      last.push(content)
      room -= content.size
    }
  }
  return windows
}

function* incoming(from: Context, contents: readonly Content[]): Generator<Incoming> {
  for (const { digest, size, alone } of contents) yield { digest, size, alone, bytes: () => read(from, digest) }
}

async function* read(from: Context, digest: Digest): AsyncGenerator<Uint8Array> {
  try {
    yield* from.registry.objects.get(digest)
  } catch (error) {
    throw errorAbout(from, error)
  }
}

/** Bytes that are brought to this machine first pass twice, and count half each time. */
function countBytes(
  from: Context,
  contents: readonly Content[],
  what: string,
): NonNullable<TransferOptions['progress']> {
  const total = contents.reduce((sum, { size }) => sum + size, 0)
  const share = from.registry.objects.bring === undefined ? 1 : 0.5
  let done = 0
  return (bytes) => {
    done += bytes * share
    from.emit({ type: 'progress', what, done: Math.min(total, Math.floor(done)), total, unit: 'bytes' })
  }
}
