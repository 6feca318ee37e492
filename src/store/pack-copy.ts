import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { digestOf } from '../core/digest.ts'
import { makePath, syncFolder } from './durable.ts'
import { storeError } from './errno.ts'
import { digestIn, openOrNull, type PackRows, readRows } from './pack-rows.ts'
import { type PackWriter, startPack } from './pack-write.ts'
import { packFile, packsFolder } from './places.ts'

/** A new path in tmp/ that no other process uses. */
export const freshTmp = (root: string): string => `${root}/tmp/${process.pid.toString(36)}-${randomUUID().slice(0, 18)}`

/**
 * Copies those objects of a pack that `keep` wants, each hashed on the way; one that `into` has already is not copied again. Out: those whose
 * bytes are not theirs, which are left out; null where the pack is gone. Errors: those of the system for reads, of `startPack` for writes.
 */
export function copyRows(
  file: string,
  rows: PackRows,
  keep: (i: number) => boolean,
  into: PackWriter,
): readonly number[] | null {
  const bad: number[] = []
  const fd = openOrNull(file)
  if (fd === null) return null
  try {
    for (const [i, bytes] of readRows(fd, rows)) {
      const digest = digestIn(rows, i)
      if (!keep(i)) continue
      if (bytes === null || digestOf(bytes) !== digest) bad.push(i)
      else if (!into.has(digest)) into.add(digest, bytes)
    }
    return bad
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Writes a pack and publishes it: durable under its name when this returns. Null where `fill` has added nothing. A failure leaves nothing.
 * In: `mtimeMs`, asked for at the end: since when its objects are stored; default now.
 * Errors: those of `fill`; DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export function makePack(
  root: string,
  fill: (into: PackWriter) => void,
  mtimeMs: (() => number) | null = null,
): { name: string; count: number } | null {
  const tmp = freshTmp(root)
  const writer = startPack(tmp)
  try {
    fill(writer)
    if (writer.count === 0) return null
    const [count, name] = [writer.count, writer.finish()]
    if (mtimeMs !== null) fs.utimesSync(tmp, mtimeMs() / 1000, mtimeMs() / 1000)
    makePath(packsFolder(root))
    fs.renameSync(tmp, packFile(root, name))
    syncFolder(packsFolder(root))
    syncFolder(`${root}/objects`)
    return { name, count }
  } catch (error) {
    throw storeError(error, 'write a pack into', packsFolder(root))
  } finally {
    writer.drop()
  }
}
