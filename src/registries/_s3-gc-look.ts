import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Amount } from '../core/ports.ts'
import type { Parts } from './_s3-parts.ts'
import { storeNow } from './_s3-reliance.ts'
import type { Stock } from './_s3-stock.ts'
import type { Trash } from './_s3-trash.ts'

/** What stands in the trash, stays for so long. */
export const KEPT_MS = 7 * 24 * 60 * 60 * 1000
/** From a step to the one that follows from it; others wait longer before they take it for given up. */
const SOON_MS = 15 * 60 * 1000

export type Needed = (digest: Digest) => boolean

/** What one gc of a bucket knows. */
export interface Look {
  readonly parts: Parts
  readonly stock: Stock
  readonly trash: Trash
  /** When it began, by the store's clock. */
  readonly nowMs: number
}

/** Between two steps that others count on to follow each other. Errors: GC_SWEEPING. */
export function refuseSleep(parts: Parts, sinceMs: number, mostMs = SOON_MS): void {
  if (storeNow(parts) - sinceMs < mostMs) return
  throw new AishipError('GC_SWEEPING', 'this gc was asleep for too long, and leaves the rest to the next one', {
    next: ['aiship gc --apply'],
  })
}

export const sum = (amounts: readonly Amount[]): Amount => ({
  objects: amounts.reduce((count, { objects }) => count + objects, 0),
  bytes: amounts.reduce((count, { bytes }) => count + bytes, 0),
})
