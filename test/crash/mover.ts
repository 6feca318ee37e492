import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { nextEntry, type Read, readEntry } from '../../src/core/entry.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { PointerEntry } from '../../src/core/model.gen.ts'
import { type Move, planPromote, planRollback } from '../../src/core/pointer.ts'
import type { Registry } from '../../src/core/ports.ts'
import { driver } from '../../src/registries/s3.ts'
import { openFolder } from '../../src/store/folder.ts'
import { rememberTips } from '../../src/store/seen.ts'

/**
 * Run as a process of its own: `mover.mjs PLACE NAME MOVES SEED START`. Moves one pointer MOVES times against its rivals: reads the newest
 * entry, plans the next, creates it, and after a lost race waits a little and plans anew. Prints one line for each acknowledged move:
 * op, seq, and the times (ns of the machine's monotonic clock, the same in all processes) at which it read and was acknowledged; at the end
 * what it lost, what failed, and the most memory (bytes) that it had. PLACE is a folder, or the URL of a bucket: that is opened anew for each
 * attempt, as a command does, by a machine that has CACHE.
 */
const [root = '', name = '', moves = '0', seed = '0', start = '0', cache = ''] = process.argv.slice(2)
const LOG = 'pointers/app/prod'
const place = { now: () => new Date(), uuid: randomUUID }
const open = async (): Promise<Registry> => {
  if (!root.startsWith('s3:')) return openFolder(root, { create: false, ...place })
  const { signal } = new AbortController()
  const opened = await driver.open({
    ...{ ...place, url: root, cache, env: process.env, create: false, looks: false, signal, emit: () => undefined },
  })
  return rememberTips(opened.registry, `${cache}/seen`, () => undefined)
}
let registry: Registry

/** xorshift32: the same moves for the same seed. */
let state = Number(seed) | 1
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

async function read(seq: number | 'newest'): Promise<Read<PointerEntry> | null> {
  const record = await (seq === 'newest' ? registry.logs.tip(LOG) : registry.logs.read(LOG, seq))
  return record === null ? null : readEntry('pointers', LOG, record, registry.id)
}

const bundleOf = (n: number): `sha256:${string}` => `sha256:${n.toString(16).padStart(64, '0')}`

async function plan(before: PointerEntry | null): Promise<Move> {
  const target = before?.back && random() < 0.3 ? await read(before.back.seq) : null
  if (before !== null && target !== null)
    return planRollback(before, { target: target.entry, to: null, reason: name, hold: null, mark: false })
  const current = before?.to
  for (;;) {
    const n = 1 + Math.floor(random() * 1000)
    const input = {
      arm: { bundle: bundleOf(n), version: `v${n}` } as const,
      reason: name,
      override: null,
      policy: null,
      resetRoute: false,
      leavingBad: false,
    }
    const planned = current === bundleOf(n) ? null : planPromote(before, input)
    if (planned !== null) return planned
  }
}

await delay(Math.max(0, Number(start) - Date.now()))
const acknowledged: string[] = []
let lost = 0
const failed: Record<string, number> = {}

/** Whether an answer came. What failed is counted: it may have been done, and then the same entry is sent again until that is known. */
async function answer<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    failed[error.code] = (failed[error.code] ?? 0) + 1
    return null
  }
}

/** Creates the entry, and learns whether it is ours. Null: nobody knows. */
async function create(entry: PointerEntry, bytes: Uint8Array): Promise<boolean | null> {
  if ((await registry.logs.append(LOG, entry.seq, bytes)) === 'won') return true
  const there = await read(entry.seq)
  return there === null ? null : there.entry.op === entry.op
}

async function attempt(op: string): Promise<boolean> {
  const began = process.hrtime.bigint()
  const next = await answer(async () => {
    if (root.startsWith('s3:') || registry === undefined) registry = await open()
    const before = await read('newest')
    const stamp = { registry: registry.id, op, actor: { kind: 'automation', name } as const, now: new Date() }
    return nextEntry<PointerEntry>(LOG, before, stamp, await plan(before?.entry ?? null))
  })
  if (next === null) return false
  const { entry, bytes } = next
  for (let isSent = false; ; ) {
    const unknown = failed.OUTCOME_UNKNOWN ?? 0
    const isOurs = await answer(() => create(entry, bytes))
    if (isOurs === true) acknowledged.push(`${op} ${entry.seq} ${began} ${process.hrtime.bigint()}`)
    if (isOurs === false) lost++
    if (isOurs !== null) return isOurs
    isSent ||= (failed.OUTCOME_UNKNOWN ?? 0) > unknown
    // Refused, or never sent: nothing can come of it any more.
    if (!isSent) return false
  }
}

for (let done = 0; done < Number(moves); ) {
  const op = randomUUID()
  for (let tries = 0; ; tries++) {
    if (await attempt(op)) break
    await delay(random() * Math.min(400, 20 * 2 ** tries))
  }
  done++
}
const rss = process.resourceUsage().maxRSS * 1024
process.stdout.write(`${acknowledged.join('\n')}\n${JSON.stringify({ lost, failed, rss })}\n`)
