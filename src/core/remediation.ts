import { canonicalBytes, type Digest, digestOf, hexOf } from './digest.ts'
import type {
  RemediationEntry,
  RemediationItem,
  RemediationPlan,
  RemediationResult,
  RemediationWork,
} from './model.gen.ts'
import type { Answer } from './rehearsal.ts'

/** The log of a repair's steps. */
export const remediationLog = (app: string, plan: Digest): `remediations/${string}` =>
  `remediations/${app}/${hexOf(plan)}`

/** The body of a step that says nothing yet. */
export const EMPTY_STEP = {
  ...{ objects: [], replay: null, control: null, diff: null, word: null, approval: null, generation: null },
  ...{ host: null, stage: null, receipt: null, reason: null },
} as const satisfies Partial<RemediationEntry>

/** A request's id, and of an answer inside a trace its span's too. */
export const idOf = ({ request_id, span_id }: Pick<RemediationItem, 'request_id' | 'span_id'>): string =>
  span_id === undefined ? request_id : `${request_id}/${span_id}`

/** What a hook knows an item by: the same whoever plans it, and whenever. */
export const workKey = (
  { entity, request_id, target }: Pick<RemediationWork, 'entity' | 'request_id' | 'target'>,
  epoch: number,
): string => hexOf(digestOf(canonicalBytes(['aiship-remediate/1', entity, request_id, target, epoch])))

export type Class = 'same' | 'score_moved' | 'label_changed' | 'action_changed' | 'error' | 'not_replayable' | Unsure
type Unsure = 'not_reproducible' | 'erased'

/** Errors of a result that are no failures of the program. */
export const [ERASED, NOT_REPRODUCIBLE] = ['erased', 'not reproducible'] as const

/** What each label led to, by the plan. */
export type ActionsOf = NonNullable<RemediationPlan['actions']>

/** What the good bundle would do: the action that it names, else the one that its label always led to. Undefined where nobody can tell. */
export function targetOf(
  item: RemediationItem,
  { action, label }: Pick<RemediationResult, 'action' | 'label'>,
  actions: ActionsOf,
): string | null | undefined {
  if (action !== null) return action
  if (item.action === null || label === item.label) return item.action ?? label
  return label !== null && Object.hasOwn(actions, label) ? actions[label] : undefined
}

/** What was done: its action, else what was answered. */
export const doneBy = ({ action, label }: Pick<RemediationItem, 'action' | 'label'>): string | null => action ?? label

/** What became of an item. Only `action_changed` is work. */
export function classOf(item: RemediationItem, result: RemediationResult, actions: ActionsOf, epsilon: number): Class {
  if (item.unreplayable !== null) return 'not_replayable'
  if (result.error === ERASED) return 'erased'
  if (result.error === NOT_REPRODUCIBLE) return 'not_reproducible'
  const target = targetOf(item, result, actions)
  if (result.error !== null || target === undefined) return 'error'
  if (target !== doneBy(item)) return 'action_changed'
  if (result.label !== item.label) return 'label_changed'
  return isNear(item.score, result.score, epsilon) ? 'same' : 'score_moved'
}

/** A score that only one of them has does not differ from anything. */
const isNear = (a: number | null, b: number | null, epsilon: number): boolean =>
  a === null || b === null || Math.abs(a - b) < epsilon

/** Whether a bundle decided as it had decided before. An action that only the service names is not held against it. */
export const isSame = (
  a: Pick<RemediationItem, 'action' | 'label' | 'score'>,
  b: Pick<RemediationResult, 'action' | 'label' | 'score'>,
): boolean =>
  a.label === b.label &&
  (a.action === null || b.action === null || a.action === b.action) &&
  isNear(a.score, b.score, SAME_SCORE)

/** Another machine may round the last digits otherwise. */
const SAME_SCORE = 1e-6

type About = Pick<RemediationItem, 'request_id' | 'span_id' | 'entity'>

/** No decision, and why. Its keys, as those of every result, stand in the order of canonical JSON. */
export const failed = ({ entity, request_id, span_id }: About, error: string): RemediationResult => ({
  ...{ action: null, entity, error, label: null, request_id, score: null },
  ...(span_id === undefined ? {} : { span_id }),
})

/** An answer of a program as the log would keep it. */
export function resultOf(item: About, answer: Answer): RemediationResult {
  const error = 'error' in answer ? answer.error : errorOf(answer.value.error)
  if (error !== null || 'error' in answer) return failed(item, error ?? 'answered with an empty error')
  const { action, label, score } = answer.value
  if (label === undefined && action === undefined) return failed(item, 'answered neither a label nor an action')
  return {
    ...failed(item, ''),
    ...{ action: textOf(action), error: null, label: textOf(label) },
    score: isExact(score) ? score : null,
  }
}

/** A number that every reader of JSON gets as it is. */
const isExact = (value: unknown): value is number =>
  typeof value === 'number' && (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))

const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value)

const errorOf = (error: unknown): string | null =>
  error === undefined || error === null
    ? null
    : (typeof error === 'string' ? error : JSON.stringify(error)).slice(0, 500)
