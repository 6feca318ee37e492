export interface Pace {
  /** Tries of one request, the first included. */
  readonly tries: number
  /** The first pause is at most so long; each further one at most twice as long as the one before. */
  readonly baseMs: number
  readonly capMs: number
  /** For one request with all its tries; a body of 1 MiB or more has a second more for each MiB. */
  readonly deadlineMs: number
}

export const PACE: Pace = { tries: 6, baseMs: 100, capMs: 5000, deadlineMs: 60_000 }

const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
/** S3 says that it was too slow for it, or that others were at it: the same again. */
const RETRIED_CODES: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'OperationAborted',
  'ConditionalRequestConflict',
  'SlowDown',
  'InternalError',
  'ServiceUnavailable',
])

/** Whether the same request may be answered otherwise a little later. */
export const isPassing = (status: number, code: string): boolean => RETRIED.has(status) || RETRIED_CODES.has(code)

/** Full jitter: clients that failed together do not come back together. What the server asks for goes before. */
export function pauseMs(tried: number, pace: Pace, retryAfter: string | undefined): number {
  const most = Math.min(pace.capMs, pace.baseMs * 2 ** (tried - 1))
  return Math.max(Math.random() * most, askedMs(retryAfter))
}

/** Seconds, or a date. */
function askedMs(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now())
}

/** Errors: the reason of the signal. */
export function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
