import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { openNew, remove, writeAll } from './durable.ts'
import { storeError } from './errno.ts'
import { FANOUT, FOOTER, PACK_MAGIC, type PackRow, ROW } from './pack.ts'

const BUFFER = 2 * 1024 * 1024

/** A pack that is being written: synchronous, for one thread. */
export interface PackWriter {
  readonly count: number
  /** Bytes of the objects so far. */
  readonly size: number
  /** True if this pack has it already. */
  has(digest: Digest): boolean
  /** An object that is not in it yet. `bytes` may be overwritten afterwards. Once a write has failed, so does every later call. */
  add(digest: Digest, bytes: Uint8Array): void
  /** Writes the index, makes the file durable and closes it. Out: what the pack is to be called. */
  finish(): string
  /** Closes and removes it. Safe to call twice, and after `finish`. */
  drop(): void
}

/** Begins a pack at `tmp`, where nothing is. Errors (of every call): DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE. */
export function startPack(tmp: string): PackWriter {
  let failure: { readonly error: unknown } | null = null
  const attempt = <T>(act: () => T): T => {
    // What was half written can't be told from what was not: no index may vouch for it.
    if (failure !== null) throw failure.error
    try {
      return act()
    } catch (error) {
      failure = { error: storeError(error, 'write', tmp) }
      throw failure.error
    }
  }
  let fd: number | null = attempt(() => openNew(tmp))
  const rows = new Map<Digest, Omit<PackRow, 'digest'>>()
  const buffer = Buffer.allocUnsafeSlow(BUFFER)
  let [filled, written] = [PACK_MAGIC.copy(buffer), 0]
  const spill = (): void => {
    writeAll(fd as number, buffer.subarray(0, filled))
    written += filled
    filled = 0
  }
  const put = (bytes: Uint8Array): void => {
    if (bytes.length > BUFFER - filled) spill()
    if (bytes.length > BUFFER) {
      writeAll(fd as number, bytes)
      written += bytes.length
    } else {
      buffer.set(bytes, filled)
      filled += bytes.length
    }
  }
  return {
    get count() {
      return rows.size
    },
    get size() {
      return written + filled - PACK_MAGIC.length
    },
    has: (digest) => rows.has(digest),
    add(digest, bytes) {
      const offset = written + filled
      attempt(() => put(bytes))
      rows.set(digest, { offset, length: bytes.length })
    },
    finish() {
      const index = indexOf([...rows].map(([digest, row]) => ({ digest, ...row })))
      const name = hexOf(digestOf(index))
      const footer = Buffer.alloc(FOOTER)
      footer.writeBigUInt64LE(BigInt(written + filled), 0)
      footer.writeUInt32LE(rows.size, 8)
      footer.write(name, 16, 'hex')
      PACK_MAGIC.copy(footer, 48)
      attempt(() => {
        put(index)
        put(footer)
        spill()
        fs.fsyncSync(fd as number)
        fs.closeSync(fd as number)
        fd = null
      })
      return name
    },
    drop() {
      if (fd !== null) fs.closeSync(fd)
      fd = null
      remove(tmp)
    },
  }
}

/** The bytes of the index. */
function indexOf(rows: readonly PackRow[]): Buffer {
  const sorted = rows.map((row) => [hexOf(row.digest), row] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const index = Buffer.alloc(FANOUT + sorted.length * ROW)
  let at = FANOUT
  for (const [hex, { offset, length }] of sorted) {
    index.write(hex, at, 'hex')
    index.writeUInt32LE(offset % 2 ** 32, at + 32)
    index.writeUInt32LE(Math.floor(offset / 2 ** 32), at + 36)
    index.writeUInt32LE(length, at + 40)
    at += ROW
  }
  for (let first = 0, count = 0; first < 256; first++) {
    while (count < sorted.length && (index[FANOUT + count * ROW] as number) <= first) count++
    index.writeUInt32LE(count, first * 4)
  }
  return index
}
