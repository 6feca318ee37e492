import type { CheckoutFile, CheckoutPlan } from '../core/ports.ts'
import { bringIn, type Help } from './checkout-bring.ts'
import { copyRow, sharedRows } from './checkout-columns.ts'
import type { Folders } from './checkout-folders.ts'
import { sharedCounts } from './checkout-share.ts'

/** The new files of an update, in its inbox: everything arrives and is verified before the first file of the checkout changes. */
export interface Arrivals {
  /** Brings in those that have not arrived yet, by their number in the plan. Errors: those of `bringIn`. */
  bring(numbers: readonly number[]): Promise<void>
  hasAll(numbers: readonly number[]): boolean
  /** The path of one, until the next is asked for. */
  at(number: number): string
  /** The stat of each as it arrived, in the order of the plan. */
  readonly rows: BigUint64Array
  /** How many of these share the bytes of objects. */
  shared(numbers: readonly number[]): ReturnType<typeof sharedCounts>
}

/** In: `progress` makes what is told of bytes as they arrive, given all that are to come. */
export function openArrivals(
  inbox: Folders,
  plan: CheckoutPlan,
  help: Help,
  progress: (files: readonly CheckoutFile[]) => (bytes: number) => void,
): Arrivals {
  /** In the order of their arrival: those of one bundle that are new lie far apart in the plan, and each folder costs as much as a file. */
  const arrived = new Map<number, string>()
  const [linked, reflinked] = [new Set<number>(), new Set<number>()]
  const rows = sharedRows(plan.files.length)
  const nameOf = (number: number, nth: number): string => `${nth >> 8}/${number}`
  const count = (all: ReadonlySet<number>, numbers: readonly number[]): number =>
    numbers.filter((number) => all.has(number)).length
  return {
    rows,
    async bring(numbers) {
      const missing = numbers.filter((number) => !arrived.has(number))
      const files = missing.map((number) => plan.files[number] as CheckoutFile)
      const names = missing.map((number, i) => nameOf(number, arrived.size + i))
      const brought = await bringIn(plan, { files, names, into: inbox, help, progress: progress(files) })
      for (const [i, number] of missing.entries()) {
        copyRow(brought.rows, i, rows, number)
        arrived.set(number, names[i] as string)
      }
      for (const i of brought.linked) linked.add(missing[i] as number)
      for (const i of brought.reflinked) reflinked.add(missing[i] as number)
    },
    hasAll: (numbers) => numbers.every((number) => arrived.has(number)),
    at: (number) => inbox.reach(arrived.get(number) as string) as string,
    shared: (numbers) => sharedCounts(count(linked, numbers), count(reflinked, numbers)),
  }
}
