import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { wantsJson } from '../../src/cli/flags.ts'
import type { Session } from '../cli/transcript.ts'
import { computedMs } from '../stopwatch.ts'
import { errorLines, expectManners, type Outcome } from './outcome.ts'

/** Most that a command may compute on a small project, in ms. */
const LIMIT_MS = 2000

/** Everything around a project that no command may touch: as one text, to compare. */
export interface Sentinel {
  /** Errors: an assertion, if anything but the registry and `out` is not as it was. */
  check(): void
}

/** Puts folders, files and a link beside the project, and remembers them, and the project itself if it is not to change. */
export function placeSentinel({ dir }: Session, { project } = { project: true }): Sentinel {
  const home = path.dirname(dir)
  const look = (): readonly string[] => lookAt(home, project)
  fs.mkdirSync(path.join(home, 'sentinel/deep'), { recursive: true })
  fs.writeFileSync(path.join(home, 'sentinel/precious.txt'), 'precious')
  fs.writeFileSync(path.join(home, 'sentinel/deep/x'), 'also precious')
  fs.rmSync(path.join(home, 'link'), { force: true })
  fs.symlinkSync('sentinel', path.join(home, 'link'))
  const before = look()
  return { check: () => expect(look()).toEqual(before) }
}

function lookAt(home: string, project: boolean): readonly string[] {
  const rows: string[] = []
  const walk = (folder: string): void => {
    for (const item of fs.readdirSync(path.join(home, folder), { withFileTypes: true })) {
      const name = path.join(folder, item.name)
      if (/^out/.test(name) || name === 'project/.aiship' || (name === 'project' && !project)) continue
      const at = path.join(home, name)
      const { ino, mode, size, mtimeNs } = fs.lstatSync(at, { bigint: true })
      // A folder's time and size change with what a checkout makes beside it and takes away.
      rows.push(item.isDirectory() ? `${name}/ ${ino} ${mode}` : `${name} ${ino} ${mode} ${size} ${mtimeNs}`)
      if (item.isDirectory()) walk(name)
    }
  }
  walk('.')
  return rows.sort()
}

/** A checkout has files and folders in it, and nothing that leads out of it. */
export function expectContained({ dir }: Session): void {
  const out = path.join(path.dirname(dir), 'out')
  if (!fs.existsSync(out)) return
  expect(execFileSync('find', [out, '!', '-type', 'f', '!', '-type', 'd'], { encoding: 'utf8' })).toBe('')
}

/** How often each exit code came. */
export const exits = new Map<number | null, number>()

/** Runs one command in this process, and expects what every command owes. Out: its exit code. */
export async function runWell(session: Session, words: readonly string[]): Promise<number | null> {
  const started = computedMs()
  const outcome = await session.aiship(words)
  const elapsed = computedMs() - started
  const said = JSON.stringify({ words, ...outcome }).slice(0, 2000)
  expect(elapsed, said).toBeLessThan(LIMIT_MS)
  expectManners(outcome)
  if (wantsJson(words)) expectDocument(outcome, said)
  else if (isRefusal(outcome)) {
    const lines = errorLines(outcome.stderr)
    expect(lines.length, said).toBeLessThanOrEqual(6)
    expect(lines.at(-1), said).toMatch(/^ {2}next {2}\S/)
  }
  exits.set(outcome.exit, (exits.get(outcome.exit) ?? 0) + 1)
  return outcome.exit
}

/** A command may have a result and another exit code than 0: doctor with a finding. */
const isRefusal = ({ exit, stdout }: Outcome): boolean => exit !== 0 && stdout === ''

function expectDocument({ exit, stdout, stderr }: Outcome, said: string): void {
  expect(stderr, said).toBe('')
  expect(stdout.trimEnd().split('\n'), said).toHaveLength(1)
  const { ok, error } = JSON.parse(stdout)
  if (ok === true) return
  expect(error, said).toMatchObject({ exit, next: expect.arrayContaining([expect.any(String)]) })
}
