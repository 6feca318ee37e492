import { openHelp } from './checkout-bring.ts'
import { readEarlier } from './checkout-earlier.ts'
import { openFolders } from './checkout-folders.ts'
import { survey } from './checkout-survey.ts'

/**
 * What differs in a checkout from what was written there, by its own record; null if nothing: every file is there and has its bytes. One lstat a
 * file; reads only those that somebody has touched. Files that others have put beside ours do not count. Errors: the reason of `signal`.
 */
export async function problemOfCheckout(dir: string, signal: AbortSignal): Promise<string | null> {
  const help = openHelp()
  const folders = openFolders(dir)
  try {
    const earlier = readEarlier(folders)
    if (!earlier.isWhole) return 'a checkout into it has not ended'
    if (!earlier.isRead) return 'the record of what was written there is lost'
    // Planned is nothing: what would be removed is what is there and as it was written.
    const plan = { files: [], release: new Uint8Array(0), source: NOWHERE, emit: () => undefined, signal }
    const { remove, modified } = await survey(folders.root, earlier, plan, help)
    if (modified.length > 0) return `${modified[0]} was changed${andMore(modified.length)}`
    const missing = earlier.paths.length - remove.length
    if (missing === 0) return null
    const there = new Set(remove)
    return `${earlier.paths.find((path) => !there.has(path))} is not there${andMore(missing)}`
  } finally {
    folders.close()
    await help.close()
  }
}

const andMore = (count: number): string => (count > 1 ? `, and ${count - 1} more` : '')

/** Nothing is read from it. */
const NOWHERE = { has: nothing, size: nothing, get: nothing, batch: nothing, list: nothing }

function nothing(): never {
  throw new Error('a look at a checkout reads no object')
}
