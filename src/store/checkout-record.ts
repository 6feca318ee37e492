import type { CHECKOUT_FILES } from '../core/checkout.ts'
import type { CheckoutRecord, IncompleteCheckout } from '../core/model.gen.ts'
import type { CheckoutFile } from '../core/ports.ts'
import { joinDigests, joinPaths } from './checkout-columns.ts'
import type { Pending } from './checkout-earlier.ts'

export const RELEASE_FILE = '.aiship-release.json' satisfies Own
export const RECORD_FILE = '.aiship-checkout.json' satisfies Own
/** Files on their way in; the checkout around it is still what it was. */
export const INCOMING = '.aiship-incoming' satisfies Own
/** There while an update moves files into place: the folder is neither the old bundle nor the new one. */
export const INCOMPLETE = '.aiship-incomplete' satisfies Own
type Own = (typeof CHECKOUT_FILES)[number]

/** The record of a whole checkout. In: the stat of each file. */
export function recordText(files: readonly CheckoutFile[], rows: BigUint64Array): string {
  const record: CheckoutRecord = {
    format: 2,
    paths: joinPaths(files.map(({ path }) => path)),
    digests: joinDigests(files),
    stats: Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength).toString('base64'),
  }
  return JSON.stringify(record)
}

/** The mark of an update that puts `files` in place, over those that did not end. In: what these were putting there. */
export function incompleteText(files: readonly CheckoutFile[], pending: Pending): string {
  const news = files.map(({ path, digest }) => [path, digest.slice('sha256:'.length)] as const)
  const olds = [...pending].flatMap(([path, all]) => all.map((hex) => [path, hex] as const))
  const isKnown = ([path, hex]: readonly [string, string]): boolean => pending.get(path)?.includes(hex) === true
  const all = [...olds, ...news.filter((file) => !isKnown(file))]
  const mark: IncompleteCheckout = {
    note: 'An aiship checkout into this folder has not ended. Run it again.',
    paths: joinPaths(all.map(([path]) => path)),
    digests: all.map(([, hex]) => hex).join(''),
  }
  return `${JSON.stringify(mark)}\n`
}
