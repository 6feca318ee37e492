import fs from 'node:fs'
import type { Finding } from '../core/ports.ts'

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
  if (!fs.existsSync(folder)) return []
  return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
}
