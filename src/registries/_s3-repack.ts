import fs from 'node:fs'
import { canonicalBytes, digestOf } from '../core/digest.ts'
import type { TrashItem } from '../core/model.gen.ts'
import type { Repacked, RepackOptions } from '../core/ports.ts'
import { makePath } from '../store/durable.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { startPack } from '../store/pack-write.ts'
import { readRows } from './_s3-fetch.ts'
import { packPath } from './_s3-mend.ts'
import type { Parts } from './_s3-parts.ts'
import { startReliance, storeNow } from './_s3-reliance.ts'
import { sendFile } from './_s3-send.ts'
import type { Stock } from './_s3-stock.ts'
import { freshId, listKey, lookAtTrash, MOST_LISTED } from './_s3-trash.ts'

/** Bytes up to which packs grow together. */
const FULL = 32 * 2 ** 20

type Packed = Stock['packs'] extends ReadonlyMap<string, infer P> ? P : never

/**
 * Puts small packs of a bucket together: each bundle and push makes one, and who comes new fetches the index of each. What they held stays where
 * it is for a week, as everything in the trash, and then goes with a gc. Objects of their own stay so.
 */
export async function repackBucket(
  parts: Parts,
  stock: Stock,
  isDry: boolean,
  { progress = () => undefined, signal }: Pick<RepackOptions, 'progress' | 'signal'>,
): Promise<Repacked> {
  const reliance = startReliance(parts, stock)
  await reliance.look()
  const trash = await lookAtTrash(parts)
  const all = [...stock.packs.values()].filter(({ pack }) => trash.holding(itemOf(pack.name)) === null)
  const groups = groupsOf(all)
  const count = { before: all.length, after: all.length }
  const bytes = { before: sizeOf(all), after: sizeOf(all) }
  for (const [i, group] of groups.entries()) {
    signal.throwIfAborted()
    const { made, size } = isDry ? { made: group, size: sizeOf(group) } : await merge(parts, reliance, group)
    if (made.length > 0) count.after += 1 - made.length
    bytes.after += size - sizeOf(made)
    progress('repacking', i + 1, groups.length)
  }
  const none = { objects: 0, bytes: 0 }
  return { packed: none, unpacked: 0, shrunk: none, packs: count, bytes }
}

const itemOf = (name: string) => ({ digest: `sha256:${name}`, form: 'pack' }) as const
const sizeOf = (packs: readonly Packed[]): number => packs.reduce((sum, { bytes }) => sum + bytes, 0)

/** Those that become one: small ones, the oldest first. */
function groupsOf(packs: readonly Packed[]): readonly (readonly Packed[])[] {
  const groups: Packed[][] = []
  const small = packs.filter(({ bytes }) => bytes <= FULL / 2).sort((a, b) => a.storedMs - b.storedMs)
  for (const one of small) {
    const last = groups.at(-1)
    if (last !== undefined && last.length < MOST_LISTED && sizeOf(last) + one.bytes <= FULL) last.push(one)
    else groups.push([one])
  }
  return groups.filter(({ length }) => length > 1)
}

/** The new one is there before the old ones are listed in the trash. One with damage is left to fsck. Out: those that it replaces, and its size. */
async function merge(
  parts: Parts,
  { claim }: ReturnType<typeof startReliance>,
  group: readonly Packed[],
): Promise<{ readonly made: readonly Packed[]; readonly size: number }> {
  const { client, key, root } = parts
  makePath(`${root}/tmp`)
  const tmp = freshTmp(root)
  const writer = startPack(tmp)
  try {
    const made: Packed[] = []
    for (const one of group) {
      let isSound = true
      for await (const { row, bytes } of readRows(parts, one.pack.name, one.pack.rows())) {
        if (digestOf(bytes) !== row.digest) isSound = false
        else if (!writer.has(row.digest)) writer.add(row.digest, bytes)
      }
      if (isSound) made.push(one)
    }
    if (made.length < 2) return { made: [], size: 0 }
    const name = writer.finish()
    const { size } = fs.statSync(tmp)
    // One that was stopped may have made it already.
    const others = made.filter(({ pack }) => pack.name !== name)
    await claim(itemOf(name))
    if (others.length === made.length) await sendFile(client, key(packPath(name)), tmp, { progress: () => undefined })
    const items = others.map(
      ({ pack, bytes }): TrashItem => ({ ...itemOf(pack.name), objects: pack.count, size: bytes }),
    )
    await client.put(listKey(parts, freshId(parts, storeNow(parts))), canonicalBytes({ format: 1, items }))
    return { made, size }
  } finally {
    writer.drop()
  }
}
