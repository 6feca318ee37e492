import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { CheckoutFile, CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { linkStat } from './checkout-columns.ts'
import type { Folders } from './checkout-folders.ts'
import { reachNew, targetError } from './checkout-receive.ts'
import { objectFile } from './layout.ts'
import { putStat } from './stat-rows.ts'
import { markVerified, readVerified } from './verified.ts'

const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE, O_RDONLY, O_NOFOLLOW = 0 } = fs.constants
/** Smaller ones are copied as fast. */
const LEAST_REFLINK = 1024 * 1024
/** This file has as many names as a file may have, or became another one. */
const NOT_THIS_ONE = 'EMLINK'
/** With these a system says that it cannot do such a thing there at all. */
const CANNOT = ['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'ENOTTY', 'EBADF']

/** What became of files that could share the bytes of objects: the numbers of those that do. */
export interface Shared {
  readonly linked: readonly number[]
  readonly reflinked: readonly number[]
}

/** What sharing needs of a checkout. */
export interface Sharing {
  readonly files: readonly CheckoutFile[]
  /** Below `into`. */
  readonly names: readonly string[]
  readonly into: Folders
  readonly plan: CheckoutPlan
  /** Out: their stats. */
  readonly rows: BigUint64Array
  /** The digests of files, null for what cannot be read. */
  hashAll(files: readonly { readonly path: string; readonly size: number }[]): Promise<readonly (Digest | null)[]>
}

interface Candidate {
  readonly i: number
  readonly digest: Digest
  /** The object's own file. */
  readonly from: string
  readonly stat: fs.BigIntStats
}

/**
 * Files whose objects lie in files of their own, and need not be copied: hard links where they were asked for, else a copy that shares its
 * blocks with the object where the file system can. What was not verified before is hashed; what is not good is left to be copied.
 * Errors: those of `targetError`.
 */
export async function shareWhole(sharing: Sharing): Promise<Shared> {
  const { plan, into, names } = sharing
  const root = plan.source.folder
  if (root === undefined) {
    if (plan.link === true) warn(plan, 'the registry is not a folder on this machine')
    return { linked: [], reflinked: [] }
  }
  const act = plan.link === true ? linkTo : reflinkTo
  const made: Candidate[] = []
  for (const candidate of candidates(sharing, root)) {
    const problem = act(candidate, reachNew(into, names[candidate.i] as string), sharing)
    if (problem === null) made.push(candidate)
    else if (problem !== NOT_THIS_ONE) {
      if (plan.link)
        warn(plan, problem === 'EXDEV' ? 'the folder is on another file system than the registry' : problem)
      break
    }
  }
  const good = await verify(made, sharing, root)
  for (const { i } of made) if (!good.has(i)) fs.rmSync(reachNew(into, names[i] as string), { force: true })
  return plan.link === true ? { linked: [...good], reflinked: [] } : { linked: [], reflinked: [...good] }
}

function* candidates({ files, plan }: Sharing, root: string): Generator<Candidate> {
  for (const [i, { digest, size, exec }] of files.entries()) {
    // A link has the object's permissions.
    if (plan.link === true ? exec : size < LEAST_REFLINK) continue
    const from = objectFile(root, digest)
    const stat = fs.lstatSync(from, { bigint: true, throwIfNoEntry: false })
    const isFit =
      stat?.isFile() === true && stat.size === BigInt(size) && (plan.link !== true || (stat.mode & 0o222n) === 0n)
    if (isFit) yield { i, digest, from, stat }
  }
}

/** Null, or why it cannot be. */
function linkTo({ i, from, stat }: Candidate, at: string, { files, rows }: Sharing): string | null {
  try {
    fs.linkSync(from, at)
    const made = fs.lstatSync(at, { bigint: true })
    putStat(rows, i, linkStat(made))
    if (isSame(made, stat)) return null
    fs.rmSync(at)
    return NOT_THIS_ONE
  } catch (error) {
    return whyNot(error, files[i]?.path as string)
  }
}

function reflinkTo({ i, from }: Candidate, at: string, { files, rows }: Sharing): string | null {
  const { path, exec } = files[i] as CheckoutFile
  try {
    fs.copyFileSync(from, at, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE)
    const fd = fs.openSync(at, O_RDONLY | O_NOFOLLOW)
    try {
      fs.fchmodSync(fd, (exec ? 0o777 : 0o666) & ~process.umask())
      putStat(rows, i, fs.fstatSync(fd, { bigint: true }))
    } finally {
      fs.closeSync(fd)
    }
    return null
  } catch (error) {
    return whyNot(error, path)
  }
}

function whyNot(error: unknown, path: string): string {
  if (hasCode(error, NOT_THIS_ONE, ...CANNOT)) return (error as NodeJS.ErrnoException).code as string
  throw targetError(error, path)
}

/** Which of them are what they are called, by number. */
async function verify(made: readonly Candidate[], { plan, hashAll }: Sharing, root: string): Promise<Set<number>> {
  const isKnown = made.length === 0 || plan.verify === true ? () => false : readVerified(root)
  const unknown = made.filter(({ digest, stat }) => !isKnown(digest, stat))
  const good = new Set(made.map(({ i }) => i))
  if (unknown.length === 0) return good
  const found = await hashAll(unknown.map(({ from, stat }) => ({ path: from, size: Number(stat.size) })))
  const sound = unknown.filter(({ digest, from, stat }, n) => {
    const now = fs.lstatSync(from, { bigint: true, throwIfNoEntry: false })
    return found[n] === digest && now !== undefined && isSame(now, stat)
  })
  for (const { i } of unknown) good.delete(i)
  for (const { i } of sound) good.add(i)
  markVerified(
    root,
    sound.map(({ digest }) => digest),
  )
  return good
}

const isSame = (a: fs.BigIntStats, b: fs.BigIntStats): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino && a.dev === b.dev

function warn({ emit }: CheckoutPlan, why: string): void {
  emit({ type: 'warning', code: 'NOT_LINKED', message: `files are copied where links were asked for: ${why}` })
}

/** What a result says of it. */
export const sharedCounts = (linked: number, reflinked: number): Pick<CheckoutResult, 'linked' | 'reflinked'> => ({
  ...(linked === 0 ? {} : { linked }),
  ...(reflinked === 0 ? {} : { reflinked }),
})
