import { describe, expect, test } from 'vitest'

/**
 * Why a gc of a bucket is safe beside writers and other gcs, without a lock and without renames (src/registries/_s3-trash.ts): every interleaving of
 * their steps, and every crash, in a small model. It is about one object, which a version reaches that nothing needs: writers bundle it again, people
 * promote the version, gcs take it out, and weeks pass. And the same with each precaution left out, which the search must notice.
 *
 * What the model takes for granted: a request is carried out at once; less than a week passes from a writer's look to what it says of it, from a
 * promotion's look to its entry, from a gc's beginning to its announcement, and from its decision to its deletion. The code refuses to be slower.
 */
type Decision = 'open' | 'kept' | 'swept'

interface World {
  readonly isHere: boolean
  /** The list of each gc that has the object in it; null before it is made and when it is gone. */
  readonly lists: readonly (null | { readonly decision: Decision; readonly isRipe: boolean })[]
  /** The marks say that the version was collected. */
  readonly isCollected: boolean
  /** A pointer serves the version. */
  readonly isNamed: boolean
  readonly actors: readonly Actor[]
}

interface Actor {
  readonly kind: 'writer' | 'promoter' | 'gc'
  /** OVER when it has ended, in whatever way. */
  readonly at: number
  /** Writer: it found the object. Gc: the object was needed, or held, when it looked. */
  readonly found: boolean
  readonly isHeld: boolean
  /** Lists that it saw when it began, as bits; a gc: that were open and ripe, and that it has not come to yet. */
  readonly seen: number
  readonly swept: number
  readonly ripe: number
  /** The list that a gc has decided to sweep, and has still to delete; -1 for none. */
  readonly doomed: number
}

const OVER = -1
/** A writer brings the version back, whatever came of it before. */
const [LOOK_TRASH, LOOK_OBJECT, SETTLE, STORE, LIFT] = [0, 1, 2, 3, 4]
const [READ_MARKS, NAME] = [0, 1]
const [BEGIN, ROOTS, KEEP, DECIDE, DELETE, ANNOUNCE, LIST] = [0, 1, 2, 3, 4, 5, 6]

const CARE = {
  'a writer looks at the trash': true,
  'a writer looks at the trash before it looks at the objects': true,
  'a writer decides that what it needs is kept': true,
  'a writer decides so on each list that it stands in': true,
  'a writer waits until what is being deleted is gone': true,
  'what is listed stays for a week': true,
  'a gc keeps what is needed after all': true,
  'a list is decided once': true,
  'only the gc that has decided deletes': true,
  'a gc looks whether what it has decided on is still there': true,
  'what was not announced yet is not deleted': true,
}
type Care = Readonly<Record<keyof typeof CARE, boolean>>

const replace = <T>(items: readonly T[], index: number, item: T): readonly T[] =>
  items.map((old, i) => (i === index ? item : old))
const bits = (world: World, is: (list: NonNullable<World['lists'][number]>) => boolean): number =>
  world.lists.reduce((all, list, i) => (list !== null && is(list) ? all | (1 << i) : all), 0)
const has = (set: number, i: number): boolean => (set & (1 << i)) !== 0

/** Out: the world, and whether the decision stands as it was wanted. */
function decide(world: World, i: number, wanted: 'kept' | 'swept', care: Care): readonly [World, boolean] {
  const list = world.lists[i]
  // Whoever decides on a list that is gone sees that it is.
  if (list === null || list === undefined) return [world, false]
  if (list.decision !== 'open' && care['a list is decided once']) return [world, list.decision === wanted]
  return [{ ...world, lists: replace(world.lists, i, { ...list, decision: wanted }) }, true]
}

/** Out: the world, and whether the gc that decides may delete. */
function sweepList(world: World, i: number, care: Care): readonly [World, boolean] {
  const list = world.lists[i]
  // An earlier decision went with its list, so that another can be made.
  if (list === null || list === undefined)
    return [world, !care['a gc looks whether what it has decided on is still there']]
  if (list.decision === 'swept') return [world, !care['only the gc that has decided deletes']]
  return decide(world, i, 'swept', care)
}

function step(world: World, n: number, care: Care): World | null {
  const actor = world.actors[n] as Actor
  const go = (next: World, change: Partial<Actor> = {}): World => ({
    ...next,
    actors: replace(next.actors, n, { ...actor, at: actor.at + 1, ...change }),
  })
  const end = (next: World): World => go(next, { at: OVER })
  if (actor.kind === 'promoter') {
    if (actor.at === READ_MARKS) return world.isCollected ? end(world) : go(world)
    return end({ ...world, isNamed: true })
  }
  return actor.kind === 'writer' ? stepWriter(world, actor, care, go, end) : stepGc(world, n, actor, care, go, end)
}

type Go = (next: World, change?: Partial<Actor>) => World

function stepWriter(world: World, actor: Actor, care: Care, go: Go, end: (next: World) => World): World | null {
  const inOrder = care['a writer looks at the trash before it looks at the objects']
  const lookAtTrash = (): World =>
    care['a writer looks at the trash']
      ? go(world, {
          seen: bits(world, ({ decision }) => decision === 'open'),
          swept: bits(world, ({ decision }) => decision === 'swept'),
        })
      : go(world)
  switch (actor.at) {
    case LOOK_TRASH:
      return inOrder ? lookAtTrash() : go(world, { found: world.isHere })
    case LOOK_OBJECT:
      return inOrder ? go(world, { found: world.isHere && actor.swept === 0 }) : lookAtTrash()
    case SETTLE: {
      let now = world
      for (const [i] of world.lists.entries()) {
        if (!has(actor.seen, i) || !care['a writer decides that what it needs is kept']) continue
        const [next, isKept] = decide(now, i, 'kept', care)
        if (!isKept) return end(world)
        now = next
        if (!care['a writer decides so on each list that it stands in']) break
      }
      return go(now)
    }
    case STORE: {
      const isWaiting = world.lists.some((list, i) => has(actor.swept, i) && list !== null)
      if (isWaiting && care['a writer waits until what is being deleted is gone']) return null
      return go(actor.found ? world : { ...world, isHere: true })
    }
    default:
      return end({ ...world, isCollected: actor.at === LIFT ? false : world.isCollected })
  }
}

function stepGc(world: World, n: number, actor: Actor, care: Care, go: Go, end: (next: World) => World): World | null {
  const isRipe = (list: NonNullable<World['lists'][number]>): boolean =>
    list.decision === 'open' && (list.isRipe || !care['what is listed stays for a week'])
  const stays = actor.found || (actor.isHeld && care['what was not announced yet is not deleted'])
  switch (actor.at) {
    case BEGIN:
      return go(world, { seen: bits(world, () => true), ripe: bits(world, isRipe) })
    case ROOTS:
      return go(world, { found: world.isNamed, isHeld: !world.isNamed && !world.isCollected })
    case KEEP: {
      const keeps = actor.found ? care['a gc keeps what is needed after all'] : stays
      let now = world
      for (const [i] of world.lists.entries()) if (has(actor.seen, i) && keeps) [now] = decide(now, i, 'kept', care)
      return go(now)
    }
    case DECIDE: {
      // As they were when it began: others may have been faster.
      const i = world.lists.findIndex((_, k) => has(actor.ripe, k))
      if (i === -1 || (stays && care['a gc keeps what is needed after all'])) return go(world, { at: ANNOUNCE })
      const [next, isOurs] = sweepList(world, i, care)
      return go(next, { ripe: actor.ripe & ~(1 << i), ...(isOurs ? { doomed: i } : { at: DECIDE }) })
    }
    case DELETE:
      // With its list, which nobody else has: one that was left is taken away when nobody deletes any more.
      return go(
        { ...world, isHere: false, lists: replace(world.lists, actor.doomed, null) },
        { doomed: -1, at: DECIDE },
      )
    case ANNOUNCE: {
      if (actor.isHeld) return go({ ...world, isCollected: true })
      return go(actor.found ? { ...world, isCollected: false } : world)
    }
    case LIST: {
      const isListed = actor.seen !== 0 || actor.found || !world.isHere
      return end(isListed ? world : { ...world, lists: replace(world.lists, n, { decision: 'open', isRipe: false }) })
    }
    default:
      return end(world)
  }
}

/** Those who notice that they were asleep, or would. */
const isInHaste = ({ kind, at }: Actor): boolean =>
  kind === 'writer'
    ? at > LOOK_TRASH
    : kind === 'promoter'
      ? at === NAME
      : at === DELETE || (at > BEGIN && at <= ANNOUNCE)

function* next(world: World, care: Care): Generator<World> {
  for (const [n, actor] of world.actors.entries()) {
    if (actor.at === OVER) continue
    const after = step(world, n, care)
    if (after !== null) yield after
    yield { ...world, actors: replace(world.actors, n, { ...actor, at: OVER }) }
  }
  if (world.actors.some((actor) => actor.at !== OVER && isInHaste(actor))) return
  // A list whose gc was killed between decision and deletion is taken away: nobody deletes on account of it any more.
  yield {
    ...world,
    lists: world.lists.map((list) => (list === null || list.decision !== 'open' ? null : { ...list, isRipe: true })),
  }
}

const forget = (world: World): World => ({
  ...world,
  actors: world.actors.map((one) => (one.at === OVER ? { ...idle(one.kind), at: OVER } : one)),
})
const idle = (kind: Actor['kind']): Actor => ({
  ...{ kind, at: 0, found: false, isHeld: false },
  ...{ seen: 0, swept: 0, ripe: 0, doomed: -1 },
})

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/**
 * The same for the same world, and for one in which gcs have only changed places, with their lists: nothing tells them apart. Of those that look
 * alike by themselves the places stay, so that some worlds are gone through twice.
 */
function keyOf({ isHere, isCollected, isNamed, lists, actors }: World): string {
  const alone = actors.map(({ kind, at, found, isHeld, doomed }, i) => {
    const list = lists[i] ?? null
    return `${kind}${at},${found}${isHeld}${doomed === OVER}${list === null ? '' : `${list.decision}${list.isRipe}`}`
  })
  const order = [...actors.keys()].sort((a, b) => compare(alone[a] as string, alone[b] as string))
  const placed = (set: number): number =>
    order.reduce((all, old, place) => (has(set, old) ? all | (1 << place) : all), 0)
  let key = `${isHere}${isCollected}${isNamed}`
  for (const i of order) {
    const { seen, swept, ripe, doomed } = actors[i] as Actor
    key += `;${alone[i]},${placed(seen)},${placed(swept)},${placed(ripe)},${order.indexOf(doomed)}`
  }
  return key
}

/** Goes through every world that can come about. Out: how many, and the first in which a pointer serves what is gone. */
function search(kinds: readonly Actor['kind'][], care: Care): { readonly worlds: number; readonly loss: World | null } {
  const start: World = {
    ...{ isHere: true, isCollected: false, isNamed: false },
    ...{ lists: kinds.map(() => null), actors: kinds.map(idle) },
  }
  const seen = new Set([keyOf(start)])
  const open = [start]
  for (let world = open.pop(); world !== undefined; world = open.pop()) {
    if (world.isNamed && !world.isHere) return { worlds: seen.size, loss: world }
    for (const one of next(world, care)) {
      const following = forget(one)
      const key = keyOf(following)
      if (seen.has(key)) continue
      seen.add(key)
      open.push(following)
    }
  }
  return { worlds: seen.size, loss: null }
}

const CASTS: readonly (readonly Actor['kind'][])[] = [
  ['promoter', 'gc', 'gc'],
  ['promoter', 'writer', 'gc', 'gc'],
  ['promoter', 'gc', 'gc', 'gc'],
  ['promoter', 'writer', 'gc', 'gc', 'gc'],
]

describe('whatever happens in which order, and whoever is killed', () => {
  test.each(CASTS.map((kinds) => [kinds.join(', '), kinds] as const))(
    '%s: nothing is served that is gone',
    { timeout: 300_000 },
    (_, kinds) => {
      const { worlds, loss } = search(kinds, CARE)
      expect(loss).toBeNull()
      process.stdout.write(`${kinds.join(', ')}: ${worlds} worlds\n`)
      expect(worlds).toBeGreaterThan(100)
    },
  )
})

test.each(Object.keys(CARE) as (keyof typeof CARE)[])('it matters that %s', { timeout: 300_000 }, (left) => {
  const care = { ...CARE, [left]: false }
  const losing = CASTS.find((kinds) => search(kinds, care).loss !== null)
  expect(losing).toBeDefined()
})
