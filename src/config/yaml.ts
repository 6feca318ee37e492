import { CST, isMap, isScalar, isSeq, Lexer, type Node, parseDocument, type Scalar, type YAMLMap } from 'yaml'
import { AishipError } from '../core/errors.ts'
import { MAX_CONFIG_BYTES } from './find.ts'
import { shapeProblem, type Token } from './yaml-shape.ts'

/** So that what is read is never deeper than canonical JSON may be, wherever it is stored. */
const MAX_DEPTH = 28
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const LONE_SURROGATE = /\p{Surrogate}/u

/** Where something stands in the file, for a message. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A file's value as plain JSON, and where each part of it stands. */
export interface Source {
  readonly value: unknown
  /** The position of the value at a path of keys, or of the nearest one above it that is there. */
  at(path: readonly string[]): Position
  /** The position of a key itself. */
  atKey(path: readonly string[]): Position
  /** A number, true, false or null as it is written; null for anything else. */
  written(path: readonly string[]): string | null
  refuse(position: Position, message: string, parts?: RefusalParts): AishipError
}

interface RefusalParts {
  readonly hint?: string | undefined
  readonly next?: readonly string[]
}

interface Place {
  readonly key: number
  readonly value: number
  readonly written: string | null
}

/** What reading goes through: where everything stands, and how to refuse at an offset. */
interface Reading {
  readonly places: Map<string, Place>
  fail(offset: number, message: string, hint?: string): AishipError
}

/**
 * Reads YAML 1.2 without its dangerous parts: no anchors, aliases, merge keys, tags or directives, each key once, bounded size and depth.
 * Errors: CONFIG_INVALID, with `name:line:column`.
 */
export function readYaml(bytes: Uint8Array, name: string): Source {
  const refuse: Source['refuse'] = ({ line, column }, message, parts = {}) =>
    new AishipError('CONFIG_INVALID', `${name}:${line}:${column}: ${message}`, {
      ...parts,
      details: { file: name, line, column },
    })
  const top = { line: 1, column: 1 }
  if (bytes.length > MAX_CONFIG_BYTES)
    throw refuse(top, `the file has ${bytes.length} bytes, more than the ${MAX_CONFIG_BYTES} allowed`)
  const text = decode(bytes, refuse)
  const positionOf = positions(text)
  const reading: Reading = {
    places: new Map(),
    fail: (offset, message, hint) => refuse(positionOf(offset), message, { hint }),
  }
  const shape = shapeProblem(tokensOf(text))
  if (shape !== null) throw reading.fail(shape.offset, shape.problem)
  // The library's own check for duplicates and its pretty errors take quadratic time.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, merge: false, logLevel: 'error' })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw reading.fail(problem.pos[0], sentence(problem.message))
  const value = plain(document.contents, [], reading)
  const place = (path: readonly string[]): Place => {
    for (let end = path.length; end >= 0; end--) {
      const found = reading.places.get(JSON.stringify(path.slice(0, end)))
      if (found !== undefined) return found
    }
    return { key: 0, value: 0, written: null }
  }
  return {
    ...{ value, refuse },
    at: (path) => positionOf(place(path).value),
    atKey: (path) => positionOf(place(path).key),
    written: (path) => reading.places.get(JSON.stringify(path))?.written ?? null,
  }
}

/** The lexer puts marks of its own between the tokens: whose text is the text of the file, piece by piece. */
function* tokensOf(text: string): Iterable<Token> {
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    if (isScalar) yield { type: 'scalar', text: token }
    else if (token !== CST.SCALAR && token !== CST.DOCUMENT && token !== CST.FLOW_END)
      yield { type: String(CST.tokenType(token)), text: token }
    isScalar = !isScalar && token === CST.SCALAR
  }
}

function decode(bytes: Uint8Array, refuse: Source['refuse']): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // What is readable before the first bad byte says where it is.
    const readable = new TextDecoder('utf-8').decode(bytes)
    const bad = Math.max(0, readable.indexOf('\ufffd'))
    throw refuse(positions(readable)(bad), 'the file is not UTF-8')
  }
}

/** Line and column, from 1, of an offset. */
function positions(text: string): (offset: number) => Position {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 }
  }
}

/** The library writes sentences; our messages begin small and end without a full stop. */
const sentence = (message: string): string =>
  message
    .replace(/\s+/g, ' ')
    .replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())
    .replace(/\.$/, '')

function plain(node: unknown, path: readonly string[], reading: Reading, key?: number): unknown {
  const value = offsetOf(node) ?? key ?? 0
  const written = isScalar(node) && typeof node.value !== 'string' ? (node.source ?? null) : null
  reading.places.set(JSON.stringify(path), { key: key ?? value, value, written })
  if (node === null || node === undefined) return null
  if (path.length > MAX_DEPTH) throw reading.fail(value, `it is nested deeper than ${MAX_DEPTH} levels`)
  if (isSeq(node)) return node.items.map((item, i) => plain(item, [...path, String(i)], reading))
  if (isMap(node)) return plainMap(node, path, reading)
  if (!isScalar(node)) throw reading.fail(value, 'this is not a value')
  return plainScalar(node, value, reading)
}

function plainMap(node: YAMLMap, path: readonly string[], reading: Reading): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const pair of node.items) {
    const offset = offsetOf(pair.key) ?? offsetOf(pair.value) ?? 0
    const name = isScalar(pair.key) ? keyText(pair.key) : null
    if (name === null) throw reading.fail(offset, 'a key is a plain word')
    if (FORBIDDEN_KEYS.has(name)) throw reading.fail(offset, `${name} can't be a key`)
    if (name === '<<') throw reading.fail(offset, 'merge keys (<<) are not allowed: write the keys again')
    if (LONE_SURROGATE.test(name)) throw reading.fail(offset, 'a key has half a character (a lone surrogate)')
    if (Object.hasOwn(object, name)) throw reading.fail(offset, `the key ${name} is here twice`)
    object[name] = plain(pair.value, [...path, name], reading, offset)
  }
  return object
}

/** A number is the word that was written: 1.10 is not 1.1. */
function keyText(key: Scalar): string | null {
  if (typeof key.value === 'string') return key.value
  return typeof key.value === 'number' ? (key.source ?? String(key.value)) : null
}

function plainScalar({ value, source }: Scalar, offset: number, reading: Reading): unknown {
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw reading.fail(offset, 'the text has half a character (a lone surrogate)')
    return value
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const isExact =
      typeof value === 'number' && Number.isFinite(value) && !(Number.isInteger(value) && !Number.isSafeInteger(value))
    if (!isExact)
      throw reading.fail(
        offset,
        `${source} is not a number that every JSON reader reads alike`,
        `if it is a name, quote it: "${source}"`,
      )
  }
  return value
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]
