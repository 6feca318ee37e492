import { describe, expect, test } from 'vitest'

/**
 * Why a gc is safe beside writers and other gcs without a lock (src/store/trash.ts): every interleaving of their steps, and every crash, in a small
 * model. It is about one object that nobody names: writers come to rely on it, gcs to take it out, and weeks pass at any moment. And the same
 * with each precaution left out, which the search must notice. (That what was stored lately is left alone is no precaution, but a kindness.)
 *
 * What the model takes for granted: a file is created, moved or deleted at once, and less than a week passes between a writer's last look
 * (`settle` of src/store/reliance.ts) and the entry that names what it stored. Nothing else is bounded: whoever sleeps may wake up years later.
 */
interface World {
  /** The object is at its place. */
  readonly isHere: boolean
  /** The folder of each gc in the trash: null before it is made; `has` the object or not; `isRipe` if nothing changed in it for a week. */
  readonly bins: readonly (null | { readonly has: boolean; readonly isRipe: boolean })[]
  /** An entry names the object. */
  readonly isNamed: boolean
  readonly writers: readonly Writer[]
  readonly gcs: readonly Gc[]
}

interface Writer {
  /** Its next step; OVER when it has ended, in whatever way. */
  readonly at: number
  /** It found the object at its place. */
  readonly found: boolean
  /** Something went into the trash, or out of it, since it began. */
  readonly isWarned: boolean
}

interface Gc {
  readonly at: number
  /** It found the object needed. */
  readonly isNeeded: boolean
  /** Folders, as bits, that were ripe when it began and have not changed since. */
  readonly ripe: number
  /** Folders that it is about to delete. */
  readonly doomed: number
}

const OVER = -1
const [BEGIN, LOOK, STORE, SETTLE, NAME] = [0, 1, 2, 3, 4]
/** And the last: to take the object. */
const [MARK, RESTORE, DOOM, DELETE, MAKE] = [1, 2, 3, 4, 5]

/** Precautions, each of which can be left out. */
const CARE = {
  'a writer looks again before it names anything': true,
  'a writer does not take what is in the trash for stored': true,
  'the trash is kept for a week': true,
  'a gc judges the trash by the time before it looks what is needed': true,
  'a gc brings back what is needed before it deletes anything': true,
  'a folder of the trash is looked at again when nothing can come into it any more': true,
  'readers look into the trash': true,
}
type Care = Readonly<Record<keyof typeof CARE, boolean>>

const replace = <T>(items: readonly T[], index: number, item: T): readonly T[] =>
  items.map((old, i) => (i === index ? item : old))

/** The trash has changed in one of its folders: writers are warned, and the folder is ripe for nobody. */
function stir(world: World, bin: number, content: { readonly has: boolean } | null): World {
  return {
    ...world,
    bins: replace(world.bins, bin, content === null ? null : { ...content, isRipe: false }),
    writers: world.writers.map((writer) => ({ ...writer, isWarned: true })),
    gcs: world.gcs.map((gc) => ({ ...gc, ripe: gc.ripe & ~(1 << bin) })),
  }
}

/** Moves the object back to its place, if it is in the trash only. */
function bringBack(world: World): World {
  const bin = world.bins.findIndex((one) => one?.has === true)
  return world.isHere || bin === -1 ? world : { ...stir(world, bin, { has: false }), isHere: true }
}

const isAnywhere = ({ isHere, bins }: World): boolean => isHere || bins.some((bin) => bin?.has === true)

function stepWriter(world: World, i: number, care: Care): World {
  const writer = world.writers[i] as Writer
  const go = (next: World, change: Partial<Writer> = {}): World => {
    const now = next.writers[i] as Writer
    return { ...next, writers: replace(next.writers, i, { ...now, at: writer.at + 1, ...change }) }
  }
  switch (writer.at) {
    case BEGIN:
      return go(world, { isWarned: false })
    case LOOK: {
      const isStored = care['a writer does not take what is in the trash for stored'] ? world.isHere : isAnywhere(world)
      return go(world, { found: isStored })
    }
    case STORE:
      return go(writer.found ? world : { ...world, isHere: true })
    case SETTLE: {
      if (!care['a writer looks again before it names anything'] || !writer.isWarned) return go(world)
      const mended = bringBack(world)
      // It is gone for good: the command ends with an error.
      return go(mended, mended.isHere ? {} : { at: OVER })
    }
    default:
      return go({ ...world, isNamed: true }, { at: OVER })
  }
}

function stepGc(world: World, i: number, care: Care): World {
  const gc = world.gcs[i] as Gc
  const go = (next: World, change: Partial<Gc> = {}): World => {
    const now = next.gcs[i] as Gc
    return { ...next, gcs: replace(next.gcs, i, { ...now, at: gc.at + 1, ...change }) }
  }
  const ripeNow = world.bins.reduce((bits, bin, n) => {
    const isRipe = bin !== null && (bin.isRipe || !care['the trash is kept for a week'])
    return isRipe ? bits | (1 << n) : bits
  }, 0)
  switch (gc.at) {
    case BEGIN:
      return go(world, { ripe: ripeNow })
    case MARK:
      return go(world, { isNeeded: world.isNamed })
    case RESTORE: {
      const restores = gc.isNeeded && care['a gc brings back what is needed before it deletes anything']
      return go(restores ? bringBack(world) : world)
    }
    case DOOM: {
      const byStart = care['a gc judges the trash by the time before it looks what is needed']
      return go(world, byStart ? { doomed: gc.ripe } : { doomed: ripeNow, ripe: ripeNow })
    }
    case DELETE: {
      const again = care['a folder of the trash is looked at again when nothing can come into it any more']
      const gone = again ? gc.doomed & gc.ripe : gc.doomed
      const next = world.bins.reduce((now, _, bin) => ((gone & (1 << bin)) === 0 ? now : stir(now, bin, null)), world)
      return go(next)
    }
    // Another object, of no interest here, is the first to go into the folder.
    case MAKE:
      return go(gc.isNeeded ? world : stir(world, i, { has: false }))
    default:
      return go(gc.isNeeded || !world.isHere ? world : { ...stir(world, i, { has: true }), isHere: false }, {
        at: OVER,
      })
  }
}

/** A week passes, unless somebody is between the last look and the entry. */
function passWeek(world: World): World | null {
  if (world.writers.some(({ at }) => at === NAME)) return null
  return { ...world, bins: world.bins.map((bin) => (bin === null ? null : { ...bin, isRipe: true })) }
}

function* next(world: World, care: Care): Generator<World> {
  for (const [i, writer] of world.writers.entries()) {
    if (writer.at === OVER) continue
    yield stepWriter(world, i, care)
    yield { ...world, writers: replace(world.writers, i, { ...writer, at: OVER }) }
  }
  for (const [i, gc] of world.gcs.entries()) {
    if (gc.at === OVER) continue
    yield stepGc(world, i, care)
    yield { ...world, gcs: replace(world.gcs, i, { ...gc, at: OVER }) }
  }
  const later = passWeek(world)
  if (later !== null) yield later
}

/** What has ended remembers nothing. */
const forget = (world: World): World => ({
  ...world,
  writers: world.writers.map((one) => (one.at === OVER ? { at: OVER, found: false, isWarned: false } : one)),
  gcs: world.gcs.map((one) => (one.at === OVER ? { at: OVER, isNeeded: false, ripe: 0, doomed: 0 } : one)),
})

/** Goes through every world that can come about. Out: how many, and the first in which somebody cannot read what an entry names. */
function search(writers: number, gcs: number, care: Care): { readonly worlds: number; readonly loss: World | null } {
  const start: World = {
    ...{ isHere: true, isNamed: false, bins: Array.from({ length: gcs }, () => null) },
    writers: Array.from({ length: writers }, () => ({ at: BEGIN, found: false, isWarned: false })),
    gcs: Array.from({ length: gcs }, () => ({ at: BEGIN, isNeeded: false, ripe: 0, doomed: 0 })),
  }
  const seen = new Set([JSON.stringify(start)])
  const open = [start]
  const isReadable = (world: World): boolean => (care['readers look into the trash'] ? isAnywhere(world) : world.isHere)
  for (let world = open.pop(); world !== undefined; world = open.pop()) {
    if (world.isNamed && !isReadable(world)) return { worlds: seen.size, loss: world }
    for (const one of next(world, care)) {
      const following = forget(one)
      const key = JSON.stringify(following)
      if (seen.has(key)) continue
      seen.add(key)
      open.push(following)
    }
  }
  return { worlds: seen.size, loss: null }
}

/** Out: the world after one more gc that nobody disturbs. */
function collect(world: World): World {
  let now: World = { ...world, gcs: [{ at: BEGIN, isNeeded: false, ripe: 0, doomed: 0 }] }
  while (now.gcs[0]?.at !== OVER) now = stepGc(now, 0, CARE)
  return now
}

describe('whatever happens in which order, and whoever is killed', () => {
  test.each([
    [1, 2],
    [2, 1],
    [2, 2],
    [1, 3],
  ])('%i writers and %i gcs lose nothing that an entry names', { timeout: 300_000 }, (writers, gcs) => {
    const { worlds, loss } = search(writers, gcs, CARE)
    expect(loss).toBeNull()
    process.stdout.write(`${writers} writers, ${gcs} gcs: ${worlds} worlds\n`)
    expect(worlds).toBeGreaterThan(1000)
  })

  test('what is named and lies in the trash is back after one more gc', () => {
    for (const isRipe of [false, true]) {
      const bins = [{ has: true, isRipe }]
      expect(collect({ isHere: false, isNamed: true, bins, writers: [], gcs: [] }).isHere).toBe(true)
    }
  })
})

test.each(Object.keys(CARE) as (keyof typeof CARE)[])('it matters that %s', { timeout: 300_000 }, (left) => {
  const care = { ...CARE, [left]: false }
  const found = [search(1, 2, care), search(2, 2, care)].find(({ loss }) => loss !== null)
  expect(found?.loss ?? null).not.toBeNull()
})
