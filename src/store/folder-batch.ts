import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import type { Descriptor, ObjectBatch, Stored } from '../core/ports.ts'
import { makePath, remove, syncFolder, writeNew } from './durable.ts'
import { storeError } from './errno.ts'
import { objectFile, type Place } from './layout.ts'
import { setAside, sweepTmp } from './leftovers.ts'
import { type LargeSink, type Sink, storeSource } from './source.ts'
import { checkFile, compareFile, startFile, syncFiles, type Was } from './stream.ts'

/** An object that is written and not yet published. */
interface Pending {
  readonly tmp: string
  readonly isDurable: boolean
  /** What stood under its name when it came. */
  readonly was: Was
}

/**
 * Opens a group of writes. An object is written into tmp/, made durable, then renamed to its name: rename(2) works where link(2) does not, and
 * of two writers of one object the second puts the same bytes in the place of the first's.
 */
export function openBatch(place: Place): ObjectBatch {
  const { root } = place
  let pending = new Map<Digest, Pending>()
  /** Folders of objects that this batch relies on. Another process may have published there, and not yet made the names durable. */
  let relied = new Set<string>()
  let isOver = false
  sweepTmp(root, place.now())

  function rely(digest: Digest, size: number): Stored {
    relied.add(hexOf(digest).slice(0, 2))
    return { digest, size, isNew: false }
  }

  function add({ digest, size }: Descriptor, object: Pending): Stored {
    if (isOver) {
      remove(object.tmp)
      throw closed()
    }
    pending.set(digest, object)
    return { digest, size, isNew: true }
  }

  function small(bytes: Uint8Array, digest: Digest): Stored {
    if (isOver) throw closed()
    const size = bytes.length
    if (pending.has(digest)) return rely(digest, size)
    const was = compareFile(objectFile(root, digest), bytes)
    if (was === 'good') return rely(digest, size)
    const tmp = place.tmp()
    writeNew(tmp, bytes, false)
    return add({ digest, size }, { tmp, isDurable: false, was })
  }

  function large(): LargeSink {
    const file = startFile(place.tmp())
    return {
      write: async (chunk) => {
        if (isOver) throw closed()
        await file.write(chunk)
      },
      end: async (whole) => {
        const was = pending.has(whole.digest) ? 'good' : await checkFile(objectFile(root, whole.digest), whole)
        if (was === 'good') {
          file.drop()
          return rely(whole.digest, whole.size)
        }
        await file.finish()
        return add(whole, { tmp: file.path, isDurable: true, was })
      },
      drop: () => file.drop(),
    }
  }

  async function publish(objects: ReadonlyMap<Digest, Pending>, folders: ReadonlySet<string>): Promise<void> {
    if (folders.size === 0) return
    await syncFiles([...objects.values()].filter((object) => !object.isDurable).map((object) => object.tmp))
    for (const folder of folders) makePath(`${root}/objects/${folder}`)
    for (const [digest, { tmp, was }] of objects) {
      const file = objectFile(root, digest)
      if (was === 'bad') setAside(root, file, digest)
      fs.renameSync(tmp, file)
    }
    await syncFiles([...folders].map((folder) => `${root}/objects/${folder}`))
    syncFolder(`${root}/objects`)
    syncFolder(root)
  }

  function close(): void {
    isOver = true
    for (const { tmp } of pending.values()) remove(tmp)
    pending.clear()
  }

  const sink: Sink = { small, large }
  return {
    file: (path, tap) => storeSource(path, sink, tap),
    bytes: async (bytes) => small(bytes, digestOf(bytes)),
    flush: async () => {
      if (isOver) throw closed()
      const [objects, folders] = [pending, relied]
      for (const digest of objects.keys()) folders.add(hexOf(digest).slice(0, 2))
      pending = new Map()
      relied = new Set()
      try {
        await publish(objects, folders)
      } catch (error) {
        // What a failed fsync has lost, a second one does not report: the group is over.
        for (const { tmp } of objects.values()) remove(tmp)
        close()
        throw storeError(error, 'store objects in', root)
      }
    },
    close: async () => close(),
  }
}

const closed = (): Error => new Error('the batch is closed')
