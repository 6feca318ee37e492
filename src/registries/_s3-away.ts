import { AishipError } from '../core/errors.ts'
import type { Memory, RemotePlace } from '../core/ports.ts'
import type { Parts } from './_s3-parts.ts'

/** So long a first answer is waited for: nothing was sent by then that could change anything. */
export const FIRST_MS = 15_000
/** The same where there is a copy to answer from. */
export const PATIENCE_MS = 8000

/** When the bucket last answered. */
const ASKED = 'cache/asked'

/**
 * Answers from the copy once the bucket can't be reached: with one warning, which says how old that is.
 * In: `asking`, the first question; `leave` ends every other one once one has no answer.
 */
export function orFromCopy(
  place: RemotePlace,
  kept: Memory,
  asking: Promise<unknown>,
  leave: AbortController,
): Parts['orCopy'] {
  let isAway = false
  asking.then(
    () => kept.set(ASKED, Buffer.from(place.now().toISOString())),
    () => undefined,
  )
  async function goAway(error: AishipError): Promise<void> {
    if (isAway) return
    isAway = true
    const at = Date.parse(Buffer.from((await kept.get(ASKED)) ?? '').toString())
    const age = Number.isNaN(at) ? 'of unknown age' : `${describeAge(place.now().getTime() - at)} old`
    const message = `${error.message}: this answer is from the copy on this machine, ${age}`
    place.emit({ type: 'warning', code: 'REGISTRY_AWAY', message })
  }
  return async (ask, fromCopy) => {
    if (isAway) return fromCopy()
    try {
      return await ask()
    } catch (error) {
      if (!isUnreachable(error)) throw error
      leave.abort(error)
      await goAway(error)
      return fromCopy()
    }
  }
}

const isUnreachable = (error: unknown): error is AishipError =>
  error instanceof AishipError && error.code === 'REGISTRY_UNREACHABLE'

function describeAge(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 120) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}
