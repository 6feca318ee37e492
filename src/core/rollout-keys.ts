import { AishipError } from './errors.ts'
import { nearest } from './names.ts'

/** What a policy may say, told before its shape is checked: a refusal names the place, and the nearest word that is allowed. */

export const policyError = (message: string, hint?: string): AishipError =>
  new AishipError('POLICY_INVALID', message, { hint, next: ['aiship help rollout start'] })

/** Null: anything of that kind. A list: each of its items. */
type Keys = { readonly [key: string]: Keys } | readonly [Keys] | string | null

const STEP: Keys = {
  setWeight: 'text',
  hold: { for: 'text', minUnits: 'count' },
  mirror: { weight: 'text', for: 'text', effects: 'text' },
  pause: { approvers: ['text'] },
}
const BUCKET: Keys = { by: 'text' }
const POLICY: Keys = {
  ...{ apiVersion: 'text', kind: 'text', metadata: { name: 'text' }, service: 'text', pointer: 'text' },
  // biome-ignore lint/suspicious/noThenProperty: a policy's word, in a table that nobody awaits
  ...{ candidate: 'text', deadline: { after: 'text', then: 'text' }, onNewCandidate: 'text' },
  ...{ analysis: null, gates: null },
  strategy: {
    canary: { bucket: BUCKET, control: 'text', steps: [STEP] },
    shadow: { bucket: BUCKET, steps: [STEP] },
    blueGreen: {
      ...{ bucket: BUCKET, preview: { when: null }, prePromotion: [STEP] },
      ...{ postPromotion: { watch: 'text', control: 'text' }, keepWarm: 'text' },
    },
    ab: { bucket: BUCKET, split: { candidate: 'text', control: 'text', stable: 'text' }, until: 'text' },
  },
}
/** Words that stand elsewhere, and where: what nobody would look at here must not look as if somebody did. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  guards: 'guards stand under analysis:  analysis: {guards: [...]}',
  watch: 'guards stand under analysis, and how long they go on under analysis.keep_watching',
  gate: 'gates stand under gates, by name',
  onFail: 'each guard under analysis has an onFail of its own',
  freeze: 'when a pointer may not move stands in aiship.yaml, under the pointer',
  lock: 'what is rolled back is held and marked, and a person lifts that',
}
const WORDS: Readonly<Record<string, readonly string[]>> = {
  apiVersion: ['aiship/v1'],
  kind: ['Rollout'],
  'deadline.then': ['abort'],
  onNewCandidate: ['queue', 'supersede', 'refuse'],
  'strategy.canary.control': ['matched', 'none'],
  effects: ['deny', 'stub', 'allow'],
}
/** What an object must have, by its place; a step's, by its last word. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'strategy.canary': ['steps'],
  'strategy.shadow': ['steps'],
  'strategy.blueGreen': ['preview'],
  'strategy.blueGreen.preview': ['when'],
  'strategy.blueGreen.postPromotion': ['watch', 'control'],
  'strategy.ab': ['split', 'until'],
  mirror: ['weight'],
}
const MAX_TEXT = 200

/** Errors: POLICY_INVALID for a key or a word that no policy has, for a value of another type, and for what is missing. */
export function checkKeys(value: unknown): void {
  check(value, POLICY, '')
  const { strategy, deadline } = value as Record<string, Record<string, unknown> | undefined>
  if (strategy === undefined) throw policyError('the policy has no strategy', 'canary, shadow, blueGreen or ab')
  if (deadline?.after === undefined)
    throw policyError(
      'the policy has no deadline',
      'what is not complete by then is aborted:  deadline: {after: 24h, then: abort}',
    )
}

function check(value: unknown, keys: Keys, place: string): void {
  const at = place === '' ? 'the policy' : place
  if (keys === null) return
  if (typeof keys === 'string') checkValue(value, keys, at)
  else if (isList(keys)) {
    if (!Array.isArray(value)) throw policyError(`${at} is a list`)
    for (const [i, item] of value.entries()) check(item, keys[0], `${place}[${i}]`)
  } else checkObject(value, keys, place, at)
}

function checkObject(value: unknown, keys: Readonly<Record<string, Keys>>, place: string, at: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw policyError(`${at} is no object`)
  for (const [key, item] of Object.entries(value)) {
    if (!Object.hasOwn(keys, key)) throw unknownKey(key, at, Object.keys(keys))
    check(item, keys[key] as Keys, place === '' ? key : `${place}.${key}`)
  }
  const missing = ofPlace(REQUIRED, place)?.find((key) => !Object.hasOwn(value, key))
  if (missing !== undefined) throw policyError(`${at} has no ${missing}`)
}

const ofPlace = (table: Readonly<Record<string, readonly string[]>>, place: string): readonly string[] | undefined =>
  table[place] ?? table[place.slice(place.lastIndexOf('.') + 1)]

const isList = (keys: Keys): keys is readonly [Keys] => Array.isArray(keys)

function checkValue(value: unknown, kind: string, at: string): void {
  if (kind === 'count') {
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw policyError(`${at} is a whole number from 0, not ${String(value)}`)
    return
  }
  if (typeof value !== 'string' || value.length > MAX_TEXT) {
    const hint = typeof value === 'number' ? `did you mean ${JSON.stringify(`${value}%`)}?` : undefined
    throw policyError(`${at} is text, not ${shown(value)}`, /[wW]eight$/.test(at) ? hint : undefined)
  }
  const words = ofPlace(WORDS, at)
  if (words !== undefined && !words.includes(value))
    throw policyError(`${at} can't be ${JSON.stringify(value)}`, `it is ${words.join(', ')}`)
}

const shown = (value: unknown): string => (typeof value === 'string' ? 'so much of it' : String(value))

function unknownKey(key: string, at: string, known: readonly string[]): AishipError {
  if (Object.hasOwn(ELSEWHERE, key)) return policyError(`${at} has ${key}`, ELSEWHERE[key])
  const near = nearest(key, known)
  const what = at === 'strategy' ? 'is no strategy' : `is no key of ${at}`
  const hint = near === null ? `there are ${known.join(', ')}` : `did you mean ${near}?`
  return policyError(`${JSON.stringify(key.slice(0, MAX_TEXT))} ${what}`, hint)
}
