import type { Line, Stretch } from './difference.ts'

const PROBES = 512
const PROBE = 4096
const LEAST_STEP = 64 * 1024

/**
 * The lines of a file that was changed in place, or where only one part of it changed its length, found without reading it: all before that part
 * lies as far from the start as it did, all behind it as far from the end. In: sizes, and what compares `PROBE` bytes on a line. Out: stretches that are the same,
 * or null where too much is on neither line, so that only chunks can tell.
 */
export function likelyStretches(
  size: number,
  olds: readonly number[],
  isSame: (stretch: Stretch) => boolean,
): readonly Stretch[] | null {
  const lines = olds.flatMap((old, i): Line[] => {
    const fromStart: Line = { old: i, shift: 0 }
    return old === size ? [fromStart] : [fromStart, { old: i, shift: old - size }]
  })
  const step = Math.max(LEAST_STEP, PROBE * Math.ceil(size / PROBES / PROBE))
  const found: Stretch[] = []
  let last: Line | undefined
  let missed = 0
  for (let at = Math.floor(step / 2); at + PROBE <= size; at += step) {
    const end = at + PROBE
    const fits = ({ old, shift }: Line): boolean => at + shift >= 0 && end + shift <= (olds[old] as number)
    // The last line first: zeros are the same on all of them.
    const line = [...(last === undefined ? [] : [last]), ...lines].find(
      (one) => fits(one) && isSame({ ...one, at, end }),
    )
    if (line === undefined) missed += step
    else found.push({ ...line, at, end })
    last = line ?? last
  }
  const growth = Math.max(0, size - Math.max(0, ...olds))
  return found.length > 0 && missed <= growth + size / 32 ? found : null
}
