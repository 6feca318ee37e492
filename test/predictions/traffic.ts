import type { Digest } from '../../src/index.ts'
import { drawer } from '../draw.ts'

/** Made traffic: two bundles behind a split, of which B is worse for one kind of user only. The same in each run. */

export interface Answer {
  readonly ts: string
  readonly request_id: string
  readonly bundle: Digest
  readonly mode: 'live' | 'shadow'
  readonly reason: string
  readonly targeting_key: string
  readonly input_hash: string
  readonly segment: { readonly region: string; readonly device: string }
  readonly label: string
  readonly score: number
  readonly latency_ms: number
  readonly status: string
}

const START = Date.parse('2026-09-30T08:00:00.000Z')
const HOUR = 3_600_000

/** `count` answers over four hours; B is there from the second hour on, with a third of the requests; every tenth answer was sent by a rule. */
export function traffic(a: Digest, b: Digest, count = 6000): readonly Answer[] {
  const next = drawer(7)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
  return Array.from({ length: count }, (_, i) => {
    const at = START + Math.floor((i * 4 * HOUR) / count)
    const isB = next() < 1 / 3 && at >= START + HOUR
    const segment = { region: pick(['eu', 'us', 'ap']), device: pick(['android', 'ios']) }
    const isBad = isB && segment.region === 'eu' && segment.device === 'android'
    const score = Math.round(next() * next() * 10_000 + (isB ? 800 : 0)) / 10_000
    return {
      ...{ ts: new Date(at).toISOString(), request_id: `r${i}`, bundle: isB ? b : a, mode: 'live' as const },
      ...{ reason: i % 10 === 9 ? 'TARGETING_MATCH' : 'SPLIT', targeting_key: `user-${Math.floor(next() * 900)}` },
      ...{ input_hash: `sha256:${String(Math.floor(next() * 20_000)).padStart(64, '0')}`, segment, score },
      ...{ label: score > 0.5 ? 'block' : score > 0.2 ? 'review' : 'allow' },
      latency_ms: Math.round((isBad ? 3 : 1) * 20_000 * Math.exp(2 * next())) / 1000,
      status: next() < (isBad ? 0.25 : 0.03) ? 'error' : 'ok',
    }
  })
}
