import { type Digest, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ChunkTable } from '../core/model.gen.ts'
import { validateChunkTable } from '../core/validators.gen.ts'
import { readWhole } from './durable.ts'

/** Most rows that a table has: a reader keeps them all in memory. */
export const MAX_ROWS = 1024 * 1024
const MAX_TABLE = 32 * 1024 * 1024
/**
 * An object may have so many times the bytes that its rows reach into: reading it then takes no more than so many times reading all
 * of the registry, whatever a forged table says.
 */
const MOST_TIMES = 16

export const tableFile = (root: string, digest: Digest): string => `${root}/objects/tables/${hexOf(digest)}.json`

/** Null where there is none. Says nothing of the sources. Errors: CORRUPT. */
export function readTable(root: string, digest: Digest): ChunkTable | null {
  const bytes = readWhole(tableFile(root, digest), MAX_TABLE)
  return bytes === null ? null : parseTable(bytes, digest)
}

/**
 * The canonical JSON of a table. Its keys, integers and digests are such that `JSON.stringify` writes what RFC 8785 asks for, fifty times as
 * fast as the general walk; a test holds the two together.
 */
export const tableBytes = ({ digest, rows, size, sources }: ChunkTable): Uint8Array =>
  Buffer.from(JSON.stringify({ digest, format: 1, rows, size, sources }), 'utf8')

/** Errors: CORRUPT for whatever is not the one spelling of a table of `digest`. */
export function parseTable(bytes: Uint8Array, digest: Digest): ChunkTable {
  const refuse = (why: string, cause?: unknown): AishipError =>
    new AishipError('CORRUPT', `chunk table of ${digest} ${why}`, { next: ['aiship fsck'], cause })
  if (bytes.length > MAX_TABLE) throw refuse(`has ${bytes.length} bytes, more than the ${MAX_TABLE} allowed`)
  let table: unknown
  try {
    table = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    throw refuse(`is not readable: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  if (!validateChunkTable(table)) throw refuse('does not have the shape of one')
  if (Buffer.compare(bytes, tableBytes(table)) !== 0) throw refuse('is not canonical JSON')
  const problem = tableProblem(table, digest)
  if (problem !== null) throw refuse(problem)
  return table
}

function tableProblem({ digest, rows, size, sources }: ChunkTable, wanted: Digest): string | null {
  if (digest !== wanted) return `says that it is that of ${digest}`
  if (rows.length > MAX_ROWS) return `has ${rows.length} rows, more than the ${MAX_ROWS} allowed`
  if (new Set(sources).size < sources.length || sources.includes(digest)) return 'names a source twice, or itself'
  let [sum, named] = [0, 0]
  for (const [source, offset, length, ...more] of rows as readonly (readonly number[])[]) {
    if (source === undefined || offset === undefined || length === undefined || more.length > 0 || length === 0)
      return 'has a row that is not a source, an offset and a length'
    if (source > named || source >= sources.length) return 'has sources in another order than its rows name them'
    if (source === named) named++
    if (!Number.isSafeInteger(offset + length)) return 'has a row beyond any object'
    sum += length
  }
  if (named < sources.length) return 'has a source that no row names'
  if (sum !== size) return `has rows of ${sum} bytes, and says ${size}`
  return isBounded({ rows, size })
    ? null
    : `says ${size} bytes, more than ${MOST_TIMES} times what there is of its sources`
}

/** Whether a table is not too much larger than what it is made of. */
export function isBounded({ rows, size }: Pick<ChunkTable, 'rows' | 'size'>): boolean {
  const reached: number[] = []
  for (const [source, offset, length] of rows) reached[source] = Math.max(reached[source] ?? 0, offset + length)
  return size <= MOST_TIMES * reached.reduce((sum, end) => sum + end, 0)
}
