import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { AishipError } from '../core/errors.ts'

/** Most bytes of an aiship.yaml. */
export const MAX_CONFIG_BYTES = 256 * 1024
/** Levels of nesting, as the parser counts them. */
const MAX_DEPTH = 64
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

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
  refuse(
    position: Position,
    message: string,
    parts?: { hint?: string | undefined; next?: readonly string[] },
  ): AishipError
}

/**
 * Reads YAML 1.2 without its dangerous parts: no anchors, aliases, merge keys or tags, each key once, bounded size and depth.
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
  const text = decode(bytes, () => refuse(top, 'the file is not UTF-8'))
  const lines = new LineCounter()
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  checkDepth(text, (line) => refuse({ line, column: 1 }, `nested deeper than ${MAX_DEPTH} levels`))
  // The library's own duplicate check compares every key with every other; ours is below.
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: 'silent',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw refuse(positionOf(problem.pos[0]), problem.message.replace(/\s+/g, ' '))
  const places = new Map<string, { key: Position; value: Position }>()
  const value = plain(document.contents, [], places, positionOf, refuse)
  const place = (path: readonly string[]): { key: Position; value: Position } => {
    for (let end = path.length; end >= 0; end--) {
      const found = places.get(JSON.stringify(path.slice(0, end)))
      if (found !== undefined) return found
    }
    return { key: top, value: top }
  }
  return { value, at: (path) => place(path).value, atKey: (path) => place(path).key, refuse }
}

function decode(bytes: Uint8Array, error: () => AishipError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw error()
  }
}

/** The composer recurses and can overrun the stack of the whole process; the parser below it does not, and shows how deep it is. */
function checkDepth(text: string, error: (line: number) => AishipError): void {
  const parser = new Parser()
  let line = 1
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)) {
      // Only its depth matters here.
    }
    if (parser.stack.length > MAX_DEPTH) throw error(line)
    if (lexeme.includes('\n')) line += lexeme.split('\n').length - 1
  }
}

type Places = Map<string, { key: Position; value: Position }>

function plain(
  node: unknown,
  path: readonly string[],
  places: Places,
  positionOf: (offset: number) => Position,
  refuse: Source['refuse'],
  key?: Position,
): unknown {
  const value = positionOf((node as Node | null)?.range?.[0] ?? 0)
  places.set(JSON.stringify(path), { key: key ?? value, value })
  if (node === null) return null
  const { tag, anchor } = node as { tag?: string; anchor?: string }
  if (isAlias(node)) throw refuse(value, `aliases (*${node.source}) are not allowed: write the value again`)
  if (anchor !== undefined) throw refuse(value, `anchors (&${anchor}) are not allowed: write the value again`)
  if (tag !== undefined) throw refuse(value, `tags (${tag}) are not allowed`)
  if (isSeq(node)) return node.items.map((item, i) => plain(item, [...path, String(i)], places, positionOf, refuse))
  if (isMap(node)) return plainMap(node, path, places, positionOf, refuse)
  if (!isScalar(node)) throw refuse(value, 'this is not a value')
  if (typeof node.value === 'bigint' || (typeof node.value === 'number' && !Number.isFinite(node.value)))
    throw refuse(value, `${String(node.source)} is not a number that JSON has`)
  return node.value
}

function plainMap(
  node: YAMLMap,
  path: readonly string[],
  places: Places,
  positionOf: (offset: number) => Position,
  refuse: Source['refuse'],
): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const pair of node.items) {
    const position = positionOf((pair.key as Node | null)?.range?.[0] ?? 0)
    const key =
      isScalar(pair.key) && (pair.key as { anchor?: string }).anchor === undefined ? pair.key.value : undefined
    if (typeof key !== 'string' && typeof key !== 'number') throw refuse(position, 'a key is a plain word')
    const name = String(key)
    if (FORBIDDEN_KEYS.has(name)) throw refuse(position, `${name} can't be a key`)
    if (name === '<<') throw refuse(position, 'merge keys (<<) are not allowed: write the keys again')
    if (Object.hasOwn(object, name)) throw refuse(position, `the key ${name} is here twice`)
    object[name] = plain(pair.value, [...path, name], places, positionOf, refuse, position)
  }
  return object
}
