/** The tails of the distributions that intervals and tests are read from. Relative error at most 1e-10 where the answer is over 1e-300. */

/** ln Γ(x) for x > 0: Stirling's series, moved up to where six terms of it are exact. */
export function lnGamma(x: number): number {
  let shift = 0
  let z = x
  for (; z < 12; z++) shift += Math.log(z)
  const r = 1 / (z * z)
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) / z
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift
}

/** Regularised upper incomplete gamma function Q(a, x): the series below a + 1, Lentz's continued fraction above. */
function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = a + 1; term > sum * Number.EPSILON; n++) {
      term *= x / n
      sum += term
    }
    return 1 - front * sum
  }
  let b = x + 1 - a
  let c = Number.POSITIVE_INFINITY
  let d = 1 / b
  let fraction = d
  for (let i = 1; i < 10_000; i++) {
    const an = -i * (i - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    fraction *= c * d
    if (Math.abs(c * d - 1) < Number.EPSILON) break
  }
  return front * fraction
}

/** P(χ² > x) with `df` degrees of freedom. */
export const chiSquareTail = (x: number, df: number): number => gammaTail(df / 2, x / 2)

/** P(Z > z) of a standard normal Z. */
export const normalTail = (z: number): number => {
  const tail = gammaTail(0.5, (z * z) / 2) / 2
  return z < 0 ? 1 - tail : tail
}

/**
 * The z that a standard normal exceeds with a chance of (1 - level) / 2: 1.96 for 0.95. In: a level from 0 to under 1; to say much of levels
 * above 1 - 1e-12 takes more digits than they have.
 */
export const twoSided = (level: number): number => crossing(normalTail, (1 - level) / 2, 40)

/** Where a falling tail is `chance`, between 0 and `most`. */
function crossing(tail: (x: number) => number, chance: number, most: number): number {
  let [low, high] = [0, most]
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (tail(middle) > chance) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Regularised incomplete beta function I(x; a, b), by Lentz's continued fraction. In: x up to (a + 1) / (a + b + 2), where it converges fast. */
function beta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    const before = fraction
    for (const step of [even, odd]) {
      d = 1 / (1 + step * d)
      c = 1 + step / c
      fraction *= c * d
    }
    if (Math.abs(fraction - before) <= Number.EPSILON * Math.abs(fraction)) break
  }
  return front * fraction
}

/** P(T > t) of Student's distribution with `df` degrees of freedom, for t ≥ 0. */
export function studentTail(t: number, df: number): number {
  const x = df / (df + t * t)
  const [a, b] = [df / 2, 0.5]
  return (x <= (a + 1) / (a + b + 2) ? beta(x, a, b) : 1 - beta(1 - x, b, a)) / 2
}

/** The t that Student's distribution exceeds with a chance of (1 - level) / 2. */
export const twoSidedStudent = (level: number, df: number): number =>
  crossing((t) => studentTail(t, df), (1 - level) / 2, 1e6)

/** P(K > x) of Kolmogorov's limit distribution. */
export function kolmogorovTail(x: number): number {
  // The alternating series needs many terms below 1, the other one above.
  if (x < 1) {
    let sum = 0
    for (let k = 1; k < 100; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x))
    return x < 0.05 ? 1 : 1 - (Math.sqrt(2 * Math.PI) / x) * sum
  }
  let sum = 0
  for (let k = 1; k < 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x)
  return sum
}
