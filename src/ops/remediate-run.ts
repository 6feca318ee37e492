import type { Breaker, Outcome } from '../core/breaker.ts'
import { makeBreaker } from '../core/breaker.ts'
import type { ErrorCode } from '../core/errors.ts'
import { backoff, chanceFrom, type Flights, makeFlights } from '../core/flights.ts'
import type { Program } from '../core/followed.ts'
import { type Answer, type Hook, type Hooks, readAnswer, requestLine } from '../core/hook.ts'
import type { JournalFile, JournalState } from '../core/journal.ts'
import type { ApplyOptions, JournalAck, JournalLine, ReceiptStatus, RemediationWork } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

/** Items of which the intents become durable together. */
const GROUP = 512
/** The longest that what came back waits for its line in the journal, and between two looks at the world, ms. */
const FLUSH_MS = 200
const LOOK_MS = 1000
/** What a hook may take to end once its input is closed. */
const GRACE_MS = 3000

/** Why a run ends before its work does. */
export interface Stop {
  readonly code: ErrorCode
  readonly why: string
  /** What has to be typed before it can go on. */
  readonly first?: string
}

export interface Run {
  readonly journal: JournalFile
  readonly state: JournalState
  readonly options: ApplyOptions
  readonly isDry: boolean
  readonly hooks: Hooks
  readonly program: Program
  /** The work in its order, from its beginning. */
  readonly work: AsyncIterator<readonly RemediationWork[]>
  /** Looks at what stands against going on; starts, and is asked for its result later. */
  look(): Promise<Stop | null>
  /** How far it is. */
  tell(rate: number): void
}

/** What makes a run of several stages: it keeps its place in the work, and its hook. */
export interface Runner {
  /** Sends what is open of the items before `bound`. Out: why it stopped; null if all of them were sent. Errors: DISK_FULL. */
  go(bound: number): Promise<Stop | null>
  /** Ends the hook. Out: what it printed last on standard error; empty where it has ended by itself, and what it had no answer for says how. */
  end(): Promise<string>
  /** What the hook said that was no answer to anything: an example, and how often. */
  readonly noise: ReadonlyMap<string, { readonly example: string; count: number }>
}

interface Item {
  readonly index: number
  readonly key: string
  readonly entity: string
  readonly work: RemediationWork
  /** In this run. */
  sends: number
  /** Before its newest intent. */
  former: ReceiptStatus
}

export function makeRunner(ctx: Context, run: Run): Runner {
  const { options, state } = run
  const { rate, concurrency, deadline_ms: deadlineMs } = options
  const flights: Flights<Item> = makeFlights({ concurrency, rate, deadlineMs })
  const group = rate === null ? GROUP : Math.max(1, Math.min(GROUP, Math.ceil(rate)))
  const breaker: Breaker = makeBreaker(options.breaker)
  const chance = chanceFrom(seedOf(ctx.op.id))
  const noise = new Map<string, { readonly example: string; count: number }>()
  const source = openItems(run)
  let hook: Hook | null = null
  let deaths = 0
  let stop: Stop | null = null
  let acks: JournalAck[] = []
  let [flushed, looked, settled] = [0, 0, 0]
  let looking: Promise<void> | null = null

  const now = (): number => ctx.now().getTime()
  const append = (line: JournalLine): void => {
    for (const at of run.journal.append([line])) state.add(line, at)
  }
  const hear = (kind: string, example: string): void => {
    const known = noise.get(kind)
    if (known === undefined) noise.set(kind, { example: example.slice(0, 200), count: 1 })
    else known.count++
  }
  const judge = (outcome: Outcome): void => {
    const why = breaker.add(outcome)
    if (why !== null) stop ??= { code: 'BREAKER_OPEN', why }
  }
  const settle = (item: Item, s: ReceiptStatus, { undo, note }: Pick<Answer, 'undo' | 'note'> = {}): void => {
    flights.settle(item)
    settled++
    acks.push({ i: item.index, s, ...(undo === undefined ? {} : { undo }), ...(note === undefined ? {} : { note }) })
  }
  /** Again later, with the same key; not more often than was allowed. Why is put down: it may be the last that is known. */
  const again = (item: Item, after: number | undefined, s: ReceiptStatus, note: string): void => {
    if (item.sends >= options.attempts) settle(item, s, { note })
    else {
      acks.push({ i: item.index, s, note })
      flights.rest(item, now() + (after ?? backoff(item.sends, chance)))
    }
  }

  function answered(line: string): void {
    const answer = readAnswer(line)
    const item = answer === null ? null : flights.find(answer.key)
    if (answer === null) hear('a line that is no answer', line)
    else if (item === null || item.sends === 0) hear('an answer to nothing that it was asked', line)
    else if (answer.status === 'retry')
      again(item, answer.retryAfter, 'failed', answer.note ?? 'it asked to be sent again, each time')
    else {
      settle(item, answer.status, answer)
      judge(answer.status === 'failed' || answer.status === 'conflict' ? answer.status : 'done')
    }
  }

  function missed(): void {
    for (const item of flights.late(now())) {
      again(item, undefined, 'in_doubt', `no answer within ${deadlineMs} ms`)
      judge('failed')
    }
  }

  async function died(why: string): Promise<void> {
    await hook?.end(0)
    hook = null
    const wasNever = why.startsWith('could not be started')
    for (const item of flights.lost())
      if (wasNever) settle(item, item.former)
      else again(item, undefined, 'in_doubt', `the hook ${why}`)
    if (wasNever) stop ??= { code: 'HOOK_FAILED', why: `the hook ${why}` }
    hear('its end', why)
    judge('failed')
    deaths++
    if (stop === null) await ctx.pause?.(backoff(deaths, chance))
  }

  async function alive(): Promise<Hook> {
    if (hook !== null) return hook
    hook = run.hooks.start(run.program)
    const { process: name } = hook
    if (name.pid > 0) append({ t: 'hook', process: name })
    return hook
  }

  /** Puts down what came back, and the intents of what may be sent next, in one line. */
  function flush(fresh: readonly Item[]): void {
    for (const item of fresh) item.former = state.statusOf(item.index)
    const line = { t: 'group', sent: fresh.map(({ index }) => index), acks } as const
    acks = []
    append(line)
    flushed = now()
    for (const item of fresh) flights.add(item)
  }

  function lookAround(): void {
    const time = now()
    if (time - looked < LOOK_MS && time >= looked) return
    if (looked > 0) run.tell((settled * 1000) / (time - looked))
    settled = 0
    looked = time
    looking ??= run.look().then((found) => {
      stop ??= found
      looking = null
    })
  }

  /** Nothing new is sent: what is on its way comes back, and the rest is as it was before. */
  function halt(): void {
    for (const { index, former } of flights.drain()) acks.push({ i: index, s: former })
  }

  async function go(bound: number): Promise<Stop | null> {
    for (;;) {
      lookAround()
      if (ctx.signal.aborted) stop ??= { code: 'INTERRUPTED', why: `stopped by ${String(ctx.signal.reason)}` }
      if (stop !== null) halt()
      const room = flights.size <= group / 2 ? group : 0
      const due = stop === null ? flights.due(now()) : []
      const fresh = stop === null ? [...due, ...(await source.take(room, bound))] : []
      const isIdle = flights.size === 0 || now() - flushed > FLUSH_MS
      if (fresh.length > 0 || acks.length >= group || (acks.length > 0 && isIdle)) flush(fresh)
      if (flights.size === 0 && (stop !== null || fresh.length === 0) && acks.length === 0) break
      const { send, next } = await alive()
      const time = now()
      let lines = ''
      for (let item = flights.take(time); stop === null && item !== null; item = flights.take(time)) {
        item.sends++
        lines += requestLine(item.work, state.triesOf(item.index), deadlineMs, run.isDry)
      }
      if (lines !== '') send(lines)
      const heard = await next(Math.min(LOOK_MS, acks.length > 0 ? FLUSH_MS : LOOK_MS, flights.wait(time) ?? LOOK_MS))
      heard.lines.forEach(answered)
      if (heard.ended !== null) await died(heard.ended)
      missed()
    }
    await looking
    return stop
  }
  return {
    go,
    noise,
    async end() {
      const words = await hook?.end(GRACE_MS)
      hook = null
      return words ?? ''
    },
  }
}

const seedOf = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)

interface Items {
  /** So many at most of those that are open, up to `bound`. */
  take(most: number, bound: number): Promise<readonly Item[]>
}

function openItems({ work, state }: Run): Items {
  let some: readonly RemediationWork[] = []
  let [place, base, isOver] = [0, 0, false]
  return {
    async take(most, bound) {
      const found: Item[] = []
      while (found.length < most && base + place < bound && !isOver) {
        if (place === some.length) {
          base += some.length
          place = 0
          const next = await work.next()
          isOver = next.done === true
          some = next.done === true ? [] : next.value
          continue
        }
        const index = base + place
        const one = some[place++] as RemediationWork
        if (state.isOpen(index))
          found.push({ index, key: one.key, entity: one.entity, work: one, sends: 0, former: 'not_sent' })
      }
      return found
    },
  }
}
