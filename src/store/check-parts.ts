import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Finding, SelfCheck } from '../core/ports.ts'
import type { Copy } from './check-data.ts'
import type { Reader } from './check-read.ts'
import { storeError } from './errno.ts'
import type { Extent, Places } from './places.ts'

export type CheckOptions = Parameters<SelfCheck['check']>[0]

/** What the look at objects needs. */
export interface ObjectCheck {
  readonly root: string
  readonly options: CheckOptions
  readonly places: Places
  /** Null if bytes are not to be read. */
  readonly reader: Reader | null
}

export const unexpected = (subject: string, why: string): Finding => ({
  id: 'nameUnexpected',
  severity: 'warning',
  subject,
  message: `${subject} ${why}`,
})

/** What lies in a folder, in the order of the names; nothing where it is not there. */
export function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', folder)
  }
}

/** A copy of an object whose bytes are not the object's: harmless where another copy is sound. */
export async function damaged(check: ObjectCheck, digest: Digest, at: Extent, why: string): Promise<Finding> {
  const isTwice = await isElsewhere(check, digest, at)
  const more = isTwice ? '; another copy of it is sound' : ''
  const message = `object ${digest} ${why}${more}`
  return { id: 'objDigestMismatch', severity: isTwice ? 'warning' : 'error', subject: digest, message }
}

async function isElsewhere({ places, reader }: ObjectCheck, digest: Digest, at: Extent): Promise<boolean> {
  const others = copiesOf(places, digest).filter(
    ({ extents }) => !extents.some((extent) => extent.file === at.file && extent.offset === at.offset),
  )
  if (reader === null) return others.length > 0
  for (const other of others) if ((await reader.copies([other])).length === 0) return true
  return false
}

/** A table that can't be read is no copy; it has a finding of its own. */
function copiesOf(places: Places, digest: Digest): readonly Copy[] {
  try {
    return places.all(digest).map(({ extents }) => ({ digest, extents }))
  } catch {
    return []
  }
}
