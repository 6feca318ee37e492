import { AishipError } from '../core/errors.ts'
import type { Failure } from '../core/follow.ts'
import type { Followed } from '../core/followed.ts'
import type { Context } from '../core/ports.ts'
import type { FollowInput } from './follow.ts'
import type { Bringing } from './follow-act.ts'

/** Says what goes on: line by line where it runs on; with `once`, what is wrong as a warning, because the rest is in the result. */
export function teller(ctx: Context, { pointer, once }: FollowInput): Bringing['tell'] {
  if (!once)
    return (event, data, message) =>
      ctx.emit({ type: 'line', data: { event, at: ctx.now().toISOString(), pointer, ...data }, message })
  return (event, data, message) => {
    const code = event === 'warning' ? String(data.code) : WARNINGS[event]
    if (code !== undefined) ctx.emit({ type: 'warning', code, message })
    else if (event !== 'failed') ctx.emit({ type: 'note', message })
  }
}

const WARNINGS: Readonly<Record<string, string>> = {
  away: 'REGISTRY_AWAY',
  damaged: 'RELEASE_DAMAGED',
  retired: 'POINTER_RETIRED',
  'not reported': 'NOT_REPORTED',
}

/** Told to end, it says whether it has changed anything. */
export const stopped = (changed: boolean): AishipError =>
  new AishipError('INTERRUPTED', 'stopped', { details: { changed } })

interface Ending {
  readonly away: AishipError | null
  readonly failure: Failure | null
  readonly isWhole: boolean
  readonly folder: Followed
  readonly pointer: string
}

/** Errors: what went wrong, but for a registry that is away while something whole is served. */
export function endOnce({ away, failure, isWhole, folder: { dir }, pointer }: Ending): void {
  if (away !== null && isWhole) return
  if (away !== null)
    throw new AishipError('REGISTRY_UNREACHABLE', `${away.message}, and ${dir} serves nothing that is whole`, {
      hint: away.hint,
      next: away.next,
      details: { ...away.details, dir },
      cause: away,
    })
  if (failure !== null) throw failure.error
  if (isWhole) return
  throw new AishipError('POINTER_UNKNOWN', `${pointer} is retired, and ${dir} serves nothing that is whole`, {
    next: [`aiship log ${pointer}`],
  })
}
