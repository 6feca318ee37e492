import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { TrashItem } from '../core/model.gen.ts'
import type { Parts } from './_s3-parts.ts'
import type { Spot, Stock } from './_s3-stock.ts'
import { decide, isListed, type Listed, lookAtTrash, type Trash } from './_s3-trash.ts'

/**
 * A batch's protection from gcs. What is in no list of the trash when it looks stays for a week at least, and by then an entry names it. Of what
 * is in one it says that it is needed.
 */
export interface Reliance {
  /** To be called before anything else: it looks at the trash, and then at the objects. Once is enough. */
  look(): Promise<void>
  /** Where an object lies; null also where it is being deleted. */
  find(digest: Digest): Spot | null
  /** That what was found stays. Errors: GC_SWEEPING where a gc has decided otherwise. */
  settle(): Promise<void>
  /** That what is put there now stays. Waits for who is deleting it. Errors: GC_SWEEPING. */
  claim(item: Pick<TrashItem, 'digest' | 'form'>): Promise<void>
  /** To be called before anything names what was found or put. Errors: GC_SWEEPING where the look is too long ago. */
  confirm(): void
}

const DAY = 24 * 60 * 60 * 1000
/** From the look to the entry it must be less than a week. */
const MOST_MS = 3 * DAY
/** Most that is waited for somebody who deletes: one request and what follows. */
const WAIT_MS = 60_000
const PAUSE_MS = 500

export function startReliance(parts: Parts, stock: Stock): Reliance {
  const touched = new Set<Listed>()
  const settled = new Set<Listed>()
  let trash: Trash | null = null
  let looking: Promise<void> | null = null
  let lookedMs = 0

  async function look(): Promise<void> {
    trash = await lookAtTrash(parts)
    lookedMs = storeNow(parts)
    await stock.look()
  }

  const listsOf = (spot: Spot, digest: Digest): readonly Listed[] => trash?.at(spot, digest) ?? []

  async function keep(list: Listed): Promise<void> {
    if (settled.has(list)) return
    const decision = list.decision ?? (await decide(parts, list.id, 'kept')).decision
    // Another one's decision may be gone with its list: then ours came too late, and says nothing.
    if (decision !== 'kept' || !(await isListed(parts, list.id))) throw sweeping(parts, 'what this relied on')
    settled.add(list)
  }

  async function goneFor(list: Listed): Promise<void> {
    const until = performance.now() + WAIT_MS
    while (await isListed(parts, list.id)) {
      if (performance.now() > until) throw sweeping(parts, 'what this is about to store')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      parts.place.signal.throwIfAborted()
    }
  }

  return {
    look() {
      looking ??= look()
      return looking
    },
    find(digest) {
      const spot = stock.find(digest, (one) => listsOf(one, digest).length > 0)
      const lists = spot === null ? [] : listsOf(spot, digest)
      if (lists.some(({ decision }) => decision === 'swept')) return null
      for (const list of lists) touched.add(list)
      return spot
    },
    async settle() {
      for (const list of touched) await keep(list)
      touched.clear()
    },
    async claim(item) {
      const lists = trash?.holding(item) ?? []
      for (const list of lists) await (list.decision === 'swept' ? goneFor(list) : keep(list))
    },
    confirm() {
      if (storeNow(parts) - lookedMs < MOST_MS) return
      throw new AishipError('GC_SWEEPING', `this took more than three days: a gc may have found its objects unneeded`, {
        hint: 'the same command again goes on with what is stored, and looks anew',
      })
    },
  }
}

/** The store's clock, as far as it was heard. */
export const storeNow = ({ client }: Parts): number => Date.now() + (client.clockOffset() ?? 0)

const sweeping = ({ place: { url } }: Parts, what: string): AishipError =>
  new AishipError('GC_SWEEPING', `a gc of ${url} is deleting ${what}`, {
    hint: 'the same command again stores it anew; a gc that was killed is finished by the next one, an hour later at the earliest',
    next: ['aiship gc'],
  })
