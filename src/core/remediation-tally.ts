import type {
  RemediateDiffData,
  RemediationClasses,
  RemediationDiff,
  RemediationExample,
  RemediationItem,
  RemediationPart,
  RemediationResult,
} from './model.gen.ts'
import { type ActionsOf, type Class, classOf, doneBy, targetOf } from './remediation.ts'

const NO_ITEMS: RemediationClasses = {
  ...{ same: 0, score_moved: 0, label_changed: 0, action_changed: 0 },
  ...{ error: 0, not_replayable: 0, not_reproducible: 0, erased: 0 },
}

/** Of an undo nobody knows when it was. */
type Undated = Omit<RemediationItem, 'ts'> & { readonly ts: string | null }

/** A decision, what the good bundle makes of it, and what that comes to. */
export interface Judged<Item = Undated> {
  readonly item: Item
  readonly result: RemediationResult
  readonly of: Class
  /** What it did; what it would do now. */
  readonly from: string | null
  readonly to: string | null
}

export function judgeItem(
  item: RemediationItem,
  result: RemediationResult,
  actions: ActionsOf,
  epsilon: number,
): Judged<RemediationItem> {
  const of = classOf(item, result, actions, epsilon)
  const to = of === 'action_changed' ? (targetOf(item, result, actions) ?? null) : null
  return { item, result, of, from: doneBy(item), to: of === 'action_changed' ? to : doneBy(item) }
}

type Counted = Pick<RemediationDiff, 'classes' | 'by' | 'moves'> & Pick<RemediateDiffData, 'examples'>

const MOST_EXAMPLES = 10
/** Values of a key that are told apart; all others are one part. */
const MOST_PARTS = 500

type Counts = { -readonly [K in keyof RemediationClasses]: number }
interface Part {
  readonly classes: Counts
  value: number
}

/** Counts what a diff shows. In: the segment keys to show it by, beside the day. */
export function startTally(keys: readonly string[]): { add(one: Judged): void; end(): Counted } {
  const classes: Counts = { ...NO_ITEMS }
  const parts = new Map<string, Map<string | null, Part>>(['day', ...keys].map((key) => [key, new Map()]))
  const moves = new Map<string, { from: string | null; to: string | null; count: number; value: number }>()
  const examples = new Map<Class, RemediationExample[]>()

  function part(key: string, value: string | null): Part {
    const all = parts.get(key) as Map<string | null, Part>
    const name = all.has(value) || all.size < MOST_PARTS ? value : OTHERS
    const known = all.get(name) ?? { classes: { ...NO_ITEMS }, value: 0 }
    all.set(name, known)
    return known
  }

  return {
    add(one) {
      const { item, of, from, to } = one
      const value = of === 'action_changed' ? (item.value ?? 0) : 0
      classes[of]++
      for (const key of parts.keys()) {
        const here = part(
          key,
          key === 'day' ? (item.ts?.slice(0, 10) ?? null) : (item.segment[segmentKey(key)] ?? null),
        )
        here.classes[of]++
        here.value += value
      }
      if (of !== 'same') keep(examples, one)
      if (of !== 'action_changed') return
      const id = JSON.stringify([from, to])
      const move = moves.get(id) ?? { from, to, count: 0, value: 0 }
      moves.set(id, move)
      move.count++
      move.value += value
    },
    end: () => ({
      classes,
      by: [...parts].flatMap(([key, all]) => partsOf(key, all)),
      moves: [...moves.values()].sort((a, b) => b.count - a.count || (text(a) < text(b) ? -1 : 1)),
      examples: [...examples.values()].flat(),
    }),
  }
}

const OTHERS = '(others)'
const text = ({ from, to }: { readonly from: string | null; readonly to: string | null }): string =>
  JSON.stringify([from, to])

/** `segment.region` and `region` are the same key. */
const segmentKey = (key: string): string => key.replace(/^segment\./, '')

/** Days in order; else where most changes comes first. */
const partsOf = (key: string, all: ReadonlyMap<string | null, Part>): RemediationPart[] =>
  [...all]
    .map(([value, { classes, value: changed }]) => ({ key, value, classes, value_changed: changed }))
    .sort((a, b) => {
      const name = (a.value ?? '') < (b.value ?? '') ? -1 : 1
      return key === 'day' ? name : b.classes.action_changed - a.classes.action_changed || name
    })

/** Why there is no decision; null where there is one. */
export const whyNot = ({ item, result, of }: Judged): string | null =>
  item.unreplayable ?? result.error ?? (of === 'error' ? `nobody knows what ${result.label} leads to` : null)

function keep(examples: Map<Class, RemediationExample[]>, one: Judged): void {
  const { item, result, of, from, to } = one
  const some = examples.get(of) ?? []
  examples.set(of, some)
  if (some.length >= MOST_EXAMPLES) return
  some.push({
    ...{ class: of, entity: item.entity, request_id: item.request_id, ts: item.ts, from, to },
    label: { from: item.label, to: result.label },
    score: { from: item.score, to: result.score },
    error: whyNot(one),
  })
}
