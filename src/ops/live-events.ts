import type { AishipError } from '../core/errors.ts'
import type { LiveRoute } from './live-route.ts'

export type LiveEvent =
  | { readonly type: 'moved'; readonly route: LiveRoute; readonly before: LiveRoute | null }
  /** What is known stays. `pointer`: the one that can't be read; null: nothing can. */
  | { readonly type: 'away'; readonly pointer: string | null; readonly error: AishipError }
  | { readonly type: 'back'; readonly pointer: string | null }
  | { readonly type: 'warning'; readonly code: string; readonly message: string }

export interface Events {
  tell(event: LiveEvent): void
  /** Everything that is told from now on, in order, until the end. Errors: what it ended with. */
  listen(): AsyncGenerator<LiveEvent, void, undefined>
  end(error?: AishipError): void
}

export function openEvents(): Events {
  const wakers = new Set<(event?: LiveEvent) => void>()
  let isOver = false
  let failure: AishipError | undefined
  return {
    tell(event) {
      for (const wake of wakers) wake(event)
    },
    end(error) {
      isOver = true
      failure ??= error
      for (const wake of wakers) wake()
    },
    listen() {
      const queue: LiveEvent[] = []
      let resume = (): void => {}
      const wake = (event?: LiveEvent): void => {
        if (event !== undefined) queue.push(event)
        resume()
      }
      // At once, and not when the first event is asked for.
      wakers.add(wake)
      return drain()
      async function* drain(): AsyncGenerator<LiveEvent, void, undefined> {
        try {
          for (;;) {
            const next = queue.shift()
            if (next !== undefined) yield next
            else if (!isOver) await new Promise<void>((resolve) => (resume = resolve))
            else if (failure !== undefined) throw failure
            else return
          }
        } finally {
          wakers.delete(wake)
        }
      }
    },
  }
}
