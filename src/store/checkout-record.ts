import fs from 'node:fs'
import { join } from 'node:path'
import type { CHECKOUT_FILES } from '../core/checkout.ts'
import type { CheckoutRecord } from '../core/model.gen.ts'
import { pathProblem } from '../core/paths.ts'
import { validateCheckoutRecord } from '../core/validators.gen.ts'
import { remove, writeAll } from './durable.ts'
import { type FileStat, isRacy } from './statcache.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

export const RELEASE_FILE = '.aiship-release.json' satisfies Own
const RECORD_FILE = '.aiship-checkout.json' satisfies Own
const DRAFT = '.aiship-draft' satisfies Own
/** Files on their way in; the checkout around it is still what it was. */
export const INCOMING = '.aiship-incoming' satisfies Own
/** There while an update moves files into place: the folder is neither the old bundle nor the new one. */
export const INCOMPLETE = '.aiship-incomplete' satisfies Own
type Own = (typeof CHECKOUT_FILES)[number]

/** What an earlier checkout wrote, as far as it can be believed. */
export interface Earlier extends CheckoutRecord {
  /** True if a file with this stat is what was written then, without a look at its bytes. */
  isAsWritten(path: string, stat: FileStat): boolean
}

export const statText = (stat: FileStat): string => `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`

/** The record in `dir`, or null: then nothing there is ours. It stands in a folder that others write to, so its paths are checked like anybody's. */
export function readRecord(dir: string): Earlier | null {
  let record: unknown
  let written: bigint
  try {
    const fd = fs.openSync(join(dir, RECORD_FILE), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stat = fs.fstatSync(fd, { bigint: true })
      if (!stat.isFile()) return null
      written = stat.mtimeNs
      record = JSON.parse(fs.readFileSync(fd, 'utf8'))
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return null
  }
  if (!validateCheckoutRecord(record)) return null
  const { files, pending } = record
  if ([...Object.keys(files), ...Object.keys(pending)].some((path) => pathProblem(path) !== null)) return null
  return {
    ...record,
    isAsWritten(path, stat) {
      const known = Object.hasOwn(files, path) ? files[path] : undefined
      return known !== undefined && known.stat === statText(stat) && !isRacy(stat, written)
    },
  }
}

/** Writes a small file of ours into `dir` in one step. */
export function putFile(dir: string, name: string, bytes: Uint8Array | string): void {
  const draft = join(dir, DRAFT)
  remove(draft)
  const fd = fs.openSync(draft, 'wx', 0o644)
  try {
    writeAll(fd, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(draft, join(dir, name))
}

export const putRecord = (dir: string, record: CheckoutRecord): void =>
  putFile(dir, RECORD_FILE, JSON.stringify(record))
