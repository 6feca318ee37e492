import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyJournal } from '../../src/core/journal.ts'
import type { ApplyData, RemediationEntry } from '../../src/core/model.gen.ts'
import { remediationLog } from '../../src/core/remediation.ts'
import { openRegistry, remediateApprove } from '../../src/index.ts'
import { history } from '../../src/ops/logs.ts'
import { openJournal } from '../../src/store/journal.ts'
import { human } from '../ops/registry.ts'
import { type Effect, HOOK } from '../ops/remediate/desk.ts'
import { makePlans } from '../ops/remediate/plans.ts'
import { share } from '../share.ts'
import { bundled, run } from '../store/bundled.ts'

// A repair is killed again and again, at every place where it puts something down or sends something, and gone on with each time.

const REPAIRS = 12
const KILLS = share(20)
const ITEMS = 120
const AT_ONCE = 3

const POINTS = [
  ...[
    'before claim',
    'after claim',
    'before entry',
    'after entry',
    'before open',
    'mid open',
    'after open',
    'after start',
  ],
  ...['before hook', 'mid hook', 'after hook', 'before group', 'mid group', 'after group', 'before send', 'after send'],
  ...['after answers', 'before stage', 'mid stage', 'after stage'],
]
const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))
let state = seed | 1
/** xorshift32. */
function pick(most: number): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % most
}

const YAML = 'version: 1\napp: fraud\ncomponents:\n  model: {role: model-weights, path: model.bin}\n'
let home: string
let script: string
beforeAll(async () => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-killed-')))
  script = await bundled(join(import.meta.dirname, 'applier.ts'), home)
})
afterAll(() => fs.rmSync(home, { recursive: true, force: true, maxRetries: 10 }))

interface Killed {
  readonly effects: readonly Effect[]
  readonly keys: readonly string[]
  readonly kills: number
  readonly data: ApplyData
  /** By point. */
  readonly died: Readonly<Record<string, number>>
}

/** One repair, killed so often, then run to its end. */
async function killed(
  name: string,
  hookOptions: object,
  plan: readonly (readonly [string, number])[],
): Promise<Killed> {
  const dir = join(home, name)
  fs.mkdirSync(dir)
  fs.writeFileSync(join(dir, 'aiship.yaml'), YAML)
  const open = () => openRegistry({ dir, actor: human('ana'), create: true })
  const ctx = await open()
  const { planned } = makePlans(ctx.registry, () => ctx)
  const { plan: digest, work } = await planned(ITEMS, { each: 2 })
  await remediateApprove(await open(), { plan: digest, reason: null, diff: null, word: null })
  const file = join(dir, 'effects.jsonl')
  const hook = JSON.stringify([process.execPath, HOOK, file, JSON.stringify(hookOptions)])
  const effects = (): readonly Effect[] =>
    fs.existsSync(file)
      ? fs
          .readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Effect)
      : []
  const keys = work.map(({ key }) => key)
  const died: Record<string, number> = {}
  for (const [point, count] of plan) {
    const ran = await run(script, [dir, digest, hook, point, String(count)])
    if (ran.code === 0) break
    expect(ran.stderr, `${point} ${count}`).toBe('')
    died[point] = (died[point] ?? 0) + 1
    // Never an effect without an intent, and never an intent without an approval of that diff.
    const top = join(dir, '.aiship')
    const journal = openJournal(top, join(top, 'remediations', ctx.registry.id, 'fraud', digest.slice(7)))
    const said = emptyJournal(ITEMS)
    if (journal.exists) journal.read((line, at) => said.add(line, at))
    journal.close()
    for (const { key } of effects()) expect(said.triesOf(keys.indexOf(key))).toBeGreaterThan(0)
  }
  const ran = await run(script, [dir, digest, hook, 'never'])
  expect(ran.stderr).toBe('')
  const entries: RemediationEntry[] = []
  for await (const entry of history(await open(), remediationLog('fraud', digest))) entries.unshift(entry)
  const runs = entries.filter(
    ({ generation, action }) => generation !== null && action !== 'stage' && action !== 'closed',
  )
  expect(runs.map(({ generation }) => generation)).toEqual(runs.map((_, i) => i + 1))
  for (const entry of runs)
    expect(entries[(entry.approval ?? 0) - 1]).toMatchObject({ action: 'approved', diff: entry.diff })
  const kills = Object.values(died).reduce((sum, n) => sum + n, 0)
  return { effects: effects(), keys, kills, data: JSON.parse(ran.stdout) as ApplyData, died }
}

/** Each point in turn, after a while or at once; some of them come by often. */
function planOf(repair: number): readonly (readonly [string, number])[] {
  return Array.from({ length: KILLS }, (_, i) => {
    const point = POINTS[(i * 7 + repair) % POINTS.length] as string
    const isOften = /group|send|answers/.test(point)
    return [point, isOften ? 1 + pick(point.endsWith('group') ? 2 : 12) : 1] as const
  })
}

test(`${REPAIRS} repairs killed ${KILLS} times each end with each effect once`, { timeout: 300_000 }, async () => {
  let [kills, next] = [0, 0]
  const died: Record<string, number> = {}
  const works = Array.from({ length: AT_ONCE }, async () => {
    for (let repair = next++; repair < REPAIRS; repair = next++) {
      // Some hooks are still at it when the next run begins: it has to wait for them.
      const found = await killed(
        `honest-${repair}`,
        repair % 3 === 0 ? { lingers: 150, slow: 1 } : { undo: true },
        planOf(repair),
      )
      expect(found.effects.map(({ key }) => key).sort()).toEqual([...found.keys].sort())
      expect(found.data).toMatchObject({ step: 'closed', counts: { not_sent: 0, in_doubt: 0, failed: 0 } })
      kills += found.kills
      for (const [point, n] of Object.entries(found.died)) died[point] = (died[point] ?? 0) + n
      // Each entity's items in their order: the work has two of each, neighbours.
      const order = new Map(found.effects.map(({ key }, i) => [key, i]))
      for (let i = 0; i < found.keys.length; i += 2)
        expect(order.get(found.keys[i] as string)).toBeLessThan(order.get(found.keys[i + 1] as string) as number)
    }
  })
  await Promise.all(works)
  process.stdout.write(`seed ${seed}: ${kills} kills, ${JSON.stringify(died)}\n`)
  expect(kills).toBeGreaterThan((REPAIRS * KILLS) / 2)
})

test('with a hook that does not look at keys the same ends with effects done twice, and that is seen', {
  timeout: 60_000,
}, async () => {
  const plan = Array.from({ length: 4 }, () => ['after send', 3] as const)
  const { effects, keys } = await killed('ignorant', { ignoresKeys: true }, plan)
  expect(new Set(effects.map(({ key }) => key))).toEqual(new Set(keys))
  expect(effects.length).toBeGreaterThan(keys.length)
})
