import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hexOf } from '../../src/core/digest.ts'
import type { Digest } from '../../src/index.ts'
import { spawnAiship, startAiship } from '../hostile/outcome.ts'
import { makeRepair, type Repair } from '../predictions/repair.ts'

// A replay that is killed, or finds the disk full, loses nothing that it has done, and ends with the same bytes.

const ITEMS = 1500
let repair: Repair
let results: string

beforeEach(async () => {
  repair = await makeRepair()
  const bad = await repair.program(`return { label: input.amount < 50 ? 'block' : 'allow', score: 0.5 }`)
  await repair.program(
    `await new Promise((r) => setTimeout(r, 1)); return { label: input.amount < 20 ? 'block' : 'allow', score: 0.5, action: 'x'.repeat(200) }`,
  )
  const decision = (i: number) => ({ input: { amount: i % 90 }, label: i % 90 < 50 ? 'block' : 'allow', score: 0.5 })
  await repair.decided(bad, Object.fromEntries(Array.from({ length: ITEMS }, (_, i) => [`r${i}`, decision(i)])))
  const { plan } = await repair.plan()
  results = join(repair.dir, '.aiship/cache/replay', `${hexOf(plan as Digest)}-results`)
}, 30_000)
afterEach(() => repair.end())

const WORDS = ['remediate', 'replay', '@last', '--control', '5', '--json']
const data = (stdout: string): Record<string, unknown> => JSON.parse(stdout).data

test('killed twice, it goes on where it was', async () => {
  let seen = 0
  for (let kill = 0; kill < 2; kill++) {
    const outcome = await startAiship(WORDS, repair.dir, (child) => {
      const look = setInterval(() => {
        if (!existsSync(results) || statSync(results).size <= seen) return
        seen = statSync(results).size
        child.kill('SIGKILL')
      }, 2)
      child.on('exit', () => clearInterval(look))
    })
    expect(outcome.signal === 'SIGKILL' || outcome.exit === 0).toBe(true)
  }
  const last = spawnAiship(WORDS, repair.dir)
  expect(data(last.stdout)).toMatchObject({ items: ITEMS, decided: ITEMS, errors: 0 })
  const whole = spawnAiship([...WORDS, '--again'], repair.dir)
  expect(data(whole.stdout)).toMatchObject({ replay: data(last.stdout).replay, resumed: 0 })
  expect(existsSync(results)).toBe(false)
}, 120_000)

test('on a full disk it stops, says so, and keeps what it has', async () => {
  // A limit on the size of files fails as a full disk does.
  const full = spawnAiship(WORDS, repair.dir, { before: 'ulimit -f 256' })
  expect(full.exit).toBe(8)
  expect(JSON.parse(full.stdout).error.code).toBe('DISK_FULL')
  expect(statSync(results).size).toBeGreaterThan(0)
  const { resumed, decided } = data(spawnAiship(WORDS, repair.dir).stdout)
  expect(resumed).toBeGreaterThan(0)
  expect(decided).toBe(ITEMS)
}, 120_000)
