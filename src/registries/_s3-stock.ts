import fs from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { makeDigestMap } from '../core/digest-map.ts'
import { inPool } from '../core/pool.ts'
import type { Descriptor } from '../core/ports.ts'
import { objectDigest } from '../store/layout.ts'
import { FANOUT, FOOTER, openPack, type Pack, type PackRow, ROW, readAt } from '../store/pack.ts'
import { packName } from '../store/places.ts'
import type { ListedObject } from './_s3-list.ts'
import type { Parts } from './_s3-parts.ts'

/** Where an object lies in the bucket. */
export type Spot =
  | { readonly form: 'alone'; readonly size: number }
  | { readonly form: 'packed'; readonly size: number; readonly pack: Pack; readonly row: PackRow }

/** With when it was stored, by the store's clock. */
export interface Dated extends Descriptor {
  readonly storedMs: number
}

interface StockedPack {
  readonly pack: Pack
  readonly bytes: number
  readonly storedMs: number
}

/** What lies in a bucket, as it was when somebody looked. */
export interface Stock {
  /**
   * Looks again: lists the objects, and fetches the index of each pack that is new here; with `anew` that of every pack. A damaged pack is as if
   * it had no rows, with a warning.
   */
  look(options?: { readonly anew?: boolean }): Promise<void>
  /** In: `avoid`, where it is not to lie if it lies elsewhere too. */
  find(digest: Digest, avoid?: (spot: Spot) => boolean): Spot | null
  /** The same for what was just put there. */
  addAlone(object: Descriptor): void
  addPack(name: string, file: string): void
  /** Objects of their own. */
  lone(): Generator<Dated>
  /** Every object, once. */
  list(): Generator<Descriptor>
  readonly packs: ReadonlyMap<string, StockedPack>
  /** Packs that can't be used, and what is wrong with each. */
  readonly broken: ReadonlyMap<string, string>
}

const PACKS = 'packs/'
/** Indexes that are fetched at once. */
const WIDTH = 8
const MAX_INDEX = 256 * 1024 * 1024

export function openStock({ client, key, root, place }: Parts): Stock {
  const folder = key('/objects/')
  let alone = makeDigestMap()
  let digests: Digest[] = []
  let times: number[] = []
  let packs = new Map<string, StockedPack>()
  let broken = new Map<string, string>()
  let isTold = false
  const indexFile = (name: string): string => path.join(root, 'cache', 'indexes', `${name}.pack`)

  async function look({ anew = false } = {}): Promise<void> {
    const [seen, sizes] = [new Map<string, ListedObject>(), makeDigestMap()]
    const [listed, dates]: [Digest[], number[]] = [[], []]
    for await (const item of client.list(folder)) {
      if (!('key' in item)) continue
      const name = item.key.slice(folder.length)
      const pack = name.startsWith(PACKS) ? packName(name.slice(PACKS.length)) : null
      if (pack !== null) seen.set(pack, item)
      const digest = pack === null ? objectDigest(name.slice(0, 2), name.slice(3)) : null
      if (digest === null || name[2] !== '/') continue
      sizes.set(digest, item.size)
      listed.push(digest)
      dates.push(item.lastModified.getTime())
    }
    const [known, damaged] = [new Map<string, StockedPack>(), new Map<string, string>()]
    await inPool(seen, WIDTH, async ([name, { size: bytes, lastModified }]) => {
      const pack = (anew ? null : knownIndex(name, bytes)) ?? (await fetchIndex(name, bytes))
      if (typeof pack === 'string') damaged.set(name, pack)
      // Null: it was merged into another, or taken out, since it was listed.
      else if (pack !== null) known.set(name, { pack, bytes, storedMs: lastModified.getTime() })
    })
    ;[alone, digests, times, packs, broken] = [sizes, listed, dates, known, damaged]
    if (!isTold) tell()
  }

  /** Once: every look finds the same. */
  function tell(): void {
    const [first] = broken
    if (first === undefined) return
    isTold = true
    const more = broken.size === 1 ? '' : `, and ${broken.size - 1} more packs are damaged`
    const message = `the pack ${folder}${PACKS}${first[0]}.pack ${first[1]}${more}: what lies nowhere else is missing; bundle or push again from where it is whole, and see aiship fsck`
    place.emit({ type: 'warning', code: 'CORRUPT', message })
  }

  /** A pack's index is kept at the end of a file that is empty otherwise and takes no room: so it is read as that of a pack that lies here. */
  function knownIndex(name: string, bytes: number): Pack | null {
    const known = packs.get(name)
    if (known !== undefined) return known.bytes === bytes ? known.pack : null
    const file = indexFile(name)
    // Another length: the pack was cut since.
    return fs.statSync(file, { throwIfNoEntry: false })?.size === bytes ? openPack(file, name) : null
  }

  /** Out: null where it is gone; what is wrong with one that is not what its name says. */
  async function fetchIndex(name: string, bytes: number): Promise<Pack | string | null> {
    const tail = await fetchTail(name, bytes)
    if (tail === null) return null
    const pack = typeof tail === 'string' ? tail : (keepIndex(name, bytes, tail) ?? 'has a damaged end')
    if (typeof pack === 'string') fs.rmSync(indexFile(name), { force: true })
    return pack
  }

  function keepIndex(name: string, bytes: number, tail: Uint8Array): Pack | null {
    const file = indexFile(name)
    const draft = `${file}.${process.pid}`
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const fd = fs.openSync(draft, 'w')
    try {
      fs.ftruncateSync(fd, bytes)
      fs.writeSync(fd, tail, 0, tail.length, bytes - tail.length)
    } finally {
      fs.closeSync(fd)
    }
    fs.renameSync(draft, file)
    return openPack(file, name)
  }

  async function fetchTail(name: string, bytes: number): Promise<Buffer | string | null> {
    const packKey = `${folder}${PACKS}${name}.pack`
    if (bytes < FANOUT + FOOTER) return 'is too short to be one'
    const footer = await client.get(packKey, { range: [bytes - FOOTER, bytes] })
    if (footer.status === 404) return null
    const count = footer.bytes.readUInt32LE(8)
    const length = FANOUT + count * ROW + FOOTER
    if (length > Math.min(bytes, MAX_INDEX)) return 'is cut off, or its end is damaged'
    const tail = await client.get(packKey, { range: [bytes - length, bytes], maxBytes: length })
    if (tail.status === 404) return null
    const isNamed = hexOf(digestOf(tail.bytes.subarray(0, -FOOTER))) === name
    return isNamed ? tail.bytes : 'has another index than its name says'
  }

  function* lone(): Generator<Dated> {
    for (const [i, digest] of digests.entries())
      yield { digest, size: alone.get(digest) as number, storedMs: times[i] as number }
  }

  function* spotsOf(digest: Digest): Generator<Spot> {
    const size = alone.get(digest)
    if (size !== undefined) yield { form: 'alone', size }
    for (const { pack } of packs.values()) {
      const row = pack.find(digest)
      if (row !== null) yield { form: 'packed', size: row.length, pack, row }
    }
  }

  return {
    look,
    get packs() {
      return packs
    },
    get broken() {
      return broken
    },
    find(digest, avoid = () => false) {
      let first: Spot | null = null
      for (const spot of spotsOf(digest)) {
        if (!avoid(spot)) return spot
        first ??= spot
      }
      return first
    },
    addAlone({ digest, size }) {
      alone.set(digest, size)
      digests.push(digest)
      times.push(Date.now())
    },
    addPack(name, file) {
      const bytes = fs.statSync(file).size
      const pack = openPack(file, name)
      if (pack === null) return
      const length = FANOUT + pack.count * ROW + FOOTER
      const fd = fs.openSync(file, 'r')
      try {
        const kept = keepIndex(name, bytes, readAt(fd, bytes - length, length))
        if (kept === null) return
        packs.set(name, { pack: kept, bytes, storedMs: Date.now() })
        broken.delete(name)
      } finally {
        fs.closeSync(fd)
      }
    },
    lone,
    *list() {
      const packed = makeDigestMap()
      for (const { digest, size } of lone()) yield { digest, size }
      for (const { pack } of packs.values()) {
        for (const { digest, length } of pack.rows()) {
          if (alone.has(digest) || packed.has(digest)) continue
          packed.set(digest, length)
          yield { digest, size: length }
        }
      }
    },
  }
}
