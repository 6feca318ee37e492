import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { inPool } from '../core/pool.ts'
import type { Descriptor, Incoming, ObjectBatch, StoredFile } from '../core/ports.ts'
import { makePath, remove } from '../store/durable.ts'
import { ingest } from '../store/ingest.ts'
import { startPacks } from '../store/ingest-small.ts'
import { objectFile } from '../store/layout.ts'
import { MAX_PACKED } from '../store/pack.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { type PackWriter, startPack } from '../store/pack-write.ts'
import { receiveAll, receiveFile, wholeOf } from '../store/receive.ts'
import { startWork } from '../store/work.ts'
import type { Parts } from './_s3-parts.ts'
import { startReliance } from './_s3-reliance.ts'
import { changed, sendFile } from './_s3-send.ts'
import type { Stock } from './_s3-stock.ts'

/** A pack that has grown so far goes out, and the next one is begun. */
const PACK = 32 * 2 ** 20
/** Objects of their own that go out at once; a large one in several parts. */
const WIDTH = 2

/** An object that the bucket lacks, and where its bytes are until they are sent. */
interface Wanted extends Descriptor {
  readonly alone: boolean
  readonly from:
    | { readonly bytes: Uint8Array }
    /** A file of the project, which is read again and compared; or one of ours, which was verified, and goes. */
    | { readonly file: string; readonly isOurs: boolean }
    /** In the pack that is being filled. */
    | 'pack'
}

/**
 * A group of writes. Files are hashed first, and read again as they go out: what does not match what was hashed never gets its name. With `flush`
 * what the bucket lacks goes out, small objects together in packs, others by themselves; nothing is kept on this machine but what is small and
 * will be asked for soon.
 */
export async function openS3Batch(parts: Parts, stock: Stock): Promise<ObjectBatch> {
  const { client, key, kept, root, ensure, place } = parts
  const work = startWork()
  const wanted = new Map<Digest, Wanted>()
  let pack: { readonly tmp: string; readonly writer: PackWriter } | null = null
  let sent = (_bytes: number): void => undefined

  // It looks once for a batch: what others store meanwhile is stored twice at worst.
  const { find, settle, claim, confirm, ...reliance } = startReliance(parts, stock)
  const look = (): Promise<void> => {
    work.signal.throwIfAborted()
    return reliance.look()
  }

  const lacks = ({ digest, alone }: { readonly digest: Digest; readonly alone: boolean }): boolean => {
    const spot = find(digest)
    return spot === null || (alone && spot.form === 'packed')
  }

  /** Out: whether it is new in the bucket. */
  function want(one: Wanted): boolean {
    const known = wanted.get(one.digest)
    if (!lacks(one) || known?.alone === true || (known !== undefined && !one.alone)) return false
    wanted.set(one.digest, one)
    return known === undefined && find(one.digest) === null
  }

  const tmpFile = (): string => {
    makePath(`${root}/tmp`)
    return freshTmp(root)
  }

  /** Into the pack that is being filled; a full one goes out. */
  async function intoPack(digest: Digest, bytes: Uint8Array): Promise<void> {
    if (pack === null) {
      const tmp = tmpFile()
      pack = { tmp, writer: startPack(tmp) }
    }
    if (!pack.writer.has(digest)) pack.writer.add(digest, bytes)
    if (pack.writer.size >= PACK) await sendPack()
  }

  async function sendPack(): Promise<void> {
    if (pack === null) return
    const { tmp, writer } = pack
    pack = null
    try {
      await ensure()
      const name = writer.finish()
      await claim({ digest: `sha256:${name}`, form: 'pack' })
      await sendFile(client, key(`/objects/packs/${name}.pack`), tmp, { progress: sent })
      stock.addPack(name, tmp)
    } finally {
      writer.drop()
    }
  }

  async function sendAlone({ digest, size, from }: Wanted): Promise<void> {
    const path = objectFile('', digest)
    if (from === 'pack') return
    await claim({ digest, form: 'alone' })
    if ('file' in from) {
      const isGone = (): Error => changed(from.file)
      await sendFile(client, key(path), from.file, { digest, size, isGone, progress: sent })
      if (from.isOurs) remove(from.file)
    } else {
      await client.put(key(path), from.bytes, { sha256: hexOf(digest) })
      // A manifest or a tree, which the next command will ask for.
      await kept.set(path.slice(1), from.bytes)
      sent(size)
    }
    stock.addAlone({ digest, size })
  }

  async function sendAll(): Promise<void> {
    const all = [...wanted.values()]
    const total = all.reduce((sum, { size }) => sum + size, 0)
    let done = 0
    sent = (bytes) => {
      done = Math.min(done + bytes, total)
      place.emit({ type: 'progress', what: 'uploading', done, total, unit: 'bytes' })
    }
    for (const { digest, from } of all.filter((one) => !isAlone(one))) {
      work.signal.throwIfAborted()
      if (from === 'pack' || 'bytes' in from) continue
      const bytes = fs.readFileSync(from.file)
      if (digestOf(bytes) !== digest) throw changed(from.file)
      await intoPack(digest, bytes)
    }
    await sendPack()
    await inPool(all.filter(isAlone), WIDTH, sendAlone)
    wanted.clear()
  }

  async function takeOne(incoming: Incoming): Promise<boolean> {
    const { digest, size, alone } = incoming
    if (size > MAX_PACKED) {
      const file = tmpFile()
      await receiveFile(incoming, file)
      const one: Wanted = { digest, size, alone, from: { file, isOurs: true } }
      const isNew = want(one)
      if (wanted.get(digest) !== one) remove(file)
      return isNew
    }
    return takeBytes(digest, await wholeOf(incoming), alone)
  }

  async function takeBytes(digest: Digest, bytes: Uint8Array, alone: boolean): Promise<boolean> {
    const isNew = want({ digest, size: bytes.length, alone, from: alone ? { bytes } : 'pack' })
    if (!alone && wanted.get(digest)?.from === 'pack') await intoPack(digest, bytes)
    return isNew
  }

  return {
    files: (requests, { progress = () => undefined, signal } = {}) =>
      work.run(async () => {
        await look()
        const read = await ingest(requests, {
          ...{ root: null, tmp: () => '', crew: work.threads, packs: startPacks(() => ''), adopt: () => undefined },
          progress,
          // One of its own: a batch may be given many groups at once, and each listens.
          signal: AbortSignal.any(signal === undefined ? [work.signal] : [work.signal, signal]),
        })
        return read.map(({ digest, size, seen }, i): StoredFile => {
          const { path, alone } = requests[i] as (typeof requests)[number]
          const isNew = want({ digest, size, alone, from: { file: path, isOurs: false } })
          return { digest, size, seen, isNew, newBytes: isNew ? size : 0 }
        })
      }),
    async reuse(digests) {
      await look()
      return new Set(digests.filter((digest) => wanted.has(digest) || find(digest) !== null))
    },
    async bytes(bytes, { alone = false } = {}) {
      await look()
      const digest = digestOf(bytes)
      const isNew = await work.run(() => takeBytes(digest, Buffer.from(bytes), alone || bytes.length > MAX_PACKED))
      return { digest, size: bytes.length, isNew }
    },
    async receive(objects, options) {
      await look()
      const isHere = (one: Incoming): boolean => !lacks(one) || wanted.get(one.digest)?.alone === true
      return work.run(() => receiveAll(objects, options, { isHere, store: takeOne }))
    },
    flush: () =>
      work.run(async () => {
        work.signal.throwIfAborted()
        await ensure()
        await settle()
        await sendAll()
        confirm()
      }),
    async close() {
      await work.end()
      pack?.writer.drop()
      for (const { from } of wanted.values()) if (from !== 'pack' && 'file' in from && from.isOurs) remove(from.file)
      wanted.clear()
    },
  }
}

const isAlone = ({ size, alone }: Wanted): boolean => alone || size > MAX_PACKED
