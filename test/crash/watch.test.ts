import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PointerEntry } from '../../src/core/model.gen.ts'
import type { Registry } from '../../src/core/ports.ts'
import { evidenceIn } from '../../src/ops/watch-replay.ts'
import { drawer } from '../draw.ts'
import { automation } from '../ops/registry.ts'
import { BROKEN, GUARDED, HEALTHY, type Scene, SILENT, scene, type World } from '../ops/watch/scene.ts'
import { share } from '../share.ts'

// A watch that is killed at any moment, and started again: what it has done is done once, and what it could not tell is never taken for a pass.

const KILLS = share(200)
const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))

class Killed extends Error {}

/** A process that dies at its n-th question to the registry: just before what it asks for is done, or just after; from then on it asks nothing. */
function mortal() {
  let left = Number.POSITIVE_INFINITY
  let isAfter = false
  const die = (): never => {
    left = 0
    throw new Killed()
  }
  const guard =
    <A extends readonly unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left <= 0) die()
      left -= 1
      if (left >= 1) return act(...args)
      if (!isAfter) die()
      await act(...args)
      return die()
    }
  const wrap = (registry: Registry): Registry => {
    const { objects, logs } = registry
    return {
      ...registry,
      objects: {
        ...objects,
        has: guard((digests) => objects.has(digests)),
        size: guard((digest) => objects.size(digest)),
        batch: async () => {
          const batch = await objects.batch()
          return { ...batch, bytes: guard((bytes) => batch.bytes(bytes)), flush: guard(() => batch.flush()) }
        },
      },
      logs: {
        ...logs,
        tip: guard((log) => logs.tip(log)),
        read: guard((log, seq) => logs.read(log, seq)),
        append: guard((log, seq, bytes) => logs.append(log, seq, bytes)),
      },
    }
  }
  return {
    wrap,
    dieAt: (count: number, after: boolean): void => {
      left = count
      isAfter = after
    },
    revive: (): void => {
      left = Number.POSITIVE_INFINITY
    },
  }
}

/** Now and then nobody answers for a window. */
const flapping = (world: World, next: () => number): World => {
  const silent = new Set<number>()
  const heard = new Set<number>()
  return {
    answer(question, sides, window) {
      if (!heard.has(window.from) && next() < 0.3) silent.add(window.from)
      heard.add(window.from)
      return (silent.has(window.from) ? SILENT : world).answer(question, sides, window)
    },
  }
}

const FOR_MS = 13 * 60_000
/** Fewer looks until the end, and so more kills in the same time. */
const SLOW = GUARDED.replace('interval: 10s', 'interval: 30s')
const STEPS = { steps: '5%,25%,100%', hold: '1m', deadline: '12m' }

/** Watches to the end, whatever kills it; `dies` says when it is killed next, null never. */
async function watchOn(
  { watch }: Scene,
  life: ReturnType<typeof mortal>,
  dies: () => number | null,
  next: () => number,
) {
  let kills = 0
  for (let run = 0; run < 50; run++) {
    const at = dies()
    if (at !== null) life.dieAt(at, next() < 0.5)
    try {
      const { data } = await watch({ forMs: FOR_MS })
      life.revive()
      return { kills, data }
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      kills++
      life.revive()
    }
  }
  throw new Error('it never came to an end')
}

/** Each entry of a watch names what it judged: the entry before it, and nothing else does; what goes forward was a pass, and what goes back was not. */
async function checkMoves({ stage }: Scene, entries: readonly PointerEntry[]): Promise<void> {
  const judged = new Set<string>()
  for (const entry of entries.filter(({ actor }) => actor.name === 'cron')) {
    const found = await evidenceIn(stage.context(automation('test')), entry)
    if (entry.action === 'abort' && found === null) {
      expect(entry.reason).toMatch(/^the deadline/)
      continue
    }
    expect(found?.evidence.judged).toEqual({ seq: entry.seq - 1, entry: entry.prev })
    expect(judged.has(entry.prev as string)).toBe(false)
    judged.add(entry.prev as string)
    const forward = entry.action === 'step' || entry.action === 'complete'
    expect([entry.action, found?.evidence.verdict.verdict]).toEqual([entry.action, forward ? 'pass' : 'fail'])
  }
}

const WORLDS = {
  healthy: () => HEALTHY,
  broken: () => BROKEN,
  silent: () => SILENT,
  flapping: (next: () => number) => flapping(HEALTHY, next),
}

test(`killed at ${KILLS} random points (AISHIP_SEED=${seed}), a watch does everything once, and nothing on what it can't tell`, async () => {
  const names = Object.keys(WORLDS) as (keyof typeof WORLDS)[]
  let kills = 0
  for (let n = 0; kills < KILLS; n++) {
    const name = names[n % names.length] as keyof typeof WORLDS
    const next = drawer(seed + n)
    const life = mortal()
    const s = await scene(SLOW, { wrap: life.wrap })
    await s.ana.start('v2', 'prod', STEPS)
    s.become(WORLDS[name](next))
    s.stage.wait(Math.floor(next() * 30))
    // The sooner it dies the more often: a run has some hundred questions.
    const ran = await watchOn(s, life, () => (next() < 0.9 ? 1 + Math.floor(next() ** 2 * 120) : null), next)
    kills += ran.kills
    const entries = await s.stage.entries('prod')
    await checkMoves(s, entries)
    const actions = entries.slice(2).map(({ action }) => action)
    if (name === 'broken') expect(actions).toEqual(['rollback'])
    if (name === 'silent') expect(actions).toEqual(['abort'])
    if (name === 'healthy') expect(actions).toEqual(['step', 'complete'])
    if (name === 'broken') expect(await s.stage.marksOn(s.v2.bundle)).toHaveLength(1)
  }
}, 120_000)

test('two watches at once make each move once, and neither fails', async () => {
  for (const world of [BROKEN, HEALTHY]) {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    s.become(world)
    const both = await Promise.all([s.watch({ forMs: FOR_MS }), s.watch({ forMs: FOR_MS })])
    const entries = await s.stage.entries('prod')
    await checkMoves(s, entries)
    expect(entries.slice(2).map(({ action }) => action)).toEqual(world === BROKEN ? ['rollback'] : ['step', 'complete'])
    expect(both.filter(({ data }) => data.action === 'rollback')).toHaveLength(world === BROKEN ? 1 : 0)
    expect(s.stage.told).toEqual([])
  }
})
