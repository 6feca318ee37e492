import { fail, type Judgement, pass, unknown } from './judgement.ts'
import { readSpan, spanWords } from './rollout-words.ts'

/** A time in which a pointer served a bundle. Milliseconds. */
export interface Served {
  readonly pointer: string
  readonly since: number
  /** Null: it does so now. */
  readonly until: number | null
  /** It was taken from there by a rollback. */
  readonly wasRolledBack: boolean
}

/** Whether a bundle comes from where it must come from, and was there long enough. In: `served`, of this bundle alone. */
export function judgeSource(
  {
    from,
    soak = '0s',
    version,
  }: { readonly from: readonly string[]; readonly soak?: string; readonly version: string },
  served: readonly Served[],
  now: number,
): Judgement {
  const asked = readSpan(soak, 'soak')
  const where = from.join(' or ')
  const sound = served.filter(({ wasRolledBack }) => !wasRolledBack)
  const promote = `aiship promote ${version} ${from[0]}`
  if (sound.length === 0)
    return served.length === 0
      ? fail(`${version} has not been on ${where}`, promote)
      : fail(`${version} was rolled back on ${where}`, null)
  const ahead = sound.find(({ since }) => since > now)
  if (ahead !== undefined)
    return unknown(`this machine's clock is behind the entry that put ${version} on ${ahead.pointer}`, 'aiship doctor')
  const longest = sound
    .map((one) => ({ ...one, ms: (one.until ?? now) - one.since }))
    .reduce((best, one) => (one.ms > best.ms ? one : best))
  const been = `${version} ${longest.until === null ? 'has been' : 'was'} on ${longest.pointer} for ${spanWords(longest.ms)}`
  if (longest.ms >= asked) return pass(asked === 0 ? been : `${been}, at least ${spanWords(asked)}`)
  const due = longest.until === null ? `; due at ${new Date(longest.since + asked).toISOString()}` : ''
  return fail(`${been}, and ${spanWords(asked)} are asked${due}`, longest.until === null ? null : promote)
}
