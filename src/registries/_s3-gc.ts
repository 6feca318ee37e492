import { canonicalBytes } from '../core/digest.ts'
import type { TrashItem } from '../core/model.gen.ts'
import type { Amount, Collection, Garbage, SweepOptions, Swept } from '../core/ports.ts'
import { sweepLists } from './_s3-gc-lists.ts'
import { KEPT_MS, type Look, type Needed, refuseSleep, sum } from './_s3-gc-look.ts'
import type { Unfinished } from './_s3-multipart.ts'
import type { Parts } from './_s3-parts.ts'
import { storeNow } from './_s3-reliance.ts'
import type { Stock } from './_s3-stock.ts'
import { freshId, listKey, lookAtTrash, MOST_LISTED, readList } from './_s3-trash.ts'

const DAY = 24 * 60 * 60 * 1000

/** Begins a gc of a bucket. What is stored, or listed in the trash, from now on is none of its business. */
export async function beginBucketCollection(parts: Parts, stock: Stock): Promise<Collection> {
  const { date } = await parts.client.get(parts.key('/format.json'))
  const nowMs = date?.getTime() ?? storeNow(parts)
  const look: Look = { parts, stock, nowMs, trash: await lookAtTrash(parts) }
  await stock.look()
  return {
    nowMs,
    async *garbage(needed, olderThanMs) {
      for (const { garbage } of unneeded(look, needed, nowMs - olderThanMs)) yield* garbage
    },
    trash: () => amounts(parts, nowMs),
    leftovers: async (olderThanMs) => (await oldUploads(look, olderThanMs)).length,
    sweep: (needed, options) => sweep(look, needed, options),
  }
}

interface Unneeded {
  readonly item: TrashItem
  readonly garbage: readonly Garbage[]
}

/** What lies at its place, stands in no list of the trash, and has nothing that is needed. Of a pack with both, what nobody needs. */
function* unneeded({ stock, trash }: Look, needed: Needed, before: number): Generator<Unneeded> {
  for (const { digest, size, storedMs } of stock.lone()) {
    const item = { digest, form: 'alone', objects: 1, size } as const
    if (needed(digest) || trash.holding(item).length > 0) continue
    yield { item, garbage: [{ digest, size, isPacked: false, stays: storedMs > before ? 'young' : null }] }
  }
  for (const { pack, bytes, storedMs } of stock.packs.values()) {
    const item = { digest: `sha256:${pack.name}`, form: 'pack', objects: pack.count, size: bytes } as const
    if (trash.holding(item).length > 0) continue
    const isUsed = [...pack.rows()].some(({ digest }) => needed(digest))
    const stays = storedMs > before ? 'young' : isUsed ? 'packed' : null
    const garbage: Garbage[] = []
    for (const { digest, length } of pack.rows())
      if (!needed(digest)) garbage.push({ digest, size: length, isPacked: true, stays })
    if (garbage.length > 0) yield { item, garbage }
  }
}

/** Each step leaves a sound registry, whoever else is at work; the next gc goes on where one was stopped. */
async function sweep(look: Look, needed: Needed, options: SweepOptions): Promise<Swept> {
  const { parts } = look
  const { olderThanMs, held = () => false, announce } = options
  // In this order: what is announced to go is held no more, and must not lie in a list that another gc may sweep.
  const lists = await sweepLists(look, needed, (digest) => needed(digest) || held(digest), options)
  refuseSleep(parts, look.nowMs, DAY)
  await announce?.()
  const taken = await takeOut(look, needed, options)
  const uploads = await oldUploads(look, olderThanMs)
  for (const upload of uploads) await parts.client.giveUp(upload)
  return { ...taken, ...lists, leftovers: uploads.length }
}

/** Lists what nobody needs. It stays where it is for a week. */
async function takeOut(look: Look, needed: Needed, options: SweepOptions): Promise<Amount> {
  const { parts, nowMs } = look
  const { olderThanMs, progress = () => undefined, signal } = options
  const taken = { objects: 0, bytes: 0 }
  const going = function* (): Generator<TrashItem> {
    for (const { item, garbage } of unneeded(look, needed, nowMs - olderThanMs))
      if (garbage.every(({ stays }) => stays === null)) yield item
  }
  for (const items of inGroups(going())) {
    signal.throwIfAborted()
    await parts.client.put(listKey(parts, freshId(parts, nowMs)), canonicalBytes({ format: 1, items }))
    for (const { objects, size } of items) {
      taken.objects += objects
      taken.bytes += size
    }
    progress(taken.objects)
  }
  return taken
}

function* inGroups<T>(items: Iterable<T>): Generator<readonly T[]> {
  let group: T[] = []
  for (const item of items) {
    group.push(item)
    if (group.length < MOST_LISTED) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** As it is now. */
async function amounts(parts: Parts, nowMs: number): Promise<Amount & { readonly ripe: Amount }> {
  const { lists } = await lookAtTrash(parts)
  const [all, ripe]: [Amount[], Amount[]] = [[], []]
  const add = (amount: Amount, sinceMs: number): void => {
    all.push(amount)
    if (sinceMs <= nowMs - KEPT_MS) ripe.push(amount)
  }
  for (const { id, decision, createdMs } of lists) {
    const items = decision === 'kept' ? null : await readList(parts, id)
    if (items === null) continue
    const objects = items.reduce((count, one) => count + one.objects, 0)
    add({ objects, bytes: total(items) }, createdMs)
  }
  return { ...sum(all), ripe: sum(ripe) }
}

const total = (items: readonly { readonly size: number }[]): number =>
  items.reduce((bytes, { size }) => bytes + size, 0)

/** What was begun so long ago nobody goes on with. */
async function oldUploads({ parts, nowMs }: Look, olderThanMs: number): Promise<readonly Unfinished[]> {
  const all = await parts.client.unfinished(parts.key('/objects/'))
  return all.filter(({ startedMs }) => startedMs <= nowMs - olderThanMs)
}
