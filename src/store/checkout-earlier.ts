import fs from 'node:fs'
import { pathProblem } from '../core/paths.ts'
import { validateCheckoutRecord, validateIncompleteCheckout } from '../core/validators.gen.ts'
import { digestsIn, hexAt, sharedRows, splitPaths } from './checkout-columns.ts'
import type { Folders } from './checkout-folders.ts'
import { INCOMPLETE, RECORD_FILE } from './checkout-record.ts'
import { ROW_BYTES } from './stat-rows.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

/** What earlier checkouts wrote into a folder, as far as it can be believed. */
export interface Earlier {
  readonly paths: readonly string[]
  /** Joined. */
  readonly digests: string
  /** The stat of each as it was written. */
  readonly rows: BigUint64Array
  /** When that was written down, ns. */
  readonly written: bigint
  /** What updates that did not end were putting in place: for each path the hex digits of all of them, because any may have come so far. */
  readonly pending: Pending
  /** False while an update moves files, or if one did not end. */
  readonly isWhole: boolean
  /** False where nothing could be read: then nothing there is ours. */
  readonly isRead: boolean
  /** Another one after each update. */
  readonly stamp: string
}

export type Pending = ReadonlyMap<string, readonly string[]>

const NOTHING = { paths: [], digests: '', rows: new BigUint64Array(0) }

/** What is ours in a folder. It stands in a folder that others write to, so that none of its paths is believed: see `isOwnPath`. */
export function readEarlier(folders: Folders): Earlier {
  const found = readOwn(folders, RECORD_FILE)
  const mark = readOwn(folders, INCOMPLETE)
  const record = found === null ? null : columnsIn(found.value)
  const pending = mark === null ? null : pendingIn(mark.value)
  return {
    ...(record ?? NOTHING),
    written: found?.written ?? 0n,
    pending: pending ?? new Map(),
    isWhole: mark === null,
    isRead: record !== null || pending !== null,
    stamp: [found?.stamp, mark?.stamp].join(' '),
  }
}

/** `Earlier.stamp` as it is now. */
export const stampOf = (folders: Folders): string =>
  [RECORD_FILE, INCOMPLETE]
    .map((name) => fs.lstatSync(folders.reach(name) as string, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? undefined : stampText(stat)))
    .join(' ')

const stampText = ({ ino, size, mtimeNs, ctimeNs }: fs.BigIntStats): string => `${ino} ${size} ${mtimeNs} ${ctimeNs}`

/** True for a path of a record that may be touched on its word. */
export const isOwnPath = (path: string): boolean => pathProblem(path) === null

interface OwnFile {
  readonly value: unknown
  /** Its mtime, ns. */
  readonly written: bigint
  readonly stamp: string
}

/** Null where there is no file; its value is null if it can't be read. */
function readOwn(folders: Folders, name: string): OwnFile | null {
  let fd: number
  try {
    fd = fs.openSync(folders.reach(name) as string, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch {
    return null
  }
  try {
    const stat = fs.fstatSync(fd, { bigint: true })
    const value = stat.isFile() ? parse(fs.readFileSync(fd, 'utf8')) : null
    return { value, written: stat.mtimeNs, stamp: stampText(stat) }
  } finally {
    fs.closeSync(fd)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function columnsIn(value: unknown): Pick<Earlier, 'paths' | 'digests' | 'rows'> | null {
  if (!validateCheckoutRecord(value)) return null
  const paths = splitPaths(value.paths)
  const stats = Buffer.from(value.stats, 'base64')
  if (digestsIn(value.digests) !== paths.length || stats.length !== paths.length * ROW_BYTES) return null
  const rows = sharedRows(paths.length)
  new Uint8Array(rows.buffer).set(stats)
  return { paths, digests: value.digests, rows }
}

function pendingIn(value: unknown): Pending | null {
  if (!validateIncompleteCheckout(value)) return null
  const paths = splitPaths(value.paths)
  if (digestsIn(value.digests) !== paths.length) return null
  const pending = new Map<string, string[]>()
  for (const [i, path] of paths.entries()) {
    const all = pending.get(path)
    if (all === undefined) pending.set(path, [hexAt(value.digests, i)])
    else all.push(hexAt(value.digests, i))
  }
  return pending
}
