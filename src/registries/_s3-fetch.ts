import fs from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { inPool } from '../core/pool.ts'
import type { Bytes, Incoming, ObjectBatch, TransferOptions } from '../core/ports.ts'
import { makePath, remove } from '../store/durable.ts'
import { objectFile } from '../store/layout.ts'
import { MAX_PACKED, openPack, type Pack, type PackRow, readAt } from '../store/pack.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { packFile, packsFolder } from '../store/places.ts'
import type { Parts } from './_s3-parts.ts'
import type { Spot, Stock } from './_s3-stock.ts'

const MIB = 2 ** 20
/** A large object comes in ranges of this many bytes, so many of them at once. */
const RANGE = 16 * MIB
const AHEAD = 4
/** Objects of their own that come at once. */
const WIDTH = 8
/** From this share of its bytes on, a pack comes whole. */
const WHOLE_SHARE = 0.5
/** Between two rows that come with one request: less costs less than a second request. */
const GAP = 256 * 1024

/** Brings objects into the copy on this machine, each verified as it comes, or with its pack, which vouches for it when it is read. */
export async function fetchObjects(
  parts: Parts,
  stock: Stock,
  digests: readonly Digest[],
  options: TransferOptions,
): Promise<void> {
  const spots = new Map<Digest, Spot>()
  for (const digest of digests) {
    const spot = stock.find(digest)
    if (spot === null) throw missing(parts, digest)
    spots.set(digest, spot)
  }
  const batch = await parts.copy.objects.batch()
  try {
    await inPool(spots, WIDTH, async ([digest, spot]) => {
      if (spot.form === 'alone') await batch.receive([arriving(parts, digest, spot.size)], options)
    })
    for (const [name, rows] of byPack(spots)) await fetchPacked(parts, stock, batch, name, rows, options)
    await batch.flush()
  } finally {
    await batch.close()
  }
}

/** An object of its own, on its way from the bucket; `begun` is what has come of it. */
export const arriving = (parts: Parts, digest: Digest, size: number, begun?: Uint8Array): Incoming => ({
  ...{ digest, size, alone: true },
  bytes: async function* () {
    if (begun !== undefined) yield begun
    yield* inRanges(parts, parts.key(objectFile('', digest)), begun?.length ?? 0, size, digest)
  },
})

/** An object's bytes from `from` on, a few requests ahead; not verified. */
export async function* inRanges({ client }: Parts, key: string, from: number, size: number, digest?: Digest): Bytes {
  const ranges = Array.from({ length: Math.ceil((size - from) / RANGE) }, (_, i) => from + i * RANGE)
  const begin = (start: number) => {
    const range = [start, Math.min(start + RANGE, size)] as const
    const got = client.get(key, { range, maxBytes: RANGE })
    got.catch(() => undefined)
    return got
  }
  const coming = ranges.splice(0, AHEAD).map(begin)
  for (let next = coming.shift(); next !== undefined; next = coming.shift()) {
    const { status, bytes } = await next
    if (status === 404) throw gone(key, digest)
    const more = ranges.shift()
    if (more !== undefined) coming.push(begin(more))
    yield bytes
  }
}

function byPack(spots: ReadonlyMap<Digest, Spot>): ReadonlyMap<string, readonly PackRow[]> {
  const packs = new Map<string, PackRow[]>()
  for (const spot of spots.values()) {
    if (spot.form !== 'packed') continue
    const rows = packs.get(spot.pack.name)
    if (rows === undefined) packs.set(spot.pack.name, [spot.row])
    else rows.push(spot.row)
  }
  return packs
}

async function fetchPacked(
  parts: Parts,
  stock: Stock,
  batch: ObjectBatch,
  name: string,
  rows: readonly PackRow[],
  options: TransferOptions,
): Promise<void> {
  const bytes = stock.packs.get(name)?.bytes ?? 0
  const wanted = rows.reduce((sum, { length }) => sum + length, 0)
  const key = parts.key(`/objects/packs/${name}.pack`)
  if (wanted >= bytes * WHOLE_SHARE) return fetchPack(parts, key, name, bytes, options)
  for await (const { row, bytes: read } of readRows(parts, name, rows)) {
    const incoming = {
      ...{ digest: row.digest, size: row.length, alone: false },
      bytes: async function* () {
        yield read
      },
    }
    await batch.receive([incoming], options)
  }
}

/** Objects of one pack, those that lie near each other with one request; their bytes are not verified yet. */
export async function* readRows(
  { client, key }: Parts,
  name: string,
  rows: Iterable<PackRow>,
): AsyncGenerator<{ readonly row: PackRow; readonly bytes: Uint8Array }> {
  const packKey = key(`/objects/packs/${name}.pack`)
  for (const run of runsOf(rows)) {
    const [first, last] = [run[0] as PackRow, run.at(-1) as PackRow]
    const range = [first.offset, last.offset + last.length] as const
    // No range is empty, and an empty object needs none.
    const { status, bytes } =
      range[1] === range[0]
        ? { status: 206, bytes: Buffer.alloc(0) }
        : await client.get(packKey, { range, maxBytes: range[1] - range[0] })
    if (status === 404) throw gone(packKey)
    for (const row of run) {
      const at = row.offset - first.offset
      yield { row, bytes: bytes.subarray(at, at + row.length) }
    }
  }
}

/** Rows that lie near each other, in the order in which they lie. */
function runsOf(rows: Iterable<PackRow>): readonly (readonly PackRow[])[] {
  const runs: PackRow[][] = []
  for (const row of [...rows].sort((a, b) => a.offset - b.offset)) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const isNear = before !== undefined && row.offset - before.offset - before.length <= GAP
    const isShort = run !== undefined && row.offset + row.length - (run[0] as PackRow).offset <= RANGE + MAX_PACKED
    if (isNear && isShort) run.push(row)
    else runs.push([row])
  }
  return runs
}

/** A whole pack, as it lies in the bucket: its name vouches for its index, and that for each object when it is read. */
async function fetchPack(
  parts: Parts,
  key: string,
  name: string,
  bytes: number,
  { progress = () => undefined, signal }: TransferOptions,
): Promise<void> {
  const root = parts.root
  const tmp = freshTmp(root)
  makePath(packsFolder(root))
  makePath(path.dirname(tmp))
  const fd = fs.openSync(tmp, 'wx')
  try {
    for await (const chunk of inRanges(parts, key, 0, bytes)) {
      signal?.throwIfAborted()
      for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done)
      progress(chunk.length)
    }
  } catch (error) {
    remove(tmp)
    throw error
  } finally {
    fs.closeSync(fd)
  }
  const pack = openPack(tmp, name)
  const problem = pack === null ? 'is not whole' : (pack.problem() ?? damageIn(tmp, pack))
  if (problem !== null) {
    remove(tmp)
    throw new AishipError('CORRUPT', `the pack ${key} ${problem}`, { next: ['aiship fsck'], details: { key } })
  }
  fs.renameSync(tmp, packFile(root, name))
}

/** What the copy keeps is read again and again: damage of the way must not stay in it. */
function damageIn(file: string, pack: Pack): string | null {
  const fd = fs.openSync(file, 'r')
  try {
    for (const { digest, offset, length } of pack.rows())
      if (digestOf(readAt(fd, offset, length)) !== digest) return `brought other bytes for object ${digest}`
    return null
  } finally {
    fs.closeSync(fd)
  }
}

const gone = (key: string, digest?: Digest): AishipError =>
  new AishipError('OBJECT_MISSING', `${key} was in the bucket a moment ago, and is gone`, {
    hint: 'somebody has put the registry in order meanwhile, or deletes behind aiship',
    next: ['aiship fsck'],
    details: { key, digest: digest ?? null },
  })

const missing = ({ place: { url } }: Parts, digest: Digest): AishipError =>
  new AishipError('OBJECT_MISSING', `object ${digest} is not in ${url}`, {
    next: ['aiship fsck'],
    details: { digest },
  })
