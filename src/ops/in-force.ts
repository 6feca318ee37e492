import type { Digest } from '../core/digest.ts'
import type { PointerEntry } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { entryAt, newest } from './logs.ts'
import { logOf } from './refs.ts'

/** The entry of a pointer that was in force at a moment (ms since 1970): `at` never goes back, so that a few entries tell. Null: none was yet. */
export async function entryInForce(ctx: Context, pointer: string, moment: number): Promise<PointerEntry | null> {
  const log = logOf(ctx, pointer)
  const tip = await newest(ctx, log)
  if (tip === null) return null
  const read = async (seq: number): Promise<PointerEntry> =>
    seq === tip.entry.seq ? tip.entry : (await entryAt(ctx, log, seq)).entry
  const isThere = async (seq: number): Promise<boolean> => Date.parse((await read(seq)).at) <= moment
  if (await isThere(tip.entry.seq)) return tip.entry
  // The newest that was there lies in [low, high).
  let [low, high] = [0, tip.entry.seq]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await isThere(middle)) low = middle
    else high = middle
  }
  return low === 0 ? null : read(low)
}

export const serves = (entry: PointerEntry, bundle: Digest): boolean =>
  mainOf(entry)?.bundle === bundle || servedArms(entry.route).some((arm) => arm.bundle === bundle)

/** A pointer that kept a bundle for longer has been told about long ago. */
const MOST_ENTRIES = 1000

/** The entry that brought a bundle which `entry` serves: the oldest of those in a row that serve it. */
export async function broughtBy(
  ctx: Context,
  pointer: string,
  entry: PointerEntry,
  bundle: Digest,
): Promise<PointerEntry> {
  let found = entry
  for (let read = 0; read < MOST_ENTRIES && found.seq > 1; read++) {
    // What an entry copies from its settled one, all between them serve; a candidate comes in between.
    const isSettled = found.settled < found.seq
    const earlier = (await entryAt(ctx, logOf(ctx, pointer), isSettled ? found.settled : found.seq - 1)).entry
    if (serves(earlier, bundle)) found = earlier
    else if (!isSettled) return found
    else return oldestOf(ctx, pointer, found, earlier.seq, bundle)
  }
  return found
}

async function oldestOf(
  ctx: Context,
  pointer: string,
  from: PointerEntry,
  after: number,
  bundle: Digest,
): Promise<PointerEntry> {
  let found = from
  while (found.seq - 1 > after) {
    const earlier = (await entryAt(ctx, logOf(ctx, pointer), found.seq - 1)).entry
    if (!serves(earlier, bundle)) return found
    found = earlier
  }
  return found
}
