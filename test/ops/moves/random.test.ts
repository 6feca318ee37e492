import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf } from '../../../src/core/digest.ts'
import { AishipError } from '../../../src/core/errors.ts'
import type { Actor, PointerEntry } from '../../../src/core/model.gen.ts'
import { automation, human, makeStage, type Stage } from '../registry.ts'

// Whatever people and programs do, in whatever order, the moves do what a small model says. The model knows no entries and no numbers:
// what a pointer says is a linked list, and going back is following it.

/** Something that a pointer said, and what it said before that. */
interface Said {
  readonly version: string
  readonly before: Said | null
}

interface BadMark {
  readonly subject: string
  readonly pointer: string | null
  readonly at: number
  isLifted: boolean
}

interface State {
  /** Null: retired. */
  readonly says: Said | null
  readonly back: Said | null
  readonly holder: string | null
  /** Who brought it to say this, how and when: an entry that changes only the hold leaves this. */
  readonly mover: { readonly who: string; readonly isRollback: boolean; readonly at: number }
  /** Of the entry itself. */
  readonly by: string
  readonly marks: readonly BadMark[]
}

const POINTERS = ['prod', 'canary'] as const
const VERSIONS = ['v1', 'v2', 'v3'] as const
/** v2 and v3 have one feature pipeline. */
const PARTS: Readonly<Record<string, readonly string[]>> = { v1: ['v1'], v2: ['v2', 'shared'], v3: ['v3', 'shared'] }
const ACTORS = [human('ana'), human('ben'), automation('retrain')] as const
const TEN_MINUTES = 600

type Outcome = 'changed' | 'unchanged' | 2 | 3 | 5 | 6

class Model {
  readonly pointers = new Map<string, State[]>(POINTERS.map((pointer) => [pointer, []]))
  readonly marks: BadMark[] = []
  readonly goods: { readonly subject: string; readonly at: number }[] = []
  time = 0
  steps = 0

  now(pointer: string): State | undefined {
    return this.pointers.get(pointer)?.at(-1)
  }

  /** Bad at this pointer or in the registry; or, `elsewhere`, at another pointer. */
  isBad(version: string, pointer: string, elsewhere = false): boolean {
    const isIt = (mark: BadMark): boolean =>
      elsewhere ? mark.pointer !== null && mark.pointer !== pointer : mark.pointer === null || mark.pointer === pointer
    return this.marks.some(
      (mark) =>
        PARTS[version]?.includes(mark.subject) &&
        isIt(mark) &&
        !mark.isLifted &&
        !this.goods.some((good) => good.subject === mark.subject && good.at > mark.at),
    )
  }

  /** What stands against a move forward, for this actor without an override. */
  isRefused(version: string, pointer: string, actor: Actor, holder: string | null): boolean {
    return (
      holder !== null ||
      this.isBad(version, pointer) ||
      (actor.kind === 'automation' && this.isBad(version, pointer, true))
    )
  }

  private push(
    pointer: string,
    actor: Actor,
    change: Partial<State> & Pick<State, 'says' | 'back'>,
    isRollback = false,
  ): Outcome {
    const last = this.now(pointer)
    const isMoved = last?.says?.version !== change.says?.version || last === undefined
    const mover = isMoved || last === undefined ? { who: actor.name, isRollback, at: this.time } : last.mover
    const state: State = { holder: last?.holder ?? null, marks: [], ...change, mover, by: actor.name }
    this.pointers.get(pointer)?.push(state)
    return 'changed'
  }

  promote(pointer: string, version: string, actor: Actor, override: boolean): Outcome {
    const last = this.now(pointer)
    if (last?.says?.version === version) return 'unchanged'
    if (override && actor.kind === 'automation') return 6
    if (!override && this.isRefused(version, pointer, actor, last?.holder ?? null)) return 6
    const before = last?.says ?? last?.back ?? null
    return this.push(pointer, actor, { says: { version, before }, back: before })
  }

  /** Marks what is left, and holds. */
  private goBack(pointer: string, actor: Actor, to: Said): Outcome {
    const left = this.now(pointer)?.says?.version
    const marks =
      left === undefined || left === to.version ? [] : [{ subject: left, pointer, at: this.steps, isLifted: false }]
    this.marks.push(...marks)
    return this.push(pointer, actor, { says: to, back: to.before, holder: actor.name, marks }, true)
  }

  rollback(pointer: string, actor: Actor): Outcome {
    const last = this.now(pointer)
    if (last === undefined) return 3
    const { mover } = last
    if (mover.isRollback && mover.who !== actor.name && this.time - mover.at < TEN_MINUTES) return 5
    for (let to = last.back; to !== null; to = to.before)
      if (to.version !== last.says?.version && !this.isBad(to.version, pointer)) return this.goBack(pointer, actor, to)
    return 3
  }

  rollbackTo(pointer: string, version: string, actor: Actor): Outcome {
    const last = this.now(pointer)
    if (last === undefined) return 3
    const said =
      this.pointers
        .get(pointer)
        ?.map((state) => state.says)
        .findLast((says) => says?.version === version) ?? null
    if (said === null || (actor.kind === 'automation' && this.isBad(version, pointer))) return 6
    return last.says?.version === version ? 'unchanged' : this.goBack(pointer, actor, said)
  }

  undo(pointer: string, actor: Actor, override: boolean): Outcome {
    const [earlier, last] = (this.pointers.get(pointer) ?? []).slice(-2)
    if (earlier === undefined || last === undefined) return 3
    if (actor.kind === 'automation' && (override || last.by !== actor.name)) return 6
    const toggle = (): void => {
      for (const mark of last.marks) mark.isLifted = !mark.isLifted
    }
    toggle()
    const target = earlier.says
    if (target !== null && target.version !== last.says?.version && !override) {
      // Back is where a rollback would go; anything else is forward.
      const holder = target !== last.back && last.holder !== null ? earlier.holder : null
      if (this.isRefused(target.version, pointer, actor, holder)) {
        toggle()
        return 6
      }
    }
    const { says, back, holder } = earlier
    return this.push(pointer, actor, { says, back, holder, marks: last.marks })
  }

  hold(pointer: string, actor: Actor): Outcome {
    const last = this.now(pointer)
    return last === undefined ? 3 : this.push(pointer, actor, { ...last, holder: actor.name, marks: [] })
  }

  unhold(pointer: string, actor: Actor): Outcome {
    const last = this.now(pointer)
    if (last === undefined) return 3
    if (last.holder === null) return 'unchanged'
    if (actor.kind === 'automation') return 6
    return this.push(pointer, actor, { ...last, holder: null, marks: [] })
  }

  retire(pointer: string, actor: Actor): Outcome {
    const last = this.now(pointer)
    if (last === undefined) return 3
    if (last.says === null) return 'unchanged'
    return this.push(pointer, actor, { says: null, back: last.says })
  }

  mark(subject: string, verdict: 'bad' | 'good', actor: Actor): Outcome {
    if (verdict === 'good' && actor.kind === 'automation') return 6
    if (verdict === 'good') this.goods.push({ subject, at: this.steps })
    else this.marks.push({ subject, pointer: null, at: this.steps, isLifted: false })
    return 'changed'
  }
}

interface Step {
  readonly name: string
  model(model: Model): Outcome
  real(stage: Stage): Promise<{ readonly changed: boolean }>
}

const actor = fc.constantFrom(...ACTORS)
const pointer = fc.constantFrom('prod', 'prod', 'canary')
const version = fc.constantFrom(...VERSIONS)
const often = fc.integer({ min: 0, max: 2 }).map((n) => n === 0)
const why = (override: boolean): { override: string | null } => ({ override: override ? 'known' : null })
const digestFor = (subject: string): string => (subject === 'shared' ? digestOf('f-shared') : subject)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(pointer, version, actor, often).map(
      ([p, v, who, override]): Step => ({
        name: `${who.name}: promote ${v} ${p}${override ? ' --override' : ''}`,
        model: (model) => model.promote(p, v, who, override),
        real: (stage) => stage.as(who).promote(v, p, why(override)),
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(pointer, actor).map(
      ([p, who]): Step => ({
        name: `${who.name}: rollback ${p}`,
        model: (model) => model.rollback(p, who),
        real: (stage) => stage.as(who).rollback(p),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(pointer, version, actor).map(
      ([p, v, who]): Step => ({
        name: `${who.name}: rollback ${p} --to ${v}`,
        model: (model) => model.rollbackTo(p, v, who),
        real: (stage) => stage.as(who).rollback(p, { to: v }),
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(pointer, actor, often).map(
      ([p, who, override]): Step => ({
        name: `${who.name}: undo ${p}@newest${override ? ' --override' : ''}`,
        model: (model) => model.undo(p, who, override),
        real: async (stage) =>
          stage.as(who).undo(`${p}@${Math.max(1, (await stage.entries(p)).length)}`, why(override)),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(pointer, actor, fc.constantFrom('hold' as const, 'unhold' as const, 'unhold' as const)).map(
      ([p, who, verb]): Step => ({
        name: `${who.name}: ${verb} ${p}`,
        model: (model) => model[verb](p, who),
        real: (stage) => stage.as(who)[verb](p),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(pointer, actor).map(
      ([p, who]): Step => ({
        name: `${who.name}: retire ${p}`,
        model: (model) => model.retire(p, who),
        real: (stage) => stage.as(who).retire(p),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...VERSIONS, 'shared'),
        fc.constantFrom('bad' as const, 'bad' as const, 'good' as const),
        actor,
      )
      .map(
        ([subject, verdict, who]): Step => ({
          name: `${who.name}: mark ${subject} ${verdict}`,
          model: (model) => model.mark(subject, verdict, who),
          real: (stage) => stage.as(who).mark(digestFor(subject), verdict),
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(30, 599, 600, 86_400).map(
      (seconds): Step => ({
        name: `${seconds} s pass`,
        model: (model) => {
          model.time += seconds
          return 'unchanged'
        },
        real: async (stage) => {
          stage.wait(seconds)
          return { changed: false }
        },
      }),
    ),
  },
)

async function outcomeOf(attempt: Promise<{ readonly changed: boolean }>): Promise<Outcome | string> {
  try {
    return (await attempt).changed ? 'changed' : 'unchanged'
  } catch (error) {
    if (error instanceof AishipError) return error.exit as Outcome
    throw error
  }
}

async function newStage(): Promise<Stage> {
  const stage = makeStage()
  for (const version of VERSIONS)
    await stage.bundle({
      model: `m-${version}`,
      features: PARTS[version]?.includes('shared') ? 'f-shared' : `f-${version}`,
    })
  return stage
}

const mainVersion = (entry: PointerEntry | undefined): string | undefined =>
  entry?.route === null ? undefined : entry?.route.arms[entry.route.fallback]?.version

test('the moves do what the model says, step by step', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
      const [stage, model] = [await newStage(), new Model()]
      for (const one of steps) {
        model.steps += 1
        const expected = one.model(model)
        expect(await outcomeOf(one.real(stage)), one.name).toBe(expected)
        seen.add(`${one.name.split(' ')[1]} ${expected}`)
        for (const pointer of POINTERS) {
          const [state, entries] = [model.now(pointer), await stage.entries(pointer)]
          const entry = entries.at(-1)
          expect(
            [entries.length, mainVersion(entry), entry?.hold?.by.name ?? null, entry?.back?.bundle],
            `${pointer} after ${one.name}`,
          ).toEqual([
            model.pointers.get(pointer)?.length,
            state?.says?.version,
            state?.holder ?? null,
            state?.back == null ? undefined : (await stage.ana.resolve(state.back.version)).data.bundle,
          ])
        }
      }
    }),
    { numRuns: 150 },
  )
  // A test of refusals must have met them.
  for (const met of [
    'promote changed',
    'promote 6',
    'rollback changed',
    'rollback 3',
    'rollback 5',
    'rollback 6',
    'undo changed',
    'undo 6',
    'unhold 6',
    'mark 6',
    'retire changed',
  ])
    expect(seen).toContain(met)
})

test('what holds of every history, whoever made it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const stage = await newStage()
      for (const one of steps) await outcomeOf(one.real(stage))
      for (const pointer of POINTERS) {
        const entries = await stage.entries(pointer)
        for (const [i, entry] of entries.entries()) {
          const [before, settled] = [entries[i - 1], entries[entry.settled - 1]]
          const isMove = mainVersion(before) !== mainVersion(entry)
          // The log: time never goes back, a settled entry is one, and back leads to an earlier one of another route.
          expect(entry.at >= (before?.at ?? '')).toBe(true)
          expect(settled?.route).toEqual(entry.route)
          expect(settled?.settled).toBe(entry.settled)
          expect(entry.back === null || entry.back.seq < entry.seq).toBe(true)
          if (entry.back !== null) expect(entries[entry.back.seq - 1]?.settled).toBe(entry.back.seq)
          expect(entry.from ?? undefined).toBe(before?.to ?? undefined)
          // A rollback goes further back than the one before it, sets a hold and marks exactly what it left.
          if (entry.action === 'rollback') {
            expect(entry.hold?.by).toEqual(entry.actor)
            expect(entry.marks.map((mark) => mark.digest)).toEqual(entry.left.map((arm) => arm.bundle))
            expect(isMove).toBe(true)
            if (before?.action === 'rollback' && before.back !== null && entry.back !== null)
              expect(entry.back.seq).not.toBe(before.seq)
          }
          // An undo puts back route, hold and back of the entry before the one that it undoes.
          const undone = entries[i - 2]
          if (entry.action === 'undo')
            expect([entry.route, entry.hold, entry.back]).toEqual([undone?.route, undone?.hold, undone?.back])
          // Automation never moves forward under a hold that somebody else may rely on.
          if (entry.actor.kind === 'automation' && before?.hold && isMove && entry.action === 'promote')
            expect.unreachable(`${pointer}@${entry.seq}`)
          if (entry.actor.kind === 'automation') expect(entry.override).toBeNull()
        }
        // Every mark that an entry implies is there, once.
        for (const entry of entries)
          for (const implied of entry.marks) {
            const there = (await stage.marksOn(implied.digest)).filter(
              (mark) => mark.op === entry.op && mark.scope?.pointer === pointer,
            )
            expect(there).toMatchObject([{ verdict: implied.verdict, lifts: implied.lifts, actor: entry.actor }])
          }
      }
    }),
    { numRuns: 60 },
  )
})

test('a rollback ends: as many plain ones as there were moves, and never the same bundle twice in a row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 12 }), async (promotes) => {
      const stage = await newStage()
      for (const ref of promotes) await stage.ana.promote(ref, 'prod', { override: 'set up' })
      const route = [mainVersion(await stage.newest('prod'))]
      for (let i = 0; i <= promotes.length; i++) {
        if ((await outcomeOf(stage.ana.rollback('prod', { mark: false }))) !== 'changed') break
        route.push(mainVersion(await stage.newest('prod')))
      }
      expect(await outcomeOf(stage.ana.rollback('prod', { mark: false }))).toBe(3)
      expect(route).toEqual([...promotes].reverse().filter((ref, i, all) => ref !== all[i - 1]))
    }),
    { numRuns: 40 },
  )
})
