import { describe, expect, test } from 'vitest'
import { makeProgress } from '../../src/cli/progress.ts'

const MB = 1_000_000

/** What is written when `steps` are shown: [ms since the start, bytes done, work]. */
function written(
  steps: readonly (readonly [ms: number, done: number, what?: string])[],
  {
    isTTY = true,
    total = (1000 * MB) as number | null,
    unit = 'bytes' as 'bytes' | 'files',
    isOn = true,
    columns = 100,
  } = {},
): string[] {
  const lines: string[] = []
  const progress = makeProgress({ write: (text) => void lines.push(text), isTTY, columns }, new Date(0), isOn)
  for (const [ms, done, what = 'checking out'] of steps)
    progress.show({ type: 'progress', what, done, total, unit }, new Date(ms))
  return lines.filter((line) => line !== '\r\u001b[K')
}

describe('on a terminal', () => {
  test('nothing is shown for 300 ms, then a line every 100 ms, with rate and time left', () => {
    expect(
      written([
        [0, 0],
        [200, 10 * MB],
        [600, 60 * MB],
        [650, 65 * MB],
        [1000, 100 * MB],
      ]),
    ).toEqual([
      'checking out: 60.0 MB of 1.0 GB, 6 %, 100.0 MB/s, 9 s left',
      'checking out: 100.0 MB of 1.0 GB, 10 %, 100.0 MB/s, 9 s left',
    ])
  })

  test('a rate is in whole bytes', () => {
    const steps = [
      [0, 0],
      [700, 100],
    ] as const
    expect(written(steps, { total: 200 }).at(-1)).toContain(', 143 B/s, ')
  })

  test('rate and time left are those of the work, not of the command', () => {
    expect(
      written([
        [5000, 0],
        [6000, 200 * MB],
      ]).at(-1),
    ).toBe('checking out: 200.0 MB of 1.0 GB, 20 %, 200.0 MB/s, 4 s left')
    expect(
      written([
        [1000, 0, 'reading'],
        [2000, 500 * MB, 'reading'],
        [2500, 0],
        [3500, 10 * MB],
      ]).at(-1),
    ).toBe('checking out: 10.0 MB of 1.0 GB, 1 %, 10.0 MB/s, 99 s left')
  })

  test.each([
    [90, '10 s'],
    [10, '99 s'],
    [5, '3 min'],
    [1, '17 min'],
    [0.1, '3 h'],
  ])('at %d MB a second, %s are left', (rate, left) => {
    const [line] = written([
      [0, 0],
      [1000, rate * MB],
    ]).slice(-1)
    expect(line).toContain(`${left} left`)
  })

  test('a total that is not known, or was too small, gives no time', () => {
    const steps = [
      [0, 0],
      [1000, 10 * MB],
    ] as const
    expect(written(steps, { total: null }).at(-1)).toBe('checking out: 10.0 MB, 10.0 MB/s')
    expect(written(steps, { total: MB }).at(-1)).toBe('checking out: 10.0 MB of 1.0 MB, 100 %, 10.0 MB/s')
    expect(written(steps, { total: 20 * MB, unit: 'files' }).at(-1)).toBe(
      'checking out: 10000000 of 20000000, 50 %, 1 s left',
    )
  })

  test('a line is no longer than the terminal is wide', () => {
    expect(written([[400, 10 * MB]], { columns: 20 }).at(-1)).toHaveLength(19)
  })
})

test('elsewhere a line comes every 10 s', () => {
  const steps = Array.from({ length: 31 }, (_, second) => [second * 1000, second * MB] as const)
  expect(written(steps, { isTTY: false })).toEqual([
    'checking out: 10.0 MB of 1.0 GB, 1 %, 1.0 MB/s, 17 min left\n',
    'checking out: 20.0 MB of 1.0 GB, 2 %, 1.0 MB/s, 16 min left\n',
    'checking out: 30.0 MB of 1.0 GB, 3 %, 1.0 MB/s, 16 min left\n',
  ])
  expect(written(steps, { isOn: false })).toEqual([])
})

test('the line goes before a question, and does not come back when all is over', () => {
  const lines: string[] = []
  const progress = makeProgress({ write: (text) => void lines.push(text), isTTY: true, columns: 80 }, new Date(0), true)
  const step = (ms: number): void =>
    progress.show({ type: 'progress', what: 'looking', done: ms, total: null, unit: 'files' }, new Date(ms))
  step(400)
  progress.beside.write('Sure? [y/N] ')
  expect(lines.slice(-2)).toEqual(['\r\u001b[K', 'Sure? [y/N] '])
  step(800)
  progress.end()
  const before = lines.length
  step(1200)
  expect([lines.at(-1), lines.length]).toEqual(['\r\u001b[K', before])
})
