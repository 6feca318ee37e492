/**
 * The two-arm count e-process: evidence against "what happens to the candidate happens at most `margin` times as often as to the control", valid
 * however often somebody looks. Given a batch's counts the candidate's events are hypergeometric where both arms share one rate, whatever it is and
 * however it moves; that lies below the binomial in convex order (Hoeffding, 1963), so each factor has mean at most 1, and by Ville's
 * inequality E reaches 1/alpha with a probability of at most alpha, ever. Batches multiply: weights may change on the way.
 */

/** Ratios of rates that it is tried on: higher is worse, lower is worse, or any difference is. */
const HIGHER = [1.25, 1.5, 2, 3, 5, 10, 20, 50] as const
export const RATIOS = {
  higher: HIGHER,
  lower: HIGHER.map((ratio) => 1 / ratio),
  either: [1 / 5, 1 / 3, 1 / 2, 2 / 3, 4 / 5, 1.25, 1.5, 2, 3, 5],
} as const satisfies Readonly<Record<string, readonly number[]>>

/** One closed batch. Exposures are counted in the unit that is drawn (a user), each with one event at most; of pairs, each arm has 1. */
export interface Batch {
  readonly events: number
  readonly exposures: number
  readonly controlEvents: number
  readonly controlExposures: number
}

export interface Test {
  readonly worse: keyof typeof RATIOS
  /** The ratio of rates that is tolerated: 1.2 lets 20 % pass; at most 1 where lower is worse. */
  readonly margin: number
  /**
   * How many times the variance of independent events theirs is; 1 where nothing is said. ln of each likelihood ratio is divided by it: of clumps of m
   * events that always come together that leaves the ratio of the clumps, which are independent, and elsewhere that of a normal
   * distribution as wide.
   */
  readonly overdispersion?: number
}

/** What the batches so far say. */
export interface Process {
  readonly test: Test
  /** ln of the likelihood ratio for each of the test's ratios. */
  readonly sums: readonly number[]
  /** ln E now: it can fall again. */
  readonly lnE: number
  /** The highest ln E at any look: what decides. */
  readonly lnMax: number
}

export const startProcess = (test: Test): Process => ({
  test,
  sums: RATIOS[test.worse].map(() => 0),
  lnE: 0,
  lnMax: 0,
})

/** The process with one batch more. A batch in which an arm was exposed to nobody says nothing. Errors: RangeError for what no counter says. */
export function addBatch({ test, sums, lnE, lnMax }: Process, batch: Batch): Process {
  const { events, exposures, controlEvents, controlExposures } = batch
  if (!(isCount(events) && isCount(exposures) && isCount(controlEvents) && isCount(controlExposures)))
    throw new RangeError(
      `${JSON.stringify(Object.entries(batch).find(([, count]) => !isCount(count)))} can't be a count`,
    )
  const tolerated = exposures * test.margin
  // What did not happen to anybody says nothing either.
  if (exposures === 0 || controlExposures === 0 || (events === 0 && controlEvents === 0))
    return { test, sums, lnE, lnMax }
  const share = tolerated / (tolerated + controlExposures)
  const ratios = RATIOS[test.worse]
  const added = sums.map((sum, i) => {
    const raised = tolerated * (ratios[i] as number)
    const tried = raised / (raised + controlExposures)
    return sum + events * Math.log(tried / share) + controlEvents * Math.log((1 - tried) / (1 - share))
  })
  const now = lnMean(added, test.overdispersion)
  return { test, sums: added, lnE: now, lnMax: Math.max(lnMax, now) }
}

/** Not always whole: a share stands for exposures where it is known. */
const isCount = (count: number): boolean => Number.isFinite(count) && count >= 0

/** True once E has reached 1/alpha at any look. False says nothing: no data is not a pass. */
export const hasFailed = ({ lnMax }: Pick<Process, 'lnMax'>, alpha: number): boolean => lnMax >= -Math.log(alpha)

/** What happened in one closed window: a batch for each of several tests. `until`: its end. */
export interface Look {
  readonly until: number
  readonly batches: readonly Batch[]
}

/** Several tests as one, by the mean of their E. */
export interface Weighed {
  readonly lnE: number
  readonly lnMax: number
  /** The end of the window in which it reached 1/alpha; null: it never did. */
  readonly failedAt: number | null
  /** ln E of each test now. */
  readonly each: readonly number[]
}

export function weigh(tests: readonly Test[], looks: readonly Look[], alpha: number): Weighed {
  let processes = tests.map(startProcess)
  let [lnE, lnMax, failedAt]: [number, number, number | null] = [0, 0, null]
  for (const { until, batches } of looks) {
    processes = processes.map((one, i) => addBatch(one, batches[i] as Batch))
    lnE = lnMean(processes.map((one) => one.lnE))
    lnMax = Math.max(lnMax, lnE)
    if (failedAt === null && hasFailed({ lnMax }, alpha)) failedAt = until
  }
  return { lnE, lnMax, failedAt, each: processes.map((one) => one.lnE) }
}

/** ln of the mean of several E, each given as its ln and divided by `by`: the mean of e-values is one, as of the classes of a distribution. */
export function lnMean(lns: readonly number[], by = 1): number {
  const most = Math.max(...lns)
  if (!Number.isFinite(most)) return most
  return most / by + Math.log(lns.reduce((sum, ln) => sum + Math.exp((ln - most) / by), 0) / lns.length)
}
