import { type Digest, hexOf } from '../core/digest.ts'
import type { Descriptor } from '../core/ports.ts'
import type { ScanMode } from '../core/secrets.ts'
import type { FileStat } from '../core/workspace.ts'
import { readTable, type StatTable, tableBytes } from './stat-file.ts'
import { isSameStat, putStat, timesAt, WORDS } from './stat-rows.ts'

/** What was found in a file's bytes. */
export interface Inside {
  readonly scan: ScanMode
  readonly format: string | null
}

export interface Known {
  readonly digest: Digest
  /** Null: it was not looked into, or something was found that has to be found again. */
  readonly inside: Inside | null
}

/**
 * What a file looked like when its digest was last known: looking at a folder of 50,000 files then costs one stat each instead of one read.
 * A cache: it may be deleted at any time, and a damaged one counts as empty. It never decides what is stored.
 */
export interface StatCache {
  /** What is known of `path` if nothing about it has changed. From now on `set` and `stat` of this path mean this stat. */
  look(path: string, stat: FileStat): Known | null
  /**
   * Remembers what was read after the last `look`, unless the file is *racy*: changed so lately that a later change could leave the same
   * stat; and unless its bytes are not as many as its stat says, as in /proc. `before` is a time of the file system's clock, in ns, from before the file was read; a file changed after that may not be what was read.
   */
  set(path: string, stored: Descriptor, inside: Inside | null, before: bigint): void
  /** Copies the stat of the last `look` into a row of `rows`. False where there was none. */
  stat(path: string, rows: BigUint64Array, row: number): boolean
  /** The bytes to keep, of the files that were looked at; null if they would be those that it was opened with. */
  changed(): Uint8Array | null
}

/** How a file stands: known from the cache's bytes and not looked at; looked at, and the same; looked at, and unknown; set. */
const [OLD, SAME, UNKNOWN, SET] = [0, 1, 2, 3]
const SCANS: readonly ScanMode[] = ['names-and-keys', 'tokens']
/** What fits a byte, and far more than there are. */
const MAX_FORMATS = 255
/** Not the device: NFS, btrfs and others give it another number at each mount. */
const COMPARED = WORDS - 1

/** In: the bytes of the cache's file, or null where there is none; `version`, of what looks into files. */
export function openStatCache(bytes: Uint8Array | null, version: string): StatCache {
  let table = readTable(bytes, version)
  const { paths, formats } = table
  const opened = paths.length
  let states = new Uint8Array(opened)
  let halves = halvesOf(table)
  /** In which order they were looked at. */
  const looked: number[] = []
  /** Files are mostly looked at in the order of the last time. */
  let next = 0
  let index: Map<string, number> | null = null

  function find(path: string): number | undefined {
    if (paths[next] === path) return next++
    index ??= new Map(paths.map((known, slot) => [known, slot]))
    const slot = index.get(path)
    if (slot !== undefined) next = slot + 1
    return slot
  }

  function add(path: string): number {
    const slot = paths.push(path) - 1
    index?.set(path, slot)
    next = slot + 1
    if (slot === states.length) {
      const room = Math.max(1024, slot * 2)
      table = withRoom(table, room)
      halves = halvesOf(table)
      states = grown(states, new Uint8Array(room))
    }
    states[slot] = UNKNOWN
    looked.push(slot)
    return slot
  }

  /** The slot of a file that was looked at. */
  function lookedAt(path: string): number | null {
    const slot = find(path)
    return slot === undefined || states[slot] === OLD ? null : slot
  }

  function known(slot: number): Known {
    const { digests, insides } = table
    const hex = Buffer.from(digests.buffer, digests.byteOffset + slot * 32, 32).toString('hex')
    const scan = SCANS[(insides[slot * 2] as number) - 1]
    const format = formats[(insides[slot * 2 + 1] as number) - 1] ?? null
    return { digest: `sha256:${hex}`, inside: scan === undefined ? null : { scan, format } }
  }

  /** Out: from 1; 0 is none, and null one too many. */
  function numberOf(format: string | null): number | null {
    if (format === null) return 0
    const at = formats.indexOf(format)
    if (at !== -1) return at + 1
    return formats.length < MAX_FORMATS ? formats.push(format) : null
  }

  return {
    look(path, stat) {
      const slot = find(path) ?? add(path)
      if (states[slot] === OLD) looked.push(slot)
      if (states[slot] !== UNKNOWN && isSameStat(halves, slot, stat, COMPARED)) {
        table.rows[slot * WORDS + COMPARED] = stat.dev
        if (states[slot] === OLD) states[slot] = SAME
        return known(slot)
      }
      putStat(table.rows, slot, stat)
      states[slot] = UNKNOWN
      return null
    },
    set(path, { digest, size }, inside, before) {
      const slot = lookedAt(path)
      if (slot === null) return
      const { rows, digests, insides } = table
      const was = states[slot] === UNKNOWN ? null : known(slot)
      const all = was?.digest === digest ? more(was.inside, inside) : inside
      if (was?.digest === digest && was.inside?.scan === all?.scan) return
      if (rows[slot * WORDS] !== BigInt(size) || isRacy(timesAt(rows, slot), before)) {
        states[slot] = UNKNOWN
        return
      }
      Buffer.from(digests.buffer, digests.byteOffset).write(hexOf(digest), slot * 32, 'hex')
      const format = all === null ? null : numberOf(all.format)
      insides[slot * 2] = all === null || format === null ? 0 : SCANS.indexOf(all.scan) + 1
      insides[slot * 2 + 1] = format ?? 0
      states[slot] = SET
    },
    stat(path, into, row) {
      const slot = lookedAt(path)
      if (slot === null) return false
      into.set(table.rows.subarray(slot * WORDS, (slot + 1) * WORDS), row * WORDS)
      return true
    },
    changed() {
      const slots = looked.filter((slot) => states[slot] === SAME || states[slot] === SET)
      const isSame = slots.length === opened && slots.every((slot) => states[slot] === SAME)
      return isSame ? null : tableBytes(table, slots, version)
    },
  }
}

const halvesOf = ({ rows }: StatTable): Int32Array => new Int32Array(rows.buffer, rows.byteOffset, rows.length * 2)

function withRoom({ rows, digests, insides, ...names }: StatTable, files: number): StatTable {
  return {
    ...names,
    rows: grown(rows, new BigUint64Array(files * WORDS)),
    digests: grown(digests, new Uint8Array(files * 32)),
    insides: grown(insides, new Uint8Array(files * 2)),
  }
}

function grown<T extends Uint8Array | BigUint64Array>(from: T, to: T): T {
  ;(to as Uint8Array).set(from as Uint8Array)
  return to
}

/** Of two looks into the same bytes, the one that looked for more. */
const more = (a: Inside | null, b: Inside | null): Inside | null => (a === null || b?.scan === 'tokens' ? (b ?? a) : a)

const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND
/** The kernel's file clock ticks at least every 10 ms. */
const TICK = 10_000_000n

/**
 * True where a file last changed so close to `before` that a change after it could carry the same times: within a tick of the kernel's
 * file clock, or within 2 s on a file system that keeps whole seconds only. In: `before`, ns of the file system's clock, from before the
 * file was read. A ctime cannot be set; an mtime can, and one from far ahead is none that a change will carry soon.
 */
export function isRacy({ mtimeNs, ctimeNs }: Pick<FileStat, 'mtimeNs' | 'ctimeNs'>, before: bigint): boolean {
  const isCoarse = mtimeNs % SECOND === 0n && ctimeNs % SECOND === 0n
  const young = before - (isCoarse ? 2n * SECOND : TICK)
  return ctimeNs >= young || (mtimeNs >= young && mtimeNs < before + HOUR)
}
