import { hash } from 'node:crypto'
import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { inspect, type Seen } from '../core/inspect.ts'
import type { ScanMode } from '../core/secrets.ts'
import { remove } from './durable.ts'
import { MAX_PACK, MAX_PACKED, MAX_ROWS } from './pack.ts'
import { type PackWriter, startPack } from './pack-write.ts'
import { openPlaces, type Place, type Places } from './places.ts'
import type { Signals } from './signals.ts'
import { readSmall } from './source.ts'

/** Small files to be stored, as columns in shared memory: fifty thousand objects would be copied for each thread. */
export interface SmallFiles {
  /** The registry's folder; null to hash only. */
  readonly root: string | null
  /** What the names of this thread's packs in tmp/ start with. */
  readonly tmp: string
  readonly app: string
  readonly count: number
  /** Absolute. */
  readonly paths: Texts
  /** What inspection calls them. */
  readonly names: Texts
  /** What each is inspected for. */
  readonly scans: Uint8Array
  /** Out: 32 bytes of digest each, bytes, and what became of it. */
  readonly digests: Uint8Array
  readonly sizes: Float64Array
  readonly states: Uint8Array
}

/** Many strings in one piece of memory. */
export interface Texts {
  readonly bytes: Uint8Array
  /** Where each ends. */
  readonly ends: Uint32Array
}

/** What became of a file: nothing yet; it is in one of the packs; it was stored before; it must lie in a file of its own. */
export const STATE = { none: 0, packed: 1, known: 2, alone: 3 } as const
/** What `scans` says. */
export const SCANS: readonly (ScanMode | null)[] = [null, 'names-and-keys', 'tokens']

/** A pack in tmp/, whole and durable, and what it is to be called. */
export interface Packed {
  readonly tmp: string
  readonly name: string
}

export interface SmallStored {
  readonly packs: readonly Packed[]
  /** Only of files in which something was seen. */
  readonly seen: readonly (readonly [index: number, seen: Seen])[]
}

/** Files that a thread takes at a time. */
const BLOCK = 64

/** What a thread's packs are called in tmp/, the first one 0. */
export const packTmp = (tmp: string, count: number): string => `${tmp}-${count}`

/** The job: reads, hashes, inspects and packs files until no thread has any left to take. Errors: those of `readSmall` and `startPack`. */
export function storeSmall(files: SmallFiles, signals: Signals): SmallStored {
  let count = 0
  const packs = startPacks(() => packTmp(files.tmp, count++))
  try {
    const seen = takeSmall(files, signals, packs)
    return { packs: signals.isStopped ? [] : packs.finish(), seen }
  } finally {
    packs.drop()
  }
}

/** The same into packs that are open already. */
export function takeSmall(files: SmallFiles, signals: Signals, packs: Packs): SmallStored['seen'] {
  const { root, app, count, paths, names, scans, digests, sizes, states } = files
  const buffer = Buffer.allocUnsafeSlow(MAX_PACKED)
  const places = root === null ? null : openPlaces(root)
  const seen: (readonly [number, Seen])[] = []
  try {
    for (let first = signals.take(BLOCK); first < count && !signals.isStopped; first = signals.take(BLOCK)) {
      places?.refresh()
      for (let i = first; i < Math.min(first + BLOCK, count); i++) {
        const bytes = readSmall(textAt(paths, i), buffer)
        if (bytes === null) {
          states[i] = STATE.alone
          continue
        }
        const hex = hash('sha256', bytes, 'hex')
        const scan = SCANS[scans[i] as number] ?? null
        if (scan !== null) {
          const met = inspect(bytes, { app, path: textAt(names, i), scan })
          if (met.format !== null || met.findings.length > 0) seen.push([i, met])
        }
        digests.set(Buffer.from(hex, 'hex'), i * 32)
        sizes[i] = bytes.length
        states[i] = places === null ? STATE.known : STATE[packs.take(`sha256:${hex}`, bytes, places)]
        if (states[i] !== STATE.alone) signals.advance(bytes.length)
      }
    }
  } finally {
    places?.close()
  }
  return seen
}

/** The packs that one thread fills, one after the other. */
export interface Packs {
  /**
   * Packs an object unless a sound copy is there. Out: 'packed' also where it was so before; 'known' where it is stored already; 'alone' where a
   * damaged file has its name, which only another file can replace.
   */
  take(digest: Digest, bytes: Buffer, places: Places): 'packed' | 'known' | 'alone'
  /** Ends the packs begun, and makes them durable. */
  finish(): readonly Packed[]
  /** Removes what was not finished. */
  drop(): void
}

export function startPacks(tmp: () => string): Packs {
  let open: { readonly writer: PackWriter; readonly tmp: string } | null = null
  let full: Packed[] = []
  const end = (): void => {
    if (open !== null) full.push({ tmp: open.tmp, name: open.writer.finish() })
    open = null
  }
  return {
    take(digest, bytes, places) {
      if (open?.writer.has(digest) === true) return 'packed'
      const first = places.find(digest)
      if (first !== null) {
        if (hasBytes(first, bytes) || places.all(digest).some((place) => hasBytes(place, bytes))) return 'known'
        if (first.form === 'whole') return 'alone'
      }
      if (open !== null && (open.writer.size + bytes.length > MAX_PACK || open.writer.count === MAX_ROWS)) end()
      if (open === null) {
        const path = tmp()
        open = { writer: startPack(path), tmp: path }
      }
      open.writer.add(digest, bytes)
      return 'packed'
    },
    finish() {
      end()
      const packs = full
      full = []
      return packs
    },
    drop() {
      open?.writer.drop()
      open = null
      for (const { tmp: path } of full) remove(path)
      full = []
    },
  }
}

/** True if these bytes are what lies there. */
function hasBytes({ size, extents }: Place, bytes: Buffer): boolean {
  if (size !== bytes.length) return false
  let at = 0
  try {
    for (const { file, offset, length } of extents) {
      const fd = fs.openSync(file, 'r')
      try {
        const there = Buffer.allocUnsafe(length)
        if (fs.readSync(fd, there, 0, length, offset) !== length) return false
        if (there.compare(bytes, at, at + length) !== 0) return false
      } finally {
        fs.closeSync(fd)
      }
      at += length
    }
    return true
  } catch {
    return false
  }
}

export function shareTexts(texts: readonly string[]): Texts {
  const ends = new Uint32Array(new SharedArrayBuffer(texts.length * 4))
  let size = 0
  for (const [i, text] of texts.entries()) {
    size += Buffer.byteLength(text)
    ends[i] = size
  }
  const bytes = Buffer.from(new SharedArrayBuffer(size))
  for (const [i, text] of texts.entries()) bytes.write(text, i === 0 ? 0 : (ends[i - 1] as number))
  return { bytes, ends }
}

const textAt = ({ bytes, ends }: Texts, i: number): string =>
  Buffer.from(bytes.buffer).toString('utf8', i === 0 ? 0 : ends[i - 1], ends[i])

export const digestAt = (digests: Uint8Array, index: number): Digest =>
  `sha256:${Buffer.from(digests.buffer, digests.byteOffset + index * 32, 32).toString('hex')}`
