import { createHash, type Hash } from 'node:crypto'
import { AishipError } from './errors.ts'
import { MAX_SHA256, sha256 } from './sha256.ts'

/** Names an object: the SHA-256 of its raw bytes, in lower-case hex. */
export type Digest = `sha256:${string}`

const DIGEST = /^sha256:[0-9a-f]{64}$/
const MAX_DEPTH = 32
/** Keys that JavaScript takes for something else than data. */
export const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

export const isDigest = (text: unknown): text is Digest => typeof text === 'string' && DIGEST.test(text)

/** The 64 hex digits. */
export const hexOf = (digest: Digest): string => digest.slice(7)

/** What people read: the first 12 hex digits. */
export const shortDigest = (digest: Digest): string => digest.slice(7, 19)

/** So much is hashed without Node's own code, which takes 2 ms to load and is five times as fast then. */
const SLOW_BYTES = 256 * 1024
let slowBytes = 0

export function digestOf(input: Uint8Array | string): Digest {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input
  const isSlow = bytes.length <= MAX_SHA256 && slowBytes < SLOW_BYTES
  if (isSlow) slowBytes += bytes.length
  const few = isSlow ? sha256(bytes) : null
  return few === null ? finishDigest(startDigest().update(bytes)) : `sha256:${few}`
}

export const startDigest = (): Hash => createHash('sha256')
export const finishDigest = (hash: Hash): Digest => `sha256:${hash.digest('hex')}`

/**
 * The RFC 8785 bytes of a JSON value: keys in the order of their UTF-16 code units, primitives as ECMAScript writes them. A property that
 * is undefined is left out. Written here, in one walk with the checks, because every start reads and writes some (test: equal to a package's).
 * Errors: CORRUPT for what JSON cannot carry faithfully (lone surrogates, unsafe integers, prototype keys, depth over 32).
 */
export function canonicalBytes(value: unknown): Uint8Array {
  return Buffer.from(canonicalText(value, 0), 'utf8')
}

/**
 * Reads JSON that must be canonical, as everything that is hashed here is. Writing the value again must give the same bytes: that one
 * comparison refuses duplicate keys, rounded numbers, odd white space and any second spelling of the same value.
 * In: `bytes`, the most that is acceptable, and `what` it is for the message. Errors: CORRUPT.
 */
export function parseCanonical(bytes: Uint8Array, what: string, maxBytes: number): unknown {
  const refuse = (why: string, cause?: unknown): AishipError =>
    new AishipError('CORRUPT', `${what} ${why}`, { next: ['aiship fsck'], cause })
  if (bytes.length > maxBytes) throw refuse(`has ${bytes.length} bytes, more than the ${maxBytes} allowed`)
  let value: unknown
  let again: Uint8Array
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
    again = canonicalBytes(value)
  } catch (error) {
    throw refuse(`is not readable: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  if (Buffer.compare(bytes, again) !== 0) throw refuse('is not canonical JSON')
  return value
}

/** `depth`: how many arrays and objects the value lies in. */
function canonicalText(value: unknown, depth: number): string {
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw refuseValue('has half a character (a lone surrogate)')
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuseValue(`has the number ${value}`)
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw refuseValue(`has ${value}, an integer that JSON readers round`)
  } else if (typeof value === 'object' && value !== null) {
    if (depth === MAX_DEPTH) throw refuseValue(`is nested deeper than ${MAX_DEPTH}`)
    return Array.isArray(value)
      ? `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`
      : `{${propertiesOf(value)
          .map(([key, item]) => `${canonicalKey(key)}:${canonicalText(item, depth + 1)}`)
          .join(',')}}`
  } else if (value !== null && typeof value !== 'boolean') {
    throw refuseValue(`has something that is not JSON (${typeof value})`)
  }
  return JSON.stringify(value)
}

/** In the order of `<`, which compares UTF-16 code units. */
const propertiesOf = (value: object): readonly (readonly [string, unknown])[] =>
  Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

function canonicalKey(key: string): string {
  if (PROTOTYPE_KEYS.has(key)) throw refuseValue(`has the key ${key}`)
  return canonicalText(key, 0)
}

const refuseValue = (why: string): AishipError => new AishipError('CORRUPT', `the JSON value ${why}`)
