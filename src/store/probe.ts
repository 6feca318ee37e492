import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Fact } from '../core/ports.ts'
import { remove } from './durable.ts'

/** git's version, or null where there is none. */
export function gitVersion(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('git', ['--version'], { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim()) : null),
    )
  })
}

/** Tries in the place of a registry, or where it would be made, what a registry does: write, link, make durable. Leaves nothing there. */
export function probePlace(registry: string): readonly Fact[] {
  let dir = path.resolve(registry)
  while (!fs.existsSync(dir) && dir !== path.dirname(dir)) dir = path.dirname(dir)
  const isThere = dir === path.resolve(registry)
  const place = isThere && fs.existsSync(path.join(dir, 'tmp')) ? path.join(dir, 'tmp') : dir
  const trial = path.join(place, `.aiship-trial-${process.pid}`)
  const facts: Fact[] = []
  const attempt = (id: string, pass: string, fail: string, work: () => void): boolean => {
    try {
      work()
      facts.push({ id, ok: true, why: pass })
      return true
    } catch (error) {
      facts.push({ id, ok: false, why: `${fail}: ${error instanceof Error ? error.message : String(error)}` })
      return false
    }
  }
  try {
    const isWritable = attempt('registry-writable', `${dir} can be written`, `${dir} cannot be written`, () =>
      fs.writeFileSync(trial, 'trial', { flag: 'wx' }),
    )
    if (!isWritable) return facts
    attempt(
      'registry-links',
      'hard links work there',
      'hard links do not work there, so pointers cannot be moved',
      () => fs.linkSync(trial, `${trial}-2`),
    )
    attempt(
      'registry-fsync',
      'what is written there can be made durable',
      'what is written there cannot be made durable',
      () => syncBoth(trial, place),
    )
    return facts
  } finally {
    for (const file of [trial, `${trial}-2`]) remove(file)
  }
}

function syncBoth(file: string, folder: string): void {
  for (const one of process.platform === 'win32' ? [file] : [file, folder]) {
    const fd = fs.openSync(one, one === file ? 'r+' : 'r')
    try {
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  }
}
