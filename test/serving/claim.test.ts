import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimFile, signFolder, sweepFolders } from '../../src/serving/claim.ts'
import { processName } from '../../src/serving/process.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-claim-'))
  file = join(dir, 'new', 'results')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A process that there was. */
const dead = () => JSON.stringify({ ...processName(process.pid), pid: spawnSync(process.execPath, ['-e', '']).pid })

test('one has it at a time, and after it the next; nothing is left', () => {
  const first = claimFile(file)
  expect(first.holder).toBe(null)
  const second = claimFile(file)
  expect(second.holder).toMatchObject({ pid: process.pid })
  second.release()
  expect(claimFile(file).holder).toMatchObject({ pid: process.pid })
  first.release()
  const third = claimFile(file)
  expect(third.holder).toBe(null)
  third.release()
  expect(readdirSync(join(dir, 'new'))).toEqual([])
})

test('what a killed process had is free, also where it was killed while it wrote that', () => {
  for (const left of [dead(), '', '{"pid":']) {
    mkdirSync(join(dir, 'new'), { recursive: true })
    writeFileSync(`${file}.claim-1`, left)
    const claim = claimFile(file)
    expect(claim.holder).toBe(null)
    expect(readdirSync(join(dir, 'new'))).toEqual(['results.claim-2'])
    claim.release()
  }
})

test('folders of killed processes go, and no others', () => {
  const made = (name: string, owner?: string): string => {
    mkdirSync(join(dir, name))
    if (owner !== undefined) writeFileSync(join(dir, name, 'owner'), owner)
    return join(dir, name)
  }
  const gone = made('run-a', dead())
  const others = [made('run-b'), made('run-c', 'nonsense'), made('other', dead())]
  const mine = made('run-d')
  signFolder(mine)
  symlinkSync(made('target', dead()), join(dir, 'run-e'))
  sweepFolders(dir, 'run-')
  expect(existsSync(gone)).toBe(false)
  for (const kept of [...others, mine, join(dir, 'target')]) expect(existsSync(kept)).toBe(true)
})
