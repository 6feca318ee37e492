import fs from 'node:fs'
import { hasCode } from '../core/errors.ts'
import type { Finding } from '../core/ports.ts'
import { storeError } from './errno.ts'

export interface CheckOptions {
  readonly readData: boolean
  readonly repair: boolean
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
