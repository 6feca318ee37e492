import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sortLines } from '../../src/ops/sorted-lines.ts'
import { openTape } from '../../src/serving/tape.ts'
import { drawer } from '../draw.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-tape-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('more lines than are held at once come in order, and nothing is left but the tape', async () => {
  const next = drawer(3)
  const tapes = { tape: (name: string, isNew = false) => openTape(join(dir, name), isNew) }
  const sorted = sortLines(tapes, 'run')
  const keys = Array.from({ length: 120_000 }, () => String(Math.floor(next() * 1e6)))
  for (const [i, key] of keys.entries()) sorted.add([key, String(i)], `${key} ${i}\n`)
  const out = tapes.tape('out', true)
  await sorted.end(out)
  sorted.drop()
  const order = [...keys.entries()].sort(([i, a], [j, b]) =>
    a === b ? (String(i) < String(j) ? -1 : 1) : a < b ? -1 : 1,
  )
  expect(readFileSync(out.path, 'utf8')).toBe(order.map(([i, key]) => `${key} ${i}\n`).join(''))
  expect(out.lines).toBe(120_000)
})

test('a tape goes on after its last whole line, and nobody else can read it', () => {
  const file = join(dir, 'deep/tape')
  openTape(file, false).append('one\ntwo\n', 2)
  writeFileSync(file, 'thr\0\0', { flag: 'a' })
  const again = openTape(file, false)
  expect(again.lines).toBe(2)
  again.append('three\n', 1)
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o077]).toEqual(['one\ntwo\nthree\n', 0])
  expect(openTape(file, true).lines).toBe(0)
})
