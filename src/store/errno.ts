import type { Digest } from '../core/digest.ts'
import { AishipError, type ErrorCode } from '../core/errors.ts'

/** System errors that say what is wrong with a registry's place. Everything else says that the place cannot be reached. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  EROFS: 'READ_ONLY',
  EACCES: 'NOT_PERMITTED',
  EPERM: 'NOT_PERMITTED',
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  DISK_FULL: 'what was being written stays invisible; free some space, then run the same command again',
  READ_ONLY: 'reading works; to change something, use a registry that can be written',
  NOT_PERMITTED: 'ask its owner for permission, or name another registry with --registry',
}

/** Codes with which file systems say that they have no hard links, or that this file may not have one more. */
const NO_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : null

/**
 * What a failed system call on a registry's file means to the user. `doing` is a verb, as in "could not write".
 * Errors that are not the system's come back as they are.
 */
export function storeError(error: unknown, doing: string, path: string): unknown {
  const errno = errnoOf(error)
  if (error instanceof AishipError || errno === null) return error
  const code = CODES[errno] ?? 'REGISTRY_UNREACHABLE'
  const hint = HINTS[code] ?? 'the system could not reach the registry; see that its disk or share is there and healthy'
  return new AishipError(code, `could not ${doing} ${path}: ${WORDS[errno] ?? errno}`, {
    hint,
    next: ['aiship doctor'],
    details: { path, errno },
    cause: error,
  })
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the file system allows',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EIO: 'the disk reports an error (EIO)',
  ENOENT: 'it is gone',
  ENOTDIR: 'a part of the path is not a folder',
  EMFILE: 'too many files are open',
  EEXIST: 'something else has that name',
  ELOOP: 'its links go round in a loop',
  EISDIR: 'it is a folder',
}

/** The same for link(2), whose refusals mean that the file system cannot create an entry exactly once. */
export function linkError(error: unknown, path: string): unknown {
  const errno = errnoOf(error)
  if (errno === null || !NO_LINK.has(errno)) return storeError(error, 'create', path)
  return new AishipError(
    'LINK_UNSUPPORTED',
    `the file system of ${path} has no hard links (${errno}), so a move there could be lost to another one`,
    {
      hint: 'reading and storing objects works there; for moves, keep the registry on a disk with hard links (ext4, XFS, Btrfs, ZFS, APFS, NTFS, NFS)',
      next: ['aiship doctor'],
      details: { path, errno },
      cause: error,
    },
  )
}

/** What a failed look at a file that is to be stored means. */
export function sourceError(error: unknown, path: string): unknown {
  const errno = errnoOf(error)
  if (error instanceof AishipError || errno === null) return error
  if (errno === 'ENOENT' || errno === 'ENOTDIR')
    return new AishipError('FILE_MISSING', `${path} is not there`, { details: { path }, cause: error })
  if (errno === 'EACCES' || errno === 'EPERM') {
    return new AishipError('NOT_PERMITTED', `not permitted to read ${path}`, {
      hint: 'give yourself read permission, or ignore it in aiship.yaml',
      details: { path },
      cause: error,
    })
  }
  return new AishipError('COMPONENT_INVALID', `could not read ${path}: ${WORDS[errno] ?? errno}`, {
    details: { path, errno },
    cause: error,
  })
}

export const MISMATCH = 'does not match its bytes: they were changed or damaged on disk'

export const corrupt = (digest: Digest, why: string): AishipError =>
  new AishipError('CORRUPT', `object ${digest} ${why}`, { next: ['aiship fsck --read-data'], details: { digest } })
