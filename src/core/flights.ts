/** One of the things to be sent: each has its key, and of one entity only one is ever under way. */
export interface Sent {
  readonly key: string
  readonly entity: string
}

export interface Pace {
  /** Items on their way at once. */
  readonly concurrency: number
  /** Items a second; null: no limit. */
  readonly rate: number | null
  /** So long an answer may take, ms. */
  readonly deadlineMs: number
}

/**
 * What is under way to a hook and back: a token bucket, a cap, deadlines, and the order of each entity, which waits behind an item of its own that is
 * tried again. Knows no clock: whoever asks says what time it is, in ms.
 */
export interface Flights<T extends Sent> {
  /** Takes one that may be sent from now on: new, or due again. */
  add(item: T): void
  /** The next that may be sent now, which then is on its way; null where none may. */
  take(now: number): T | null
  /** The one with this key that is not settled; null where there is none. */
  find(key: string): T | null
  /** It is done with: the next of its entity may go. */
  settle(item: T): void
  /** It is to be sent again at that time; its entity waits. */
  rest(item: T, until: number): void
  /** Those whose rest is over. They may be sent once they are added again. */
  due(now: number): readonly T[]
  /** Those that had no answer in time. They are to be rested or settled. */
  late(now: number): readonly T[]
  /** Those on their way: of a hook that died nothing more comes. They are to be rested or settled. */
  lost(): readonly T[]
  /** Takes out all that are not on their way. Out: those that were added and not taken since. */
  drain(): readonly T[]
  readonly flying: number
  /** All that are not settled. */
  readonly size: number
  /** Ms until one may be taken, is due or late; null where only an answer changes anything. */
  wait(now: number): number | null
}

type State = 'queued' | 'ready' | 'flying' | 'late' | 'resting' | 'due'

interface Slot<T> {
  readonly item: T
  state: State
  /** When it is late, or due. */
  until: number
}

export function makeFlights<T extends Sent>({ concurrency, rate, deadlineMs }: Pace): Flights<T> {
  const slots = new Map<string, Slot<T>>()
  /** Of each entity the item that is before the others, and these. */
  const entities = new Map<string, { first: Slot<T>; readonly behind: Slot<T>[] }>()
  const flying = new Set<Slot<T>>()
  const resting = new Set<Slot<T>>()
  let ready: Slot<T>[] = []
  let head = 0
  const bucket = makeBucket(rate)

  const slotOf = ({ key }: T): Slot<T> => {
    const slot = slots.get(key)
    if (slot === undefined) throw new Error(`${key} is not under way`)
    return slot
  }
  const makeReady = (slot: Slot<T>): void => {
    slot.state = 'ready'
    ready.push(slot)
  }
  /** Drops from the front what was settled, or went another way, meanwhile. */
  const front = (): Slot<T> | null => {
    while (head < ready.length && (ready[head] as Slot<T>).state !== 'ready') head++
    if (head > 4096 && head * 2 > ready.length) {
      ready = ready.slice(head)
      head = 0
    }
    return ready[head] ?? null
  }
  const leave = (slot: Slot<T>): void => {
    flying.delete(slot)
    resting.delete(slot)
  }
  return {
    add(item) {
      const known = slots.get(item.key)
      if (known !== undefined) {
        if (known.state === 'due') makeReady(known)
        return
      }
      const slot: Slot<T> = { item, state: 'queued', until: 0 }
      slots.set(item.key, slot)
      const entity = entities.get(item.entity)
      if (entity !== undefined) entity.behind.push(slot)
      else {
        entities.set(item.entity, { first: slot, behind: [] })
        makeReady(slot)
      }
    },
    take(now) {
      const slot = front()
      if (slot === null || flying.size >= concurrency || !bucket.take(now)) return null
      head++
      slot.state = 'flying'
      slot.until = now + deadlineMs
      flying.add(slot)
      return slot.item
    },
    find: (key) => slots.get(key)?.item ?? null,
    settle(item) {
      const slot = slotOf(item)
      leave(slot)
      // Whatever still lists it passes it by.
      slot.state = 'late'
      slots.delete(item.key)
      const entity = entities.get(item.entity)
      if (entity === undefined) return
      if (entity.first !== slot) {
        entity.behind.splice(entity.behind.indexOf(slot), 1)
        return
      }
      const next = entity.behind.shift()
      if (next === undefined) entities.delete(item.entity)
      else {
        entity.first = next
        makeReady(next)
      }
    },
    rest(item, until) {
      const slot = slotOf(item)
      leave(slot)
      slot.state = 'resting'
      slot.until = until
      resting.add(slot)
    },
    due(now) {
      const over = [...resting].filter(({ until }) => until <= now)
      for (const slot of over) {
        resting.delete(slot)
        slot.state = 'due'
      }
      return over.map(({ item }) => item)
    },
    late(now) {
      const over: T[] = []
      // All have the same time, so that the first sent is the first late.
      for (const slot of flying) {
        if (slot.until > now) break
        flying.delete(slot)
        slot.state = 'late'
        over.push(slot.item)
      }
      return over
    },
    lost() {
      const all = [...flying]
      for (const slot of all) slot.state = 'late'
      flying.clear()
      return all.map(({ item }) => item)
    },
    drain() {
      const still = [...slots.values()].filter((slot) => !flying.has(slot))
      const unsent = still.filter(({ state }) => state === 'ready' || state === 'queued')
      for (const slot of still) {
        slot.state = 'late'
        slots.delete(slot.item.key)
      }
      resting.clear()
      ready = []
      head = 0
      for (const entity of entities.values()) entity.behind.length = 0
      return unsent.map(({ item }) => item)
    },
    get flying() {
      return flying.size
    },
    get size() {
      return slots.size
    },
    wait(now) {
      const times = [...resting].map(({ until }) => until - now)
      const [first] = flying
      if (first !== undefined) times.push(first.until - now)
      if (front() !== null && flying.size < concurrency) times.push(bucket.wait(now))
      return times.length === 0 ? null : Math.max(0, Math.min(...times))
    },
  }
}

interface Bucket {
  /** Takes a token if there is one. */
  take(now: number): boolean
  /** Ms until there is one. */
  wait(now: number): number
}

/** Tokens for a tenth of a second at most, so that a pause does not end in a burst. */
function makeBucket(rate: number | null): Bucket {
  if (rate === null) return { take: () => true, wait: () => 0 }
  const most = Math.max(1, rate / 10)
  let [tokens, last] = [1, Number.NEGATIVE_INFINITY]
  const fill = (now: number): void => {
    // A clock that is set back gives nothing.
    if (now > last) {
      if (last !== Number.NEGATIVE_INFINITY) tokens = Math.min(most, tokens + ((now - last) / 1000) * rate)
      last = now
    }
  }
  return {
    take(now) {
      fill(now)
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    wait(now) {
      fill(now)
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / rate) * 1000)
    },
  }
}

const FIRST_MS = 250
const MOST_MS = 60_000

/** How long an item rests after so many tries: twice as long each time, and by chance up to half less, so that those that failed together come apart. */
export const backoff = (tries: number, chance: () => number): number =>
  Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(20, tries - 1)) * (1 - chance() / 2)

/** xorshift32: numbers from 0 to 1, the same for the same seed. */
export function chanceFrom(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
