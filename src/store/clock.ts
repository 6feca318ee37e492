import fs from 'node:fs'
import { join } from 'node:path'
import { refuseLinks } from './cache.ts'

/**
 * The time, in ns, of the clock that stamps the files of `folder`: that of a network drive may differ from this machine's. Where nothing can
 * be written there, this machine's. Makes the folder if the one above it is there.
 */
export function fileTime(folder: string): bigint {
  const file = join(folder, `.time.${process.pid}`)
  try {
    fs.mkdirSync(folder, { recursive: false })
  } catch {
    // It is there, or it can't be.
  }
  try {
    refuseLinks([folder])
    const fd = fs.openSync(file, 'wx')
    try {
      return fs.fstatSync(fd, { bigint: true }).mtimeNs
    } finally {
      fs.closeSync(fd)
      fs.rmSync(file, { force: true })
    }
  } catch {
    return BigInt(Date.now()) * 1_000_000n
  }
}
