import { randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor, Finding } from '../../src/core/ports.ts'
import { AishipError, bundle, fsck, gc, openRegistry } from '../../src/index.ts'
import { share } from '../share.ts'
import { type Moment, type Outcome, runAiship } from './victim.ts'

// gc, repack and bundle at once, on one registry, killed at random moments: whatever was a version stays whole.

const KILLS = share(60)
const ANA: Actor = { name: 'ana', kind: 'human' }
/** What an interrupted command may leave. */
const LEFTOVERS = new Set(['tmpLeftover', 'hintStale', 'indexMissing', 'quarantined'])
const INPUT = { message: null, labels: [], allowSecrets: null }

const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))
let state = seed
/** xorshift32: the same choices for the same seed, as far as the machine's timing allows. */
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

let dir = ''
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-upkeep-'))
  mkdirSync(join(dir, 'data'))
  const yaml = `version: 1
app: app
components:
  model: {role: model-weights, path: model.bin, dedup: chunks}
  data: {role: dataset, path: data}
`
  writeFileSync(join(dir, 'aiship.yaml'), yaml)
  change(0)
  await bundle(await openRegistry({ dir, actor: ANA, create: true, yes: true }), INPUT)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const blocks = Array.from({ length: 16 }, (_, n) => Buffer.alloc(128 * 1024, `block ${n} `))

/** Content that shares much with what was before, and comes back now and then. */
function change(n: number): void {
  const order = blocks.map((_, i) => blocks[(i * 7 + (n % 5)) % blocks.length] as Buffer)
  writeFileSync(join(dir, 'model.bin'), Buffer.concat([...order, Buffer.from(`version ${n % 9}`)]))
  for (let file = 0; file < 12; file++)
    writeFileSync(join(dir, 'data', `${file}.txt`), `file ${file} of ${n % (file + 2)}\n`.repeat(50))
}

/** Everything in the registry is this much older: so that gc takes it, and deletes what lies in the trash. */
function age(folder: string, days: number): void {
  const at = join(dir, '.aiship', folder)
  for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' }).concat('')) {
    const time = Date.now() / 1000 - days * 24 * 3600
    utimesSync(join(at, name), time, time)
  }
}

async function findings(): Promise<readonly Finding[]> {
  try {
    return (await fsck(await openRegistry({ dir, actor: ANA }), { readData: true, repair: false })).data.findings
  } catch (error) {
    if (error instanceof AishipError && error.code === 'FINDINGS') return error.details.findings as readonly Finding[]
    throw error
  }
}

const WORDS = {
  bundle: ['bundle'],
  gc: ['gc', '--apply', '--yes', '--older-than', '0s'],
  repack: ['repack'],
} as const
type Verb = keyof typeof WORDS
const VERBS = Object.keys(WORDS) as Verb[]

/** Exit codes with which a command may end that was not killed: 5 and 11 when another one was faster. */
const ENDS = [0, 5, 11]

test(`${KILLS} kills of gc, repack and bundle, two at a time`, { timeout: 600_000 }, async () => {
  const took: Record<Verb, number[]> = { bundle: [300], gc: [300], repack: [300] }
  const counts = { killed: 0, ended: 0, busy: 0, rounds: 0 }
  const versions = join(dir, '.aiship/logs/versions/app')
  while (counts.killed < KILLS) {
    change(++counts.rounds)
    const pair = [VERBS[Math.floor(random() * 3)], VERBS[Math.floor(random() * 3)]] as readonly [Verb, Verb]
    const runs = pair.map(async (verb, i): Promise<Outcome> => {
      const longest = Math.max(...took[verb].slice(-5))
      const moment: Moment = i === 0 ? { kind: 'after-start', ms: random() * longest } : { kind: 'never' }
      const outcome = await runAiship(dir, WORDS[verb], moment, versions)
      if (!outcome.killed) took[verb].push(outcome.ms)
      return outcome
    })
    for (const { killed, code, stderr } of await Promise.all(runs)) {
      counts[killed ? 'killed' : code === 0 ? 'ended' : 'busy']++
      if (!killed) expect(ENDS, `seed ${seed}: ${stderr}`).toContain(code)
    }
    const found = await findings()
    expect(
      found.filter(({ id }) => !LEFTOVERS.has(id)),
      `seed ${seed}, round ${counts.rounds}: ${pair}`,
    ).toEqual([])
    if (random() < 0.2 && readdirSync(join(dir, '.aiship')).includes('trash')) age('trash', 8)
  }
  process.stdout.write(`seed ${seed}: ${JSON.stringify(counts)}, ${readdirSync(versions).length - 1} versions\n`)
  age('objects', 2)
  const ctx = await openRegistry({ dir, actor: ANA, yes: true })
  await gc(ctx, { apply: true, olderThanMs: 0 })
  expect((await gc(ctx, { apply: true, olderThanMs: 0 })).data).toMatchObject({ garbage: { objects: 0 }, restored: 0 })
  expect((await findings()).filter(({ id }) => !LEFTOVERS.has(id))).toEqual([])
})
