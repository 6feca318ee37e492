/** A share counted over so many examples. */
export interface Share {
  readonly share: number
  readonly count: number
}

/** Two-sided standard normal quantiles. */
export const QUANTILES = { 0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004 } as const

export type Confidence = keyof typeof QUANTILES

/** The interval of a share (Wilson). */
export function wilson({ share, count }: Share, z: number): readonly [number, number] {
  const middle = share + (z * z) / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  const scale = 1 + (z * z) / count
  return [(middle - half) / scale, (middle + half) / scale]
}

/** The interval of `a - b` for two independent shares: Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10). */
export function differenceInterval(a: Share, b: Share, confidence: Confidence): readonly [number, number] {
  const z = QUANTILES[confidence]
  const [aLow, aHigh] = wilson(a, z)
  const [bLow, bHigh] = wilson(b, z)
  const difference = a.share - b.share
  return [
    difference - Math.hypot(a.share - aLow, bHigh - b.share),
    difference + Math.hypot(aHigh - a.share, b.share - bLow),
  ]
}
