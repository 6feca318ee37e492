import type { TraceStep } from './model.gen.ts'

/** A step as it was logged: with its span and the one that it lies in. */
export interface LoggedStep extends Omit<TraceStep, 'steps'> {
  readonly parent: string | null
}

/**
 * Steps as a tree, each level in order of time. A step whose parents are not among them, or lead in a circle, stands at the top: what was logged is shown,
 * whatever it says of its place.
 */
export function traceTree(steps: readonly LoggedStep[]): readonly TraceStep[] {
  const inOrder = [...steps].sort((x, y) => (x.ts < y.ts ? -1 : x.ts > y.ts ? 1 : 0))
  const bySpan = new Map(inOrder.map((step) => [step.span_id, step]))
  const children = new Map<LoggedStep | null, LoggedStep[]>()
  for (const step of inOrder) {
    const above = parentOf(step, bySpan)
    children.set(above, [...(children.get(above) ?? []), step])
  }
  const under = (above: LoggedStep | null): readonly TraceStep[] =>
    (children.get(above) ?? []).map((step) => {
      const { parent, ...shown } = step
      return { ...shown, steps: under(step) }
    })
  return under(null)
}

/** Deeper, a trace is shown flat. */
const MAX_DEPTH = 64

function parentOf(step: LoggedStep, bySpan: ReadonlyMap<string | null, LoggedStep>): LoggedStep | null {
  const parent = step.parent === null ? undefined : bySpan.get(step.parent)
  let above = parent
  for (let depth = 0; above !== undefined; depth++) {
    if (above === step || depth === MAX_DEPTH) return null
    above = above.parent === null ? undefined : bySpan.get(above.parent)
  }
  return parent ?? null
}
