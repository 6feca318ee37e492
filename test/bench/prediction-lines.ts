import fs from 'node:fs'
import type { Digest } from '../../src/core/digest.ts'

/**
 * A month of predictions of one service, the same for the same count: three bundles, of which the second is bad from day 20 to 27 in one segment. In: whether
 * they have inputs.
 */
export function writeLines(
  file: string,
  count: number,
  bundles: readonly [Digest, Digest, Digest],
  hasInputs = false,
): void {
  const random = mulberry32(42)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits)
      text += Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, digits)
  }
  const start = Date.parse('2026-03-01T00:00:00Z')
  const fd = fs.openSync(file, 'w')
  let lines: string[] = []
  for (let i = 0; i < count; i++) {
    const day = (30 * i) / count
    const isBadTime = day >= 20 && day < 27
    const bundle = isBadTime && random() < 0.9 ? bundles[1] : random() < 0.1 ? bundles[2] : bundles[0]
    const [region, device] = [pick(REGIONS), pick(DEVICES)]
    const isWorse = bundle === bundles[1] && region === 'eu-west' && device === 'android'
    const record = {
      ts: new Date(start + day * 86_400_000 + random() * 2000).toISOString(),
      ...{ request_id: hex(32), bundle, pointer: 'prod', entity: `order:${Math.floor(random() * 300_000)}` },
      ...{ input_hash: `sha256:${hex(64)}`, segment: { region, device, tier: pick(TIERS) } },
      ...{ label: random() < (isWorse ? 0.5 : 0.06) ? 'block' : 'allow', score: Math.round(random() * 1e4) / 1e4 },
      ...{
        latency_ms: Math.round((10 + random() * 90) * 10) / 10,
        status: random() < (isWorse ? 0.1 : 0.02) ? 'error' : 'ok',
      },
    }
    const input = hasInputs ? { input: { amount: Math.round(record.score * 1000) } } : {}
    lines.push(`${JSON.stringify({ ...record, ...input })}\n`)
    if (lines.length < 10_000 && i < count - 1) continue
    fs.writeSync(fd, lines.join(''))
    lines = []
  }
  fs.closeSync(fd)
}

const REGIONS = ['eu-west', 'eu-east', 'us-east', 'us-west', 'ap-south', 'ap-north']
const DEVICES = ['ios', 'android', 'web', 'tv']
const TIERS = ['free', 'pro', 'team']

/** Tommy Ettinger's generator, in the public domain: numbers below 1. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
