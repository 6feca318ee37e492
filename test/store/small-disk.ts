import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const mounted: string[] = []
afterEach(() => {
  for (const dir of mounted.splice(0)) {
    execFileSync('umount', ['-l', dir])
    fs.rmSync(dir, { recursive: true })
  }
})

/** A file system in memory of so many MB, gone after the test. Only root may mount one. `leave` makes so many MB free. */
export function onSmallDisk(mb: number): { readonly dir: string; leave(mb: number): void } {
  const dir = fs.mkdtempSync(join(tmpdir(), 'aiship-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m`, 'tmpfs', dir])
  mounted.push(dir)
  return {
    dir,
    leave(left) {
      const filler = join(dir, 'filler')
      fs.rmSync(filler, { force: true })
      const { bavail, bsize } = fs.statfsSync(dir)
      const fd = fs.openSync(filler, 'w')
      try {
        for (let rest = bavail * bsize - left * 1_000_000; rest > 0; rest -= 1_000_000)
          fs.writeSync(fd, Buffer.alloc(Math.min(rest, 1_000_000), 1))
      } catch {
        // As full as can be.
      } finally {
        fs.closeSync(fd)
      }
    },
  }
}
