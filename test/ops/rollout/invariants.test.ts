import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalBytes } from '../../../src/core/digest.ts'
import { AishipError } from '../../../src/core/errors.ts'
import { standingAt } from '../../../src/core/marks.ts'
import type { Actor, Arm, MoveData, PointerEntry, Rollout, Route } from '../../../src/core/model.gen.ts'
import type { Registry, Result } from '../../../src/core/ports.ts'
import { deadlineOf, dueAt, type StepEvent, stepNow, stepOf } from '../../../src/core/rollout.ts'
import type { PolicyFlags } from '../../../src/core/rollout-flags.ts'
import { policyDigest } from '../../../src/core/rollout-policy.ts'
import { FULL_WEIGHT } from '../../../src/core/route.ts'
import { share } from '../../share.ts'
import { APP, automation, human, losing, makeStage, type Stage } from '../registry.ts'
import { rollouts } from './hands.ts'

// I1 to I8 of the research, on whatever people and programs do to one pointer, in whatever order, two at a time, with commands that stop
// between an entry and its marks, and bundles that are lost.

const VERSIONS = ['v1', 'v2', 'v3'] as const
const ACTORS = [human('ana'), human('ben'), automation('cron')] as const
const SCOPE = { app: APP, pointer: 'prod' }

const POLICIES: readonly Partial<PolicyFlags>[] = [
  { steps: '5%,25%,100%', hold: '10m' },
  { steps: '0.5%,50%,80%', onNewCandidate: 'supersede' },
  { steps: '10%', units: 100, onNewCandidate: 'refuse' },
  { steps: '5%,30%', approval: true, deadline: '2h' },
  { strategy: 'shadow', steps: '10%,100%', hold: '1m' },
  { strategy: 'blue-green', keepWarm: '1h' },
  { strategy: 'ab', steps: '40%', until: '2026-10-02' },
]

/** What a command that is killed would throw, if it could: nothing of it goes on. */
class Stopped extends Error {}

/** A registry, what was answered, and what can go wrong in it. */
interface World {
  readonly stage: Stage
  readonly arms: readonly Arm[]
  /** What was known when the operation was made. */
  readonly events: Map<string, StepEvent>
  readonly acknowledged: MoveData['seq'][]
  /** By sequence number of the newest entry then: the bundles that are lost from there on. */
  readonly lost: Map<string, number>
  readonly lose: (bytes: string) => void
  /** `made`: how many commands were stopped, each of which may have made an entry that nobody was told of. */
  readonly crash: { next: boolean; made: number }
}

async function newWorld(): Promise<World> {
  const crash = { next: false, made: 0 }
  const { wrap: wrapLosing, lose } = losing()
  const wrap = (registry: Registry): Registry => {
    const inner = wrapLosing(registry)
    const append: Registry['logs']['append'] = async (log, seq, bytes) => {
      if (crash.next && log.startsWith('marks/')) {
        crash.next = false
        throw new Stopped()
      }
      return inner.logs.append(log, seq, bytes)
    }
    return { ...inner, logs: { ...inner.logs, append } }
  }
  const stage = makeStage({ wrap })
  const arms: Arm[] = []
  for (const version of VERSIONS) arms.push(await stage.bundle({ model: `m-${version}` }))
  await stage.ana.promote('v1', 'prod')
  return { stage, arms, events: new Map(), acknowledged: [1], lost: new Map(), lose, crash }
}

type Attempt = (world: World) => Promise<Result<MoveData>>

interface Step {
  readonly name: string
  readonly run: (world: World) => Promise<void>
  /** For two at once. */
  readonly attempt?: Attempt
}

/** Keeps the answer, or lets the refusal be: what must hold afterwards holds either way. */
async function answered(world: World, attempt: Attempt, event?: StepEvent): Promise<void> {
  try {
    const { changed, data } = await attempt(world)
    if (!changed) return
    world.acknowledged.push(data.seq)
    if (event !== undefined) world.events.set(data.op, event)
  } catch (error) {
    if (error instanceof Stopped) world.crash.made += 1
    else if (!(error instanceof AishipError) || error.code === 'INTERNAL') throw error
  }
}

const move = (name: string, attempt: Attempt, event?: StepEvent): Step => ({
  ...{ name, attempt },
  run: (world) => answered(world, attempt, event),
})

const actor = fc.constantFrom<Actor>(...ACTORS)
const version = fc.constantFrom(...VERSIONS)
const by = (world: World, who: Actor) => rollouts(world.stage, who)

const start = fc
  .tuple(actor, version, fc.constantFrom(...POLICIES))
  .map(([who, ref, flags]) =>
    move(`${who.name}: start ${ref} ${JSON.stringify(flags)}`, (world) => by(world, who).start(ref, 'prod', flags)),
  )
const advance = fc
  .tuple(actor, fc.constantFrom(null, 50, 100), fc.boolean())
  .map(([who, units, approve]) =>
    move(
      `${who.name}: advance ${units} ${approve}`,
      (world) => by(world, who).advance('prod', { approve, ...(units === null ? {} : { units }) }),
      { units, approval: approve ? who : null },
    ),
  )
const other = fc
  .tuple(actor, fc.constantFrom('pause', 'resume', 'resume', 'abort', 'rollback', 'hold', 'unhold', 'unhold', 'undo'))
  .map(([who, verb]) =>
    move(`${who.name}: ${verb}`, async (world) => {
      const hands = world.stage.as(who)
      if (verb === 'undo') return hands.undo(`prod@${(await world.stage.newest('prod')).seq}`)
      if (verb === 'rollback' || verb === 'hold' || verb === 'unhold') return hands[verb]('prod')
      return by(world, who)[verb as 'pause' | 'resume' | 'abort']('prod')
    }),
  )
const promote = fc
  .tuple(actor, version)
  .map(([who, ref]) => move(`${who.name}: promote ${ref}`, (world) => world.stage.as(who).promote(ref, 'prod')))
const anyMove = fc.oneof({ weight: 3, arbitrary: start }, { weight: 6, arbitrary: advance }, other, promote)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: start },
  { weight: 10, arbitrary: advance },
  { weight: 5, arbitrary: other },
  { weight: 1, arbitrary: promote },
  {
    weight: 5,
    arbitrary: fc.constantFrom(60, 600, 600, 3600, 86_400).map((seconds) => ({
      name: `${seconds} s pass`,
      run: async ({ stage }: World) => stage.wait(seconds),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      name: 'the next command stops before its marks',
      run: async ({ crash }: World) => {
        crash.next = true
      },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('v2', 'v3').map((ref) => ({
      name: `${ref} is lost`,
      run: async ({ stage, lost, lose, arms }: World) => {
        const bundle = arms[VERSIONS.indexOf(ref as 'v2')]?.bundle ?? ''
        if (!lost.has(bundle)) lost.set(bundle, (await stage.newest('prod')).seq)
        lose(`m-${ref}`)
      },
    })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(anyMove, anyMove).map(([a, b]) => ({
      name: `at once: ${a.name} | ${b.name}`,
      run: async (world: World) => void (await Promise.all([a.run(world), b.run(world)])),
    })),
  },
)

const same = (a: unknown, b: unknown): boolean => Buffer.compare(canonicalBytes(a), canonicalBytes(b)) === 0
const at = (entry: PointerEntry): Date => new Date(entry.at)
const last = (route: Route | null): Readonly<Record<string, number>> => route?.serve.at(-1)?.to ?? {}
const FORWARD: ReadonlySet<string> = new Set(['start', 'step', 'complete', 'promote', 'resume'])

/** Everything that must hold of a history, read from it alone. */
async function check(world: World, seen: Set<string>): Promise<void> {
  const entries = await world.stage.entries('prod')
  const settledAt = (seq: number): PointerEntry => entries[seq - 1] as PointerEntry
  // I1: each acknowledged move is one entry, and what nobody was told of was made by a command that was stopped.
  const { acknowledged, crash } = world
  expect(new Set(acknowledged).size).toBe(acknowledged.length)
  expect(Math.max(...acknowledged)).toBeLessThanOrEqual(entries.length)
  expect(entries.length - acknowledged.length).toBeLessThanOrEqual(crash.made)
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1]
    if (before === undefined) continue
    seen.add(`${entry.actor.kind} ${entry.action}`)
    const isForward = FORWARD.has(entry.action)
    // I6: nothing goes forward where a hold stands (nobody overrides here).
    if (isForward) expect(before.hold, `${entry.seq} ${entry.action}`).toBeNull()
    // I5: nothing lost is given more.
    if (entry.action === 'start' || entry.action === 'step' || entry.action === 'complete') {
      const candidate = (entry.rollout ?? before.rollout)?.candidate.bundle ?? ''
      const isGiven = entry.rollout !== null || entry.to === candidate
      if (isGiven) expect(entry.seq).toBeLessThanOrEqual(world.lost.get(candidate) ?? entry.seq)
    }
    const stood = settledAt(before.settled)
    // I4: whoever ends it is back at what stood, in this one entry.
    if (before.rollout !== null && (entry.action === 'abort' || entry.action === 'rollback') && entry.settled <= i)
      expect([same(entry.route, stood.route), entry.rollout, same(entry.back, stood.back)]).toEqual([true, null, true])
    if (entry.rollout !== null) checkRunning(entry, before, settledAt(entry.settled))
    if (before.rollout !== null) checkDerived(world, entry, before, before.rollout, stood)
  }
  for (const entry of entries)
    for (const implied of entry.marks) {
      const there = (await world.stage.marksOn(implied.digest)).filter((mark) => mark.op === entry.op)
      expect(there).toMatchObject([{ verdict: implied.verdict, lifts: implied.lifts, actor: entry.actor }])
    }
}

function checkRunning(entry: PointerEntry, before: PointerEntry, stood: PointerEntry): void {
  const { rollout, route } = entry as PointerEntry & { rollout: Rollout }
  // The main bundle is what was stable, and a rollback leads there.
  expect([entry.to, entry.back]).toEqual([stood.to, { seq: stood.seq, bundle: stood.to }])
  expect([stood.rollout, stood.settled]).toEqual([null, stood.seq])
  // I8: the policy is the pinned one.
  expect(policyDigest(rollout.policy)).toBe(rollout.digest)
  const to = last(route)
  // I7: everybody is somewhere, the candidate comes first, by the rollout's own salt.
  expect(Object.values(to).reduce((sum, weight) => sum + weight, 0)).toBe(FULL_WEIGHT)
  if ((to.candidate ?? 0) > 0) expect(Object.keys(to).sort()[0]).toBe('candidate')
  expect(route?.bucket?.salt ?? `${rollout.id}:`).toBe(`${rollout.id}:`)
  expect(to.candidate ?? 0).toBe(stepNow(rollout).weight)
  const isOn = before.rollout?.id === rollout.id
  if (isOn) expect([rollout.digest, rollout.started]).toEqual([before.rollout?.digest, before.rollout?.started])
  if (isOn && entry.action !== 'undo')
    expect(to.candidate ?? 0, 'raising a weight moves nobody out').toBeGreaterThanOrEqual(
      last(before.route).candidate ?? 0,
    )
}

/** I2, I3, I8: what `advance` did follows from the entry before it, what was known, and the time; and it never guessed. */
function checkDerived(
  world: World,
  entry: PointerEntry,
  before: PointerEntry,
  rollout: Rollout,
  stood: PointerEntry,
): void {
  const event = world.events.get(entry.op)
  if (event === undefined || !['step', 'complete', 'abort'].includes(entry.action)) return
  const next = stepOf(stood.route as Route, rollout, event, at(entry))
  expect(next.kind).toBe(entry.action)
  if (next.kind === 'wait') return
  expect(same(next.route, entry.route)).toBe(true)
  expect(same(next.kind === 'step' ? next.rollout : null, entry.rollout)).toBe(true)
  if (entry.action === 'abort') return
  const { units, approval } = stepNow(rollout)
  expect([rollout.state, before.rollout?.state]).toEqual(['running', 'running'])
  expect(at(entry) < deadlineOf(rollout) && at(entry) >= dueAt(rollout)).toBe(true)
  if (units > 0) expect(event.units ?? 0).toBeGreaterThanOrEqual(units)
  if (approval) expect([event.approval?.kind, entry.actor.kind]).toEqual(['human', 'human'])
}

/** Live, for marks are read as they stand: what is marked bad here gets no weight (nobody overrides here). */
async function checkMarked(world: World, step: Step): Promise<void> {
  const { stage, arms } = world
  const before = await stage.newest('prod')
  const bad = new Set<string>()
  for (const { bundle } of arms) if (standingAt(await stage.marksOn(bundle), SCOPE).here !== null) bad.add(bundle)
  await step.run(world)
  for (const entry of (await stage.entries('prod')).slice(before.seq))
    if (['start', 'step', 'promote'].includes(entry.action) && !step.name.startsWith('at once'))
      expect(bad.has(entry.rollout?.candidate.bundle ?? entry.to ?? ''), step.name).toBe(false)
}

const seed = process.env.AISHIP_SEED === undefined ? {} : { seed: Number(process.env.AISHIP_SEED) }

test('a thousand histories of rollouts, with crashes and two operators at once', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), fc.boolean(), async (steps, isAbort) => {
      const world = await newWorld()
      for (const one of steps) await checkMarked(world, one)
      world.crash.next = false
      // I4: from wherever this is, one entry and nothing but the log leads back.
      const newest = await world.stage.newest('prod')
      if (newest.rollout !== null) {
        const end = isAbort
          ? await by(world, automation('cron')).abort('prod')
          : await world.stage.as(automation('guard')).rollback('prod', { expect: newest.seq })
        world.acknowledged.push(end.data.seq)
        const entry = await world.stage.newest('prod')
        expect([entry.seq, entry.rollout, entry.hold === null]).toEqual([
          newest.seq + 1,
          null,
          isAbort && newest.hold === null,
        ])
        const left = new Set(entry.left.map(({ bundle }) => bundle))
        expect(entry.marks.map(({ digest }) => digest)).toEqual(isAbort ? [] : [...left])
        seen.add(isAbort ? 'end abort' : 'end rollback')
      }
      await world.stage.ana.log('prod')
      await check(world, seen)
    }),
    // Fewer would not meet everything that is asked for below.
    { numRuns: Math.max(500, share(1000)), ...seed },
  )
  // A test of histories must have met them.
  const met = ['human start', 'automation start', 'human step', 'automation step', 'automation complete', 'human undo']
  for (const one of [
    ...met,
    'human queue',
    'human resume',
    'automation abort',
    'human rollback',
    'end abort',
    'end rollback',
  ])
    expect([...seen], one).toContain(one)
}, 240_000)
