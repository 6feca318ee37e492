import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor, Finding } from '../../src/core/ports.ts'
import { AishipError, fsck, openRegistry } from '../../src/index.ts'
import { share } from '../share.ts'
import { type Moment, type Outcome, runAiship } from './victim.ts'

/** So many that some of them meet files in tmp/. */
const KILLS = Math.max(9, share(60))
const FILES = 700
const LARGE = 36 * 1024 * 1024
const ANA: Actor = { name: 'ana', kind: 'human' }
/** What an interrupted bundle may leave. */
const LEFTOVERS = new Set(['tmpLeftover', 'hintStale', 'indexMissing', 'labelMissing'])

let dir = ''
let seed = Number(process.env.AISHIP_SEED ?? Date.now() % 2 ** 31) | 1
/** xorshift32. */
function random(): number {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) / 2 ** 32
}

/** Of so many files and so large ones that threads pack, copy, hash and compare them. */
function change(n: number): void {
  for (let file = 0; file < FILES; file++)
    writeFileSync(join(dir, 'data', `${file}.json`), JSON.stringify({ file, round: file % 3 === 0 ? n : 0 }))
  const block = createHash('sha512').update('large').digest()
  const bytes = Buffer.alloc(LARGE, block)
  bytes.write(`round ${n}`, (n * 977_777) % LARGE)
  writeFileSync(join(dir, 'model.bin'), bytes)
  writeFileSync(join(dir, 'middle.bin'), Buffer.alloc(3_000_000, `${n % 2} and so on`))
}

async function findings(): Promise<readonly Finding[]> {
  const ctx = await openRegistry({ dir, actor: ANA })
  try {
    return (await fsck(ctx, { readData: true, repair: false })).data.findings
  } catch (error) {
    if (error instanceof AishipError && error.code === 'FINDINGS') return error.details.findings as readonly Finding[]
    throw error
  }
}

const bundle = (moment: Moment): Promise<Outcome> =>
  runAiship(dir, ['bundle'], moment, join(dir, '.aiship', 'logs', 'versions', 'app'))

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-threads-'))
  mkdirSync(join(dir, 'data'))
  writeFileSync(
    join(dir, 'aiship.yaml'),
    `version: 1
app: app
components:
  model: {role: model-weights, path: model.bin}
  middle: {role: embedding-index, path: middle.bin}
  data: {role: dataset, path: data}
`,
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test(`${KILLS} kills while threads pack and copy: the registry stays whole, and the next bundle goes through`, {
  timeout: 600_000,
}, async () => {
  process.stdout.write(`seed ${seed}\n`)
  change(0)
  const took: number[] = []
  for (let n = 0; n < 3; n++) {
    change(n)
    const { code, ms, stderr } = await bundle({ kind: 'never' })
    expect(code, stderr).toBe(0)
    took.push(ms)
  }
  const whole = took.sort((a, b) => a - b)[1] as number
  let [killed, inTmp] = [0, 0]
  for (let n = 3; killed < KILLS; n++) {
    change(n)
    const outcome = await bundle({ kind: 'after-start', ms: random() * whole })
    if (!outcome.killed) continue
    killed++
    const left = readdirSync(join(dir, '.aiship', 'tmp'))
    if (left.length > 0) inTmp++
    if (killed % 3 === 0) {
      expect((await findings()).filter(({ id }) => !LEFTOVERS.has(id))).toEqual([])
      const again = await bundle({ kind: 'never' })
      expect([again.code, again.printed?.ok], again.stderr).toEqual([0, true])
      expect((await findings()).filter(({ id }) => !LEFTOVERS.has(id))).toEqual([])
    }
    // Sixty copies of a large file would fill a small disk before the day after which they are swept.
    for (const name of left) rmSync(join(dir, '.aiship', 'tmp', name), { force: true })
  }
  expect(inTmp).toBeGreaterThan(0)
  process.stdout.write(`${killed} kills within ${whole.toFixed(0)} ms, ${inTmp} of them with files in tmp/\n`)
})
