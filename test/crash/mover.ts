import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { nextEntry, type Read, readEntry } from '../../src/core/entry.ts'
import type { PointerEntry } from '../../src/core/model.gen.ts'
import { type Move, planPromote, planRollback } from '../../src/core/pointer.ts'
import { openFolder } from '../../src/store/folder.ts'

/**
 * Run as a process of its own: `mover.mjs ROOT NAME MOVES SEED START`. Moves one pointer MOVES times against its rivals: reads the newest
 * entry, plans the next, creates it, and after a lost race waits a little and plans anew. Prints one line for each acknowledged move:
 * op, seq, and the times (ns of the machine's monotonic clock, the same in all processes) at which it read and was acknowledged.
 */
const [root = '', name = '', moves = '0', seed = '0', start = '0'] = process.argv.slice(2)
const LOG = 'pointers/app/prod'
const registry = openFolder(root, { create: false, now: () => new Date(), uuid: randomUUID })

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
while (acknowledged.length < Number(moves)) {
  const op = randomUUID()
  for (let attempt = 0; ; attempt++) {
    const began = process.hrtime.bigint()
    const before = await read('newest')
    const stamp = { registry: registry.id, op, actor: { kind: 'automation', name } as const, now: new Date() }
    const { entry, bytes } = nextEntry<PointerEntry>(LOG, before, stamp, await plan(before?.entry ?? null))
    if ((await registry.logs.append(LOG, entry.seq, bytes)) === 'won') {
      acknowledged.push(`${op} ${entry.seq} ${began} ${process.hrtime.bigint()}`)
      break
    }
    lost++
    await delay(random() * Math.min(400, 20 * 2 ** attempt))
  }
}
process.stdout.write(`${acknowledged.join('\n')}\nlost ${lost}\n`)
