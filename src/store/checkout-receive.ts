import fs from 'node:fs'
import { AishipError, hasCode } from '../core/errors.ts'
import type { CheckoutFile, ObjectStore } from '../core/ports.ts'
import type { FileStat } from '../core/workspace.ts'
import type { Folders } from './checkout-folders.ts'
import { writeAll } from './durable.ts'
import { wholeStat } from './stat-rows.ts'

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = fs.constants

/**
 * Writes one object to `at`, where nothing may stand yet. The store has verified it when its last chunk comes; the declared size is a hard limit.
 * Out: the file's stat. A failure leaves nothing at `at`. Errors: CORRUPT, OBJECT_MISSING, and those of `targetError`.
 */
export async function receive(
  source: ObjectStore,
  file: CheckoutFile,
  at: string,
  progress: (bytes: number) => void,
): Promise<FileStat> {
  const fd = openNew(at, file)
  try {
    let size = 0
    for await (const chunk of source.get(file.digest, file.size)) {
      size += chunk.length
      writeAll(fd, chunk)
      progress(chunk.length)
    }
    if (size !== file.size) {
      throw new AishipError('CORRUPT', `${file.path} is listed with ${file.size} bytes and has ${size}`, {
        next: ['aiship fsck'],
      })
    }
    return wholeStat(fs.fstatSync(fd, { bigint: true }))
  } catch (error) {
    fs.rmSync(at, { force: true })
    throw targetError(error, file.path)
  } finally {
    fs.closeSync(fd)
  }
}

function openNew(at: string, file: CheckoutFile): number {
  try {
    return fs.openSync(at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, file.exec ? 0o777 : 0o666)
  } catch (error) {
    throw targetError(error, file.path)
  }
}

/** The path of a file that is to be made, its folders made. Errors: those of `targetError`. */
export function reachNew(folders: Folders, path: string): string {
  try {
    return folders.reach(path, { make: true }) as string
  } catch (error) {
    throw targetError(error, path)
  }
}

/** What a failed system call below the target means to the user; other errors come back as they are. */
export function targetError(error: unknown, path: string): unknown {
  const parts = { details: { files: [path] }, cause: error }
  if (error instanceof AishipError) return error
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) {
    return new AishipError('DISK_FULL', `no space left for ${path}`, {
      ...parts,
      hint: 'free some space, then run the same command again',
    })
  }
  if (hasCode(error, 'EROFS'))
    return new AishipError('READ_ONLY', `could not write ${path}: the file system is read-only`, parts)
  if (hasCode(error, 'EACCES', 'EPERM'))
    return new AishipError('NOT_PERMITTED', `not permitted to write ${path}`, parts)
  if (hasCode(error, 'ENAMETOOLONG', 'EINVAL', 'EILSEQ')) {
    return new AishipError('NAME_UNSAFE', `this file system cannot hold a file named ${JSON.stringify(path)}`, parts)
  }
  if (hasCode(error, 'EEXIST', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENOTEMPTY', 'ENOENT')) {
    return new AishipError('TARGET_NOT_EMPTY', `somebody else changed ${path} in the target meanwhile`, {
      ...parts,
      hint: 'see that nothing else writes there, then run the same command again',
    })
  }
  return error
}

/** Errors: DISK_FULL before anything is written, if `bytes` more cannot fit into the file system of `dir`. */
export function checkSpace(dir: string, bytes: number): void {
  const { bavail, bsize } = fs.statfsSync(dir)
  if (bavail * bsize >= bytes) return
  throw new AishipError('DISK_FULL', `the checkout needs ${bytes} bytes, and ${dir} has ${bavail * bsize} left`, {
    hint: 'free some space, then run the same command again; nothing was written',
    details: { needed: bytes, available: bavail * bsize },
  })
}
