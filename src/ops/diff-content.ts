import { diffKeys } from '../core/keydiff.ts'
import type { Component, KeyChange } from '../core/model.gen.ts'
import { textDiff, textOf } from '../core/textdiff.ts'
import type { DiffSource } from './diff-side.ts'
import type { ListedFile } from './trees.ts'

/** Files over this are compared by size and digest alone. */
const MAX_BYTES = 1024 * 1024

interface Inside {
  readonly text: string | null
  readonly keys: readonly KeyChange[]
}

/** What differs inside a file that both sides have: lines, and for JSON and YAML the keys. */
export async function insideFile(a: DiffSource, b: DiffSource, from: ListedFile, to: ListedFile): Promise<Inside> {
  const [before, after] = [await a.read(from, MAX_BYTES), await b.read(to, MAX_BYTES)]
  const nothing = { text: null, keys: [] }
  if (before === null || after === null) return nothing
  const [oldText, newText] = [textOf(before), textOf(after)]
  if (oldText === null || newText === null) return nothing
  const [oldValue, newValue] = [
    await readValue(a, from.path, before, oldText),
    await readValue(b, to.path, after, newText),
  ]
  const keys = oldValue === undefined || newValue === undefined ? [] : diffKeys(oldValue, newValue)
  return { text: textDiff(oldText, newText), keys }
}

async function readValue(side: DiffSource, path: string, bytes: Uint8Array, text: string): Promise<unknown> {
  if (/\.json$/i.test(path)) return parseJson(text)
  return /\.ya?ml$/i.test(path) ? side.yaml(bytes, path) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Which key of a `value` changed, and to what a reference points now. */
export async function keysOfValue(
  a: DiffSource,
  b: DiffSource,
  from: Component,
  to: Component,
): Promise<readonly KeyChange[]> {
  if (from.reference !== undefined && to.reference !== undefined) return diffKeys(from.reference, to.reference)
  if (from.kind !== 'value' || to.kind !== 'value') return []
  const [before, after] = [await valueBytes(a, from), await valueBytes(b, to)]
  return before === null || after === null ? [] : diffKeys(parseJson(before), parseJson(after))
}

async function valueBytes(side: DiffSource, { path = '', digest, size }: Component): Promise<string | null> {
  const bytes = await side.read({ path, digest, size, exec: false }, MAX_BYTES)
  return bytes === null ? null : textOf(bytes)
}
