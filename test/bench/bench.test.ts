import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aiship } from './aiship.ts'
import { prepareChange } from './change.ts'
import { storedFigure, TASKS, taskId, timeFigures } from './figures.ts'
import { PEERS } from './peers.ts'
import { OPENSSL, PLAIN } from './plain.ts'
import type { Program } from './program.ts'
import { newRecord, type Record } from './record.ts'
import { reportWork, tally } from './report.ts'
import { CHANGES, digestOfFolder, keptSets, makeChange, makeSet, QUICK, type Size } from './work.ts'

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-bench-test-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** The bytes of the work are part of what is measured: other bytes are another bench. */
const DIGESTS = {
  big: '78d5ed04f978227bdc394197606e9f8386335e76849ff664e932a0af769132b1',
  small: '531e82f401d8e1c4eaf85e0885becb766cf84161efb882e50cd104b0fca34c64',
  insert: '2c5fee2cfb460cc3ef79fd71773a0324190084f5ef101232773e3f2eba27e9dc',
  header: 'f1f1959a21d6ed688c17bc2eb3e00e2ec2fee1de0bb6d5f3ff0cdadc553a0eb4',
  pages: 'fe3278293072629ef8ec00a68d207078fcf98a1975ee42d93ae621c243a3215f',
  files: '17e8e216e3473951698ec16f8a9072d4442d91d140bb3c21805f7f2e1481ab66',
}

describe('the work', () => {
  test.each(['big', 'small'] as const)('%s and its changes are the same bytes every time', (set) => {
    const data = path.join(folder, set)
    makeSet(set, data, QUICK)
    const found = { [set]: digestOfFolder(data).digest }
    for (const change of CHANGES[set]) {
      makeChange(change, data, path.join(folder, change), QUICK)
      found[change] = digestOfFolder(path.join(folder, change)).digest
    }
    expect(DIGESTS).toMatchObject(found)
  })

  const tiny: Size = { file: 2 ** 20, insert: 2 ** 14, files: 200, folders: 10 }

  test('is kept from run to run, and made again for another size', () => {
    const kept = path.join(folder, 'kept')
    const { small } = keptSets(kept, tiny)
    fs.writeFileSync(path.join(small, 'mark'), '')
    keptSets(kept, tiny)
    expect(fs.existsSync(path.join(small, 'mark'))).toBe(true)
    keptSets(kept, { ...tiny, files: 100 })
    expect(fs.readdirSync(small, { recursive: true }).filter((file) => String(file).includes('.'))).toHaveLength(100)
  })

  test.each(['big', 'small'] as const)(
    '%s: a change can be made and taken back, and leaves the other files alone',
    (set) => {
      const data = path.join(folder, `${set}-changing`)
      makeSet(set, data, tiny)
      const times = () =>
        new Map(files(data).map((file) => [file, fs.statSync(path.join(data, file), { bigint: true }).ctimeNs]))
      const [before, stats] = [digestOfFolder(data).digest, times()]
      for (const name of CHANGES[set]) {
        const change = prepareChange(name, data, path.join(folder, `${set}-aside`), tiny)
        change.apply()
        expect(digestOfFolder(data).digest).not.toBe(before)
        const now = times()
        for (const [file, ctime] of stats) if (!change.paths.includes(file)) expect(now.get(file)).toBe(ctime)
        change.revert()
        change.revert()
        expect(digestOfFolder(data).digest).toBe(before)
      }
    },
  )
})

const files = (root: string): string[] =>
  fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => fs.statSync(path.join(root, file)).isFile())

/** A record in which each program ran W1 three times; `ms` are its medians. */
function recordOf(ms: { readonly [program: string]: number }): Record {
  const record = newRecord({ rounds: 3, patience: 1, wait: 0, say: () => undefined })
  const task = TASKS.find(({ work }) => work === 'W1') as (typeof TASKS)[number]
  const rows = Object.entries(ms).map(([program, median]) => ({
    program,
    failure: null,
    samples: [median - 5, median, median + 9].map((one) => ({
      ms: one,
      cpu: 70,
      peak: 2e8,
      stored: 4096,
      cache: 0,
      trees: 0,
    })),
  }))
  record.rows.set(taskId(task), rows)
  return record
}

describe('the table', () => {
  const [openssl, restic] = [PLAIN, PEERS].map((all) =>
    all.find(({ name }) => name === OPENSSL || name === 'restic'),
  ) as [Program, Program]

  test('says of a peer that is absent that it is not installed', () => {
    const report = reportWork(
      recordOf({ aiship: 100 }),
      'W1',
      new Map([
        [aiship, '1.0'],
        [restic, null],
      ]),
    )
    expect(report).toMatch(/\| W1 +\| restic +\| not installed \|/)
  })

  test('has ratios of medians, and the limit of each beside it', () => {
    const versions = new Map([
      [aiship, '1.0'],
      [openssl, '3.0'],
      [restic, '0.14'],
    ])
    const report = reportWork(recordOf({ aiship: 120, [OPENSSL]: 80, restic: 1000 }), 'W1', versions)
    expect(report).toMatch(
      /\| openssl dgst -sha256 3\.0 +\| 0\.080 +\| 3: 0\.075–0\.089 +\| 0\.07 +\| 1\.50 +\| 1\.2: MISS +\|/,
    )
    expect(report).toMatch(/\| restic 0\.14: backup +\| 1\.00 +\|.+\| 0\.12 +\| 0\.5: ok +\|/)
    expect(report).toContain('200 (300: ok)')
    expect(tally(report)).toBe('2 of 3 figures met, 1 missed')
  })

  test('shows a failure where a time would be', () => {
    const record = recordOf({ aiship: 120, [OPENSSL]: 80 })
    for (const row of record.rows.values())
      Object.assign(row[0] as object, { samples: [], failure: 'failed: ended with 2' })
    const report = reportWork(
      record,
      'W1',
      new Map([
        [aiship, '1.0'],
        [openssl, '3.0'],
      ]),
    )
    expect(report).toMatch(/\| aiship 1\.0: bundle +\| failed: ended with 2 \|/)
    expect(report).toContain('1.2: not measured')
  })
})

test('every task has a figure of time, save the hard links of many files', () => {
  const without = TASKS.filter((task) => timeFigures(task).length === 0).map(taskId)
  expect(without).toEqual(['W5/W2, --link'])
})

test('the bytes of a change have a limit', () => {
  const limits = TASKS.filter(({ work }) => work === 'W4').map((task) => storedFigure(task, { size: 0, changed: 100 }))
  expect(limits).toEqual([
    { files: 110.00000000000001 },
    { files: 2 ** 20 },
    { files: 'restic' },
    { files: 110.00000000000001, trees: 3 * 2 ** 20 },
  ])
})
