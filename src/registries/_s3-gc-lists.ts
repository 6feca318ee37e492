import { type Digest, hexOf } from '../core/digest.ts'
import type { TrashItem } from '../core/model.gen.ts'
import type { Amount, SweepOptions } from '../core/ports.ts'
import { KEPT_MS, type Look, type Needed, refuseSleep } from './_s3-gc-look.ts'
import { storeNow } from './_s3-reliance.ts'
import { decide, decisionKey, isListed, itemKey, type Listed, listKey, readList } from './_s3-trash.ts'

/** A gc deletes at once when it has decided to. From then on nobody will delete on account of that decision any more. */
const OVERDUE_MS = 60 * 60 * 1000

/**
 * Keeps the lists of the trash that have something needed in them, and deletes what has stood in one for a week. In: `stays`, what is needed and
 * what bundles at their place reach. Out: how many needed objects stay, and what was deleted.
 */
export async function sweepLists(
  look: Look,
  needed: Needed,
  stays: Needed,
  { signal }: SweepOptions,
): Promise<{ readonly restored: number; readonly purged: Amount }> {
  const { parts, trash, nowMs } = look
  const purged = { objects: 0, bytes: 0 }
  let restored = 0

  async function purge(id: string, items: readonly TrashItem[], decidedMs: number): Promise<void> {
    refuseSleep(parts, decidedMs)
    await parts.client.delete(items.map((item) => itemKey(parts, item)))
    await close(id)
    for (const { objects, size } of items) {
      purged.objects += objects
      purged.bytes += size
    }
  }

  /** The list first: whoever then decides on it sees that it is gone. */
  async function close(id: string): Promise<void> {
    await parts.client.delete([listKey(parts, id)])
    await parts.client.delete([decisionKey(parts, id)])
  }

  async function sweepOpen({ id, createdMs }: Listed, items: readonly TrashItem[]): Promise<void> {
    const holding = items.filter((item) => isHolding(look, item, stays))
    if (holding.length > 0) {
      const { decision } = await decide(parts, id, 'kept')
      if (decision === 'kept') restored += holding.filter((item) => isHolding(look, item, needed)).length
      return
    }
    if (createdMs > nowMs - KEPT_MS) return
    const startMs = storeNow(parts)
    const { decision, isOurs } = await decide(parts, id, 'swept')
    // Only who has decided deletes: another would do so when the list is gone, and what it named is stored anew. A list that is gone had
    // a decision before.
    if (decision === 'swept' && isOurs && (await isListed(parts, id))) await purge(id, items, startMs)
  }

  for (const list of trash.lists) {
    signal.throwIfAborted()
    const { id, decision, createdMs, decidedMs } = list
    if (decision === 'kept') {
      // Until then somebody may be about to find out that it is kept.
      if (Math.max(createdMs, decidedMs) <= nowMs - KEPT_MS) await close(id)
      continue
    }
    const items = await readList(parts, id)
    if (items === null) continue
    if (decision === null) await sweepOpen(list, items)
    // Its gc was killed. What it has not deleted is garbage like any other.
    else if (decidedMs <= nowMs - OVERDUE_MS) await close(id)
  }
  const old = trash.orphans.filter(({ decidedMs }) => decidedMs <= nowMs - KEPT_MS)
  await parts.client.delete(old.map(({ id }) => decisionKey(parts, id)))
  return { restored, purged }
}

/** Whether something would be missing without it: of a pack, whether one of its objects lies nowhere but in the trash. */
function isHolding({ stock, trash }: Look, { digest, form }: TrashItem, stays: Needed): boolean {
  const isTrashed = (one: Digest): boolean => {
    const spot = stock.find(one, (at) => trash.at(at, one).length > 0)
    return spot !== null && trash.at(spot, one).length > 0
  }
  if (form === 'alone') return stays(digest) && isTrashed(digest)
  // What a damaged one has can't be told: it stays.
  if (stock.broken.has(hexOf(digest))) return true
  const pack = stock.packs.get(hexOf(digest))?.pack
  if (pack === undefined) return false
  for (const row of pack.rows()) if (stays(row.digest) && isTrashed(row.digest)) return true
  return false
}
