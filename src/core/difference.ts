/**
 * What a new file shares with older ones. A *line* says that the byte at `at` of the new file may be the one at `at + shift` of old file number
 * `old`: all between two edits lies on one line. Lines are found by chunks that both have (`difference-chunks.ts`), or by trying the likely ones (`difference-lines.ts`); then
 * bytes are compared along them, so that what is found is exact, whatever the hints were.
 */
export interface Line {
  readonly old: number
  readonly shift: number
}

/** A range of the new file. */
export interface Span {
  readonly at: number
  readonly end: number
}

/** A range of the new file on a line. */
export interface Stretch extends Line, Span {}

/** The parts of a stretch that are the same in both files, in order. Exact at the ends of the stretch and of what differs. */
export type Compare = (stretch: Stretch) => readonly Span[]

/** A stretch that is compared at once. */
const STEP = 1024 * 1024
/** Beside a line, nothing more is looked for after so many bytes without any that are the same. */
const BLIND = 4 * STEP
/** What is shorter is not worth a row of its own. */
export const LEAST_TAKE = 4096

/**
 * In: the sizes of the new file and of the old ones, stretches that may be the same, in order and apart, and what compares. Out: stretches that
 * are, in order and apart. Compares each byte on its own line, and what lies between two lines on both.
 */
export function findShared(
  size: number,
  olds: readonly number[],
  hints: readonly Stretch[],
  compare: Compare,
): readonly Stretch[] {
  const shared: Stretch[] = []
  const stretches = joined(hints, 'apart')
  for (let i = 0; i <= stretches.length; i++) {
    const [before, after] = [stretches[i - 1], stretches[i]]
    const gap: Span = { at: before?.end ?? 0, end: after?.at ?? size }
    // The start of a file often stays the start, and the end the end.
    const left = before ?? (after && { old: after.old, shift: 0 })
    const right = after ?? (before && { old: before.old, shift: (olds[before.old] as number) - size })
    if (left !== undefined && right !== undefined)
      for (const found of between(gap, left, right, olds, compare)) shared.push(found)
    if (after !== undefined) for (const span of compare(after)) shared.push({ ...after, ...span })
  }
  return joined(shared, 'touching')
}

/** Puts neighbours on one line together. `apart`: whatever lies between them. */
function joined(stretches: readonly Stretch[], how: 'apart' | 'touching'): readonly Stretch[] {
  const out: Stretch[] = []
  for (const stretch of stretches) {
    const last = out.at(-1)
    const isOne = last !== undefined && last.old === stretch.old && last.shift === stretch.shift
    if (isOne && (how === 'apart' || last.end === stretch.at)) out[out.length - 1] = { ...last, end: stretch.end }
    else out.push(stretch)
  }
  return out
}

/** What a gap has of the lines on both its sides. */
function between(gap: Span, before: Line, after: Line, olds: readonly number[], compare: Compare): readonly Stretch[] {
  const left = follow(before, [gap], olds, compare, 'forwards')
  if (before.old === after.old && before.shift === after.shift) return left
  const right = follow(after, holesOf(gap, left), olds, compare, 'backwards')
  return [...left, ...right].sort((a, b) => a.at - b.at)
}

/** What of the spans lies on a line, looking away from it until nothing more comes. */
function follow(
  line: Line,
  spans: readonly Span[],
  olds: readonly number[],
  compare: Compare,
  way: 'forwards' | 'backwards',
): readonly Stretch[] {
  const isForwards = way === 'forwards'
  const found: Stretch[] = []
  let blind = 0
  for (const span of isForwards ? spans : [...spans].reverse()) {
    const at = Math.max(span.at, -line.shift)
    const end = Math.min(span.end, (olds[line.old] as number) - line.shift)
    for (let done = 0; done < end - at && blind < BLIND; done += STEP) {
      const step = isForwards
        ? { at: at + done, end: Math.min(end, at + done + STEP) }
        : { at: Math.max(at, end - done - STEP), end: end - done }
      const same = compare({ ...line, ...step })
      for (const one of same) found.push({ ...line, ...one })
      blind = same.some((one) => one.end - one.at >= LEAST_TAKE) ? 0 : blind + step.end - step.at
    }
  }
  return isForwards ? found : found.sort((a, b) => a.at - b.at)
}

/** What `taken`, in order, leaves of a span. */
export function holesOf({ at, end }: Span, taken: readonly Span[]): readonly Span[] {
  const holes: Span[] = []
  let done = at
  for (const one of taken) {
    if (one.at > done) holes.push({ at: done, end: one.at })
    done = one.end
  }
  if (done < end) holes.push({ at: done, end })
  return holes
}

/** Without those that are too short to be worth a row. */
export const worthwhile = (stretches: readonly Stretch[], least: number): readonly Stretch[] =>
  stretches.filter(({ at, end }) => end - at >= least)
