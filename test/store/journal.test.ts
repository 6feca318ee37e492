import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { JournalLine } from '../../src/core/model.gen.ts'
import { openJournal } from '../../src/store/journal.ts'
import { onSmallDisk } from './small-disk.ts'

let top: string
let dir: string
beforeEach(() => {
  top = join(fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-journal-'))), '.aiship')
  dir = join(top, 'remediations', 'r', 'app', 'plan')
})
afterEach(() => fs.rmSync(join(top, '..'), { recursive: true }))

const group = (...sent: readonly number[]): JournalLine => ({ t: 'group', sent, acks: [] })

function read(at = dir) {
  const journal = openJournal(top, at)
  const lines: JournalLine[] = []
  journal.read((line) => lines.push(line))
  return { journal, lines }
}

describe('a journal on disk', () => {
  test('has what was appended, whoever opens it next, and nobody else may read it', () => {
    const { journal } = read()
    expect(journal.append([group(0), group(1)])[0]).toBe(0)
    journal.close()
    const { journal: again, lines } = read()
    expect(lines).toEqual([group(0), group(1)])
    const [at] = again.append([group(2)])
    expect(again.lineAt(at as number)).toEqual(group(2))
    again.close()
    expect(read().lines).toEqual([group(0), group(1), group(2)])
    expect(fs.statSync(join(dir, 'journal.jsonl')).mode & 0o777).toBe(0o600)
    expect(fs.statSync(dir).mode & 0o777).toBe(0o700)
    expect(fs.readFileSync(join(top, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test.each([
    ['torn', (file: string) => fs.truncateSync(file, fs.statSync(file).size - 5)],
    ['filled with zeros', (file: string) => fs.appendFileSync(file, Buffer.alloc(4096))],
    ['half a line and zeros', (file: string) => fs.appendFileSync(file, `${'a'.repeat(16)} {"t":"gro\0\0\0`)],
  ])('whose tail is %s goes on after the last whole line', (_, damage) => {
    const { journal } = read()
    journal.append([group(0)])
    journal.append([group(1)])
    journal.close()
    damage(join(dir, 'journal.jsonl'))
    const before = read()
    const whole = before.lines.length
    // A look changes nothing: only the one that writes cuts.
    const size = fs.statSync(join(dir, 'journal.jsonl')).size
    before.journal.close()
    expect(fs.statSync(join(dir, 'journal.jsonl')).size).toBe(size)
    const { journal: again } = read()
    again.append([group(7)])
    again.close()
    expect(read().lines).toEqual([...[group(0), group(1)].slice(0, whole), group(7)])
    expect(whole).toBeGreaterThan(0)
  })

  test('is not there before something is put down, and remembers which runs are its own', () => {
    const journal = openJournal(top, dir)
    expect(journal.exists).toBe(false)
    expect(journal.hasClaim('op-1')).toBe(false)
    journal.claim('op-1')
    expect(openJournal(top, dir).hasClaim('op-1')).toBe(true)
    expect(openJournal(top, dir).hasClaim('op-2')).toBe(false)
    expect(journal.exists).toBe(false)
  })

  test('of another machine takes its place', async () => {
    const { journal } = read()
    journal.append([group(0)])
    journal.close()
    const bytes = fs.readFileSync(journal.path)
    const other = openJournal(top, join(top, 'remediations', 'r', 'app', 'other'))
    await other.replace(
      (async function* () {
        yield bytes.subarray(0, 9)
        yield bytes.subarray(9)
      })(),
    )
    expect(read(join(top, 'remediations', 'r', 'app', 'other')).lines).toEqual([group(0)])
  })

  test('is not written through a link that somebody has put there', () => {
    fs.mkdirSync(top, { recursive: true })
    fs.symlinkSync(tmpdir(), join(top, 'remediations'))
    expect(() => read()).toThrow(/is a link/)
  })

  test.skipIf(process.getuid?.() !== 0)('on a full disk keeps what it had, and goes on when there is room', () => {
    const disk = onSmallDisk(4)
    const at = join(disk.dir, '.aiship')
    const open = () => {
      const journal = openJournal(at, join(at, 'x'))
      const lines: JournalLine[] = []
      journal.read((line) => lines.push(line))
      return { journal, lines }
    }
    const { journal } = open()
    journal.append([group(0)])
    disk.leave(0)
    const large: JournalLine = { t: 'group', sent: Array.from({ length: 200_000 }, (_, i) => i), acks: [] }
    let error: unknown = null
    try {
      journal.append([large])
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AishipError)
    expect((error as AishipError).code).toBe('DISK_FULL')
    expect(open().lines).toEqual([group(0)])
    disk.leave(3)
    journal.append([group(1)])
    journal.close()
    expect(open().lines).toEqual([group(0), group(1)])
  })
})
