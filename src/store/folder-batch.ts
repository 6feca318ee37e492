import fs from 'node:fs'
import { type Digest, digestOf } from '../core/digest.ts'
import type { FileRequest, Incoming, ObjectBatch, Stored, StoredFile } from '../core/ports.ts'
import { checkCopies } from './check-data.ts'
import { refuseLinks, remove, writeNew } from './durable.ts'
import { storeError } from './errno.ts'
import { dropIngested, type Ingested, ingest } from './ingest.ts'
import type { Difference } from './ingest-like.ts'
import { type Packed, startPacks } from './ingest-small.ts'
import { objectFile, type Place as Root } from './layout.ts'
import { sweepTmp } from './leftovers.ts'
import { tidyPacks } from './merge.ts'
import { MAX_PACKED } from './pack.ts'
import { openPlaces, type Place, packsFolder } from './places.ts'
import { folderOf, type Pending, publish, tablesFolder, type Unpublished } from './publish.ts'
import { receiveAll, receiveFile, wholeOf } from './receive.ts'
import { startReliance } from './reliance.ts'
import { startSignals } from './signals.ts'
import { compareFile } from './stream.ts'
import { tableBytes } from './table.ts'
import { markVerified } from './verified.ts'
import { startWork } from './work.ts'

/**
 * Opens a group of writes, which lie in tmp/ until they are published. Small objects go into packs, others into files of their own; of what is
 * much like an older object, only the difference is kept.
 */
export function openBatch(place: Root): ObjectBatch {
  const { root } = place
  refuseLinks(root)
  const reliance = startReliance(root)
  const places = openPlaces(root)
  const own = startPacks(place.tmp)
  /** Packed in this batch: by this thread or by others. */
  const packed = new Set<Digest>()
  let packs: Packed[] = []
  let alone = new Map<Digest, Pending>()
  let tables = new Map<Digest, Pending>()
  /** Folders whose names this batch relies on. Another process may have published there, and not yet made them durable. */
  let relied = new Set<string>()
  const work = startWork()
  sweepTmp(root, place.now())

  const checkOpen = (): void => work.signal.throwIfAborted()

  /** False where the object is not here. */
  function rely(digest: Digest): boolean {
    reliance.on(digest)
    const form = places.find(digest)?.form
    if (form === undefined) return false
    relied.add(form === 'packed' ? packsFolder(root) : form === 'chunked' ? tablesFolder(root) : folderOf(root, digest))
    return true
  }

  /** True if the object is in a pack, of this batch or of another. */
  const isPacked = (digest: Digest): boolean => packed.has(digest) || places.find(digest)?.form === 'packed'

  const isOurs = (digest: Digest): boolean => packed.has(digest) || alone.has(digest) || tables.has(digest)

  /** Puts an object into a file of its own, unless a sound one is there. Out: whether it is new. */
  function putAlone(digest: Digest, bytes: Uint8Array): boolean {
    if (alone.has(digest)) return false
    const was = compareFile(objectFile(root, digest), bytes)
    if (was === 'good') {
      reliance.on(digest)
      relied.add(folderOf(root, digest))
      return false
    }
    const tmp = place.tmp()
    writeNew(tmp, bytes, false)
    alone.set(digest, { tmp, isDurable: false, replaces: was === 'bad' })
    return !isPacked(digest)
  }

  function put(bytes: Uint8Array, isAlone: boolean): Stored {
    checkOpen()
    const [digest, size] = [digestOf(bytes), bytes.length]
    if (isAlone || size > MAX_PACKED) return { digest, size, isNew: putAlone(digest, bytes) }
    if (packed.has(digest) || alone.has(digest)) return { digest, size, isNew: false }
    const taken = own.take(digest, Buffer.from(bytes), places)
    if (taken === 'alone') return { digest, size, isNew: putAlone(digest, bytes) }
    if (taken === 'packed') packed.add(digest)
    else rely(digest)
    return { digest, size, isNew: taken === 'packed' }
  }

  /** Reads what is there already: whatever is damaged is stored again. */
  async function isWhole({ extents, size }: Place, digest: Digest): Promise<boolean> {
    const input = { copies: [{ digest, extents }] }
    const bad = size <= MAX_PACKED ? checkCopies(input, startSignals()) : await work.threads().run('checkCopies', input)
    return bad.length === 0
  }

  /** Out: the bytes that it adds to the registry; null where it was here before. */
  async function takeWhole(file: Extract<Ingested, { form: 'whole' }>): Promise<number | null> {
    const { digest, size, isDurable, difference } = file
    const tmp = file.tmp as string
    const there = places.find(digest)
    const isSound = there !== null && there.form !== 'packed' && there.size === size && (await isWhole(there, digest))
    checkOpen()
    if (isSound) rely(digest)
    if (isSound || alone.has(digest) || tables.has(digest)) {
      dropIngested(file)
      return null
    }
    if (difference !== null && there === null) {
      remove(tmp)
      return takeDifference(file, difference)
    }
    if (difference !== null) remove(difference.into)
    const replaces = fs.existsSync(objectFile(root, digest))
    alone.set(digest, { tmp, isDurable, replaces })
    return isPacked(digest) ? null : size
  }

  function takeDifference({ digest, size }: Ingested, { sources, rows, fresh, into }: Difference): number {
    let added = 0
    if (fresh !== null && fresh.size <= MAX_PACKED) {
      if (put(fs.readFileSync(into), false).isNew) added += fresh.size
      remove(into)
    } else if (fresh !== null && !alone.has(fresh.digest)) {
      alone.set(fresh.digest, { tmp: into, isDurable: false, replaces: false })
      added += fresh.size
    }
    for (const source of sources) {
      reliance.on(source, true)
      if (source !== fresh?.digest) rely(source)
    }
    const bytes = tableBytes({ format: 1, digest, size, sources, rows })
    const tmp = place.tmp()
    writeNew(tmp, bytes, false)
    tables.set(digest, { tmp, isDurable: false, replaces: false })
    return added + bytes.length
  }

  async function takeAll(
    requests: readonly FileRequest[],
    progress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<readonly StoredFile[]> {
    const read = await ingest(requests, {
      root,
      tmp: place.tmp,
      crew: work.threads,
      packs: own,
      adopt: (more) => void packs.push(...more),
      progress,
      signal,
    })
    const stored: StoredFile[] = []
    // Threads may have met what other processes have packed since.
    places.refresh()
    try {
      for (const file of read) {
        const { digest, size, seen } = file
        const isFirst = !packed.has(digest)
        if (file.form === 'packed') packed.add(digest)
        else if (file.form === 'known' && isFirst) rely(digest)
        const isPackedNow = file.form === 'packed' && isFirst && !alone.has(digest)
        const added = file.form === 'whole' ? await takeWhole(file) : isPackedNow ? size : null
        stored.push({ digest, size, seen, newBytes: added ?? 0, isNew: added !== null })
      }
      return stored
    } catch (error) {
      const kept = new Set([...alone.values()].map(({ tmp }) => tmp))
      for (const file of read) if (file.form === 'whole') dropIngested(file, kept)
      throw error
    }
  }

  async function receiveOne(incoming: Incoming): Promise<boolean> {
    const { digest, size } = incoming
    checkOpen()
    if (size <= MAX_PACKED) return put(await wholeOf(incoming), incoming.alone).isNew
    const tmp = place.tmp()
    await receiveFile(incoming, tmp)
    const whole = { form: 'whole', digest, size, seen: null, tmp, isDurable: false, difference: null } as const
    return (await takeWhole(whole)) !== null
  }

  async function publishAll(): Promise<void> {
    const unpublished: Unpublished = { objects: alone, packs: [...packs, ...own.finish()], tables, relied }
    alone = new Map()
    tables = new Map()
    relied = new Set()
    packs = []
    await publish(root, unpublished, place)
    // What was hashed as it lies there need not be read again to be linked.
    markVerified(root, unpublished.objects.keys())
    if (unpublished.packs.length > 0) await tidyPacks(root)
    for (const digest of [...unpublished.objects.keys(), ...unpublished.tables.keys()]) reliance.on(digest)
    reliance.settle(packed)
  }

  async function close(): Promise<void> {
    await work.end()
    own.drop()
    for (const { tmp } of [...alone.values(), ...tables.values(), ...packs]) remove(tmp)
    alone.clear()
    tables.clear()
    packs = []
    places.close()
  }

  return {
    async files(requests, { progress = () => undefined, signal } = {}) {
      checkOpen()
      const signals = signal === undefined ? [work.signal] : [work.signal, signal]
      return work.run(() => takeAll(requests, progress, AbortSignal.any(signals)))
    },
    reuse: async (digests) => {
      checkOpen()
      places.refresh()
      return new Set(digests.filter((digest) => isOurs(digest) || rely(digest)))
    },
    bytes: async (bytes, { alone: isAlone = false } = {}) => put(bytes, isAlone),
    receive: async (objects, options) => {
      checkOpen()
      places.refresh()
      const isHere = ({ digest, alone: isAlone }: Incoming): boolean =>
        !(isAlone && isPacked(digest)) && (isOurs(digest) || rely(digest))
      return work.run(() => receiveAll(objects, options, { isHere, store: receiveOne }))
    },
    flush: async () => {
      checkOpen()
      try {
        await work.run(publishAll)
      } catch (error) {
        // What a failed fsync has lost, a second one does not report: the group is over.
        await close()
        throw storeError(error, 'store objects in', root)
      }
      places.refresh()
    },
    close,
  }
}
