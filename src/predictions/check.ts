import { createHmac } from 'node:crypto'
import { canonicalBytes, type Digest, digestOf } from '../core/digest.ts'
import type { Prediction } from '../core/model.gen.ts'
import { countKeys, duplicateKey } from './duplicate-key.ts'
import { type Refusal, validatePrediction } from './validators.gen.ts'

/** What became of a line: it can be stored as it is, or as another text, or not at all, or only when an abbreviated digest is known. */
export type Checked =
  | { readonly kind: 'sound' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad'; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly hex: string }

export interface CheckOptions {
  readonly keepPayloads: boolean
  /** With a key, payloads are hashed with it: what can be guessed can be found by its plain hash. */
  readonly hashKey: Uint8Array | null
  /** Of records that name none. */
  readonly bundle: Digest | null
  /** What abbreviated digests mean, as far as it was asked; a text says why there is no answer. */
  readonly bundles: ReadonlyMap<string, Digest | { readonly why: string }>
  readonly seen: Seen
}

type Record_ = Record<string, unknown>

const SOUND: Checked = { kind: 'sound' }
/** The keys of the schema. */
const KEYS =
  `v event ts request_id bundle pointer seq arm mode reason targeting_key service entity trace_id span_id parent_span_id session_id op input_hash
  input input_ref output_hash output output_ref features_ts label score scores action applied latency_ms ttft_ms status error_type finish_reason
  model_served system_fingerprint usage segment sample_rate outcome x`.split(/\s+/)

/** The keys of the schema, and which of them a sound record has had: what none has had need not be read. */
export type Seen = ReadonlyMap<string, { isSeen: boolean }>
export const noneSeen = (): Seen => new Map(KEYS.map((key) => [key, { isSeen: false }]))

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** Checks one line of a prediction log, without its newline. A line that is sound as it is costs no copy. */
export function checkLine(text: string, options: CheckOptions): Checked {
  const value = readObject(text)
  return typeof value === 'string' ? bad(value) : checkRecord(value, options, false)
}

/** The object in a line, if every reader takes it for the same. A text says why there is none. */
export function readObject(text: string): Record_ | string {
  const value = parse(text)
  if (typeof value === 'string') return value
  const keys = keysOf(value)
  if (Number.isNaN(keys)) return `nested deeper than ${MOST_DEPTH}`
  // Of two keys that are the same the value has one.
  if (countKeys(text) !== keys) {
    const twice = duplicateKey(text)
    if (twice !== null) return `the key ${JSON.stringify(twice)} stands twice`
  }
  return (text.includes('\\u') ? oddCharacter(value) : null) ?? value
}

/** The same for a record that was made from something else. */
export function checkRecord(value: Record_, options: CheckOptions, isMade = true): Checked {
  if (typeof value.v === 'number' && value.v > 1)
    return bad(`a record of format ${value.v}; this aiship reads format 1`)
  const isOdd = isMade || needsWork(value, options)
  const record = isOdd ? normalised(value, options) : value
  if (typeof record === 'string') return bad(record)
  if (!validatePrediction(record)) return bad(wordsFor(validatePrediction.errors?.[0]))
  const date = wrongDate(record)
  if (date !== null) return bad(date)
  if (!record.bundle.startsWith('sha256:')) {
    const hex = record.bundle
    const meant = hex.length === 64 ? (`sha256:${hex}` as Digest) : options.bundles.get(hex)
    if (meant === undefined) return { kind: 'unresolved', hex }
    if (typeof meant !== 'string') return bad(meant.why)
    return { kind: 'text', text: JSON.stringify({ ...record, bundle: meant }) }
  }
  return isOdd ? { kind: 'text', text: JSON.stringify(record) } : SOUND
}

const bad = (reason: string): Checked => ({ kind: 'bad', reason })

function parse(text: string): Record_ | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message.slice(0, 120) : String(error)}`
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no JSON object'
  return value as Record_
}

/** What goes deeper could not be gone through without an end of the stack. */
const MOST_DEPTH = 256

/** Of the value and everything in it. NaN where it goes too deep. */
function keysOf(value: object, depth = 1): number {
  if (depth > MOST_DEPTH) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += keysOf(item, depth + 1)
    return count
  }
  for (const key in value) {
    count++
    const inner = (value as Record_)[key]
    if (typeof inner === 'object' && inner !== null) count += keysOf(inner, depth + 1)
  }
  return count
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** What no other reader takes, and comes only as an escape. */
function oddCharacter(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'a NUL in a string'
    return LONE_SURROGATE.test(value) ? 'half a character (a lone surrogate) in a string' : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const why = oddCharacter(key) ?? oddCharacter(inner)
    if (why !== null) return why
  }
  return null
}

/** Unknown keys, nulls and payloads: a line that has any is written anew. */
function needsWork(value: Record_, { keepPayloads, bundle, seen }: CheckOptions): boolean {
  if (bundle !== null && value.bundle === undefined) return true
  for (const key in value) {
    const known = seen.get(key)
    if (known === undefined || value[key] === null) return true
    known.isSeen = true
  }
  return hasInnerNull(value) || (!keepPayloads && (value.input !== undefined || value.output !== undefined))
}

/** Keys whose objects have no nulls either: a logger writes one for a score that is no number, or a region that is not known. */
const MAPS = ['segment', 'scores', 'usage', 'outcome']

function hasInnerNull(value: Record_): boolean {
  for (const name of MAPS) {
    const map = value[name] as Record_ | undefined
    if (typeof map === 'object') for (const key in map) if (map[key] === null) return true
  }
  return false
}

const withoutNulls = (map: object): Record_ => Object.fromEntries(Object.entries(map).filter(([, one]) => one !== null))

/** Without nulls, with unknown keys in `x`, and with payloads only if they are kept. A text says why it can't be. */
function normalised(value: Record_, options: CheckOptions): Record_ | string {
  const record: Record_ = options.bundle === null ? {} : { bundle: options.bundle }
  const rest: Record_ = {}
  for (const [key, inner] of Object.entries(value)) {
    if (FORBIDDEN.has(key)) return `the key ${key}`
    if (inner === null || inner === undefined) continue
    if (options.seen.has(key)) record[key] = inner
    else rest[key] = inner
  }
  for (const key of MAPS) {
    const map = record[key]
    if (typeof map === 'object' && map !== null && !Array.isArray(map)) record[key] = withoutNulls(map)
  }
  for (const key of ['input', 'output']) {
    if (record[key] === undefined) continue
    record[`${key}_hash`] ??= hashed(record[key], options.hashKey) ?? undefined
    if (!options.keepPayloads) delete record[key]
  }
  if (Object.keys(rest).length > 0) {
    const own = record.x ?? {}
    if (typeof own !== 'object' || Array.isArray(own)) return 'x: must be an object'
    record.x = { ...rest, ...own }
  }
  for (const key in record) (options.seen.get(key) as { isSeen: boolean }).isSeen = true
  return record
}

/** Null where the payload has no canonical form, as with an integer that JSON readers round. */
function hashed(payload: unknown, key: Uint8Array | null): string | null {
  try {
    const bytes = canonicalBytes(payload)
    return key === null ? digestOf(bytes) : `hmac-sha256:${createHmac('sha256', key).update(bytes).digest('hex')}`
  } catch {
    return null
  }
}

/** The pattern takes the 31st of every month; a date that there is not would stop the engine. */
function wrongDate({ ts, features_ts, outcome }: Prediction): string | null {
  for (const time of [ts, features_ts, outcome?.observed_ts]) {
    if (time === undefined || Number(time.slice(8, 10)) <= 28) continue
    const [year, month, day] = [Number(time.slice(0, 4)), Number(time.slice(5, 7)), Number(time.slice(8, 10))]
    if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return `there is no ${time.slice(0, 10)}`
  }
  return null
}

const EXPECTED: Readonly<Record<string, string>> = {
  ts: 'a time with Z or an offset, such as 2026-03-22T10:00:00.123Z',
  features_ts: 'a time with Z or an offset',
  bundle: 'a digest: sha256: and 64 hex digits, or at least 12 of them',
  request_id: 'a text of 1 to 256 characters',
}

/** Why the schema refuses a record. */
function wordsFor(refusal: Refusal | null | undefined): string {
  if (refusal === null || refusal === undefined) return 'not a prediction'
  const { keyword, params, instancePath } = refusal
  if (keyword === 'required') return `${String(params.missingProperty)} is missing`
  const key = instancePath.slice(1).replaceAll('/', '.')
  const expected = EXPECTED[key]
  if (expected !== undefined) return `${key} is not ${expected}`
  if (keyword === 'enum') return `${key} is none of ${(params.allowedValues as readonly unknown[]).join(', ')}`
  if (keyword === 'type') return `${key} is not of the type ${[params.type].flat().join(' or ')}`
  if (keyword === 'pattern' || keyword === 'propertyNames') return `${key} has a form that is not allowed`
  if (typeof params.limit === 'number' && params.comparison !== undefined)
    return `${key} is not ${String(params.comparison)} ${params.limit}`
  return `${key} breaks the rule ${keyword} of the schema`
}
