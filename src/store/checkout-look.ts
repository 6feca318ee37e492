import { hash } from 'node:crypto'
import fs from 'node:fs'
import { type Digest, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { isLinkRow, linkStat, splitPaths } from './checkout-columns.ts'
import { type Folders, openFolders } from './checkout-folders.ts'
import { storeWhole } from './ingest-whole.ts'
import { MAX_PACKED } from './pack.ts'
import type { Signals } from './signals.ts'
import { readSmall } from './source.ts'
import { isSameStat, putStat, WORDS } from './stat-rows.ts'
import { isRacy } from './statcache.ts'

/** Files to be looked at, as columns that are copied to each thread; what they find is shared. */
export interface Looking {
  /** The folder that the paths are below. */
  readonly into: string
  readonly count: number
  /** Joined. */
  readonly paths: string
  /** For each the row of `expected`; UNSEEN where it is ours and has none; NOT_OURS where its bytes are not of interest. */
  readonly known: Int32Array
  readonly expected: BigUint64Array
  /** When `expected` was written down, ns. */
  readonly written: bigint
  /** Reads also what looks as expected. */
  readonly verify: boolean
  /** Out: stat, what it is, whether its owner may execute it, and 32 bytes of digest of those that were read. */
  readonly rows: BigUint64Array
  readonly states: Uint8Array
  readonly execs: Uint8Array
  readonly digests: Uint8Array
}

export const [UNSEEN, NOT_OURS] = [-1, -2]
/** Nothing is there; a file as it was written; a file, not read; a file, read; anything else, or something in its way. */
export const FOUND = { absent: 0, same: 1, file: 2, read: 3, other: 4 } as const
/** Files that a thread takes at a time. */
const BLOCK = 256

/** The job: looks at files until no thread has any left to take, and reads those of ours that do not look as expected. */
export function lookFiles(looking: Looking, signals: Signals): void {
  const paths = splitPaths(looking.paths)
  const expected = new Int32Array(looking.expected.buffer, looking.expected.byteOffset, looking.expected.length * 2)
  const folders = openFolders(looking.into)
  try {
    for (let first = signals.take(BLOCK); first < looking.count && !signals.isStopped; first = signals.take(BLOCK)) {
      for (let i = first; i < Math.min(first + BLOCK, looking.count); i++)
        looking.states[i] = lookAt(i, paths[i] as string, looking, expected, folders, signals)
    }
  } finally {
    folders.close()
  }
}

function lookAt(
  i: number,
  path: string,
  looking: Looking,
  expected: Int32Array,
  folders: Folders,
  signals: Signals,
): number {
  const at = reach(folders, path)
  if (at === 'obstructed') return FOUND.other
  const stat = at === null ? undefined : fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
  if (at === null || stat === undefined) return FOUND.absent
  if (!stat.isFile()) return FOUND.other
  putStat(looking.rows, i, stat)
  looking.execs[i] = (stat.mode & 0o100n) === 0n ? 0 : 1
  const row = looking.known[i] as number
  if (row === NOT_OURS) return FOUND.file
  if (row !== UNSEEN && !looking.verify && isAsWritten(row, stat, looking, expected)) {
    // A hard link stays one.
    if (isLinkRow(looking.expected, row)) putStat(looking.rows, i, linkStat(stat))
    return FOUND.same
  }
  const hex = read(at, stat.size, signals)
  if (hex === null) return FOUND.absent
  looking.digests.set(Buffer.from(hex, 'hex'), i * 32)
  return FOUND.read
}

let small: Buffer | null = null

/** The hex digits of a file's digest; '' where it is being written, null where it is gone. */
function read(at: string, size: bigint, signals: Signals): string | null {
  small ??= Buffer.allocUnsafeSlow(MAX_PACKED)
  try {
    const bytes = size <= MAX_PACKED ? readSmall(at, small) : null
    return bytes === null
      ? hexOf(storeWhole({ from: at, to: null, watch: null }, signals).digest)
      : hash('sha256', bytes, 'hex')
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    if (error.code === 'FILE_MISSING') return null
    if (error.code === 'SOURCE_CHANGED') return ''
    throw error
  }
}

function isAsWritten(
  row: number,
  stat: fs.BigIntStats,
  { expected: rows, written }: Looking,
  expected: Int32Array,
): boolean {
  const compared = isLinkRow(rows, row) ? linkStat(stat) : stat
  return isSameStat(expected, row, compared, WORDS - 1) && !isRacy(compared, written)
}

/** 'obstructed' where a link or a file is in its way. */
function reach(folders: Folders, path: string): string | null | 'obstructed' {
  try {
    return folders.reach(path)
  } catch (error) {
    if (error instanceof AishipError) return 'obstructed'
    throw error
  }
}

/** The digest of one that was read. */
export const digestRead = ({ digests }: Pick<Looking, 'digests'>, i: number): Digest =>
  `sha256:${Buffer.from(digests.buffer, digests.byteOffset + i * 32, 32).toString('hex')}`
