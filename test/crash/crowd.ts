import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'vitest'
import { readEntry } from '../../src/core/entry.ts'
import type { Registry } from '../../src/core/ports.ts'
import { bundled, run } from '../store/bundled.ts'

const LOG = 'pointers/app/prod'

export interface Acknowledged {
  readonly op: string
  readonly seq: number
  readonly began: bigint
  readonly ended: bigint
}

export interface Crowd {
  readonly moves: readonly Acknowledged[]
  /** Races. */
  readonly lost: number
  /** How often each error came. */
  readonly failed: Readonly<Record<string, number>>
  /** The most memory that one of them had, in bytes. */
  readonly rss: number
  readonly seconds: number
}

function parse(stdout: string): Omit<Crowd, 'seconds'> {
  const lines = stdout.trimEnd().split('\n')
  const end = JSON.parse(lines.pop() ?? '')
  const moves = lines.map((line) => {
    const [op = '', seq, began = '', ended = ''] = line.split(' ')
    return { op, seq: Number(seq), began: BigInt(began), ended: BigInt(ended) }
  })
  return { moves, ...end }
}

/** Many processes that move one pointer against each other. In: `place`, a folder or a URL; `dir`, for their files. */
export async function runCrowd(place: string, processes: number, moves: number, dir: string): Promise<Crowd> {
  const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))
  const script = await bundled(join(import.meta.dirname, 'mover.ts'), dir)
  const start = Date.now() + 50 * processes
  const ran = await Promise.all(
    Array.from({ length: processes }, (_, n) => {
      const cache = join(dir, `machine-${n}`, 'cache')
      return run(script, [place, `writer-${n}`, String(moves), String(seed + 7919 * n), String(start), cache])
    }),
  )
  const seconds = (Date.now() - start) / 1000
  expect(ran.filter((one) => one.code !== 0 || one.stderr !== '')).toEqual([])
  const parsed = ran.map((one) => parse(one.stdout))
  const failed: Record<string, number> = {}
  for (const one of parsed)
    for (const [code, count] of Object.entries(one.failed)) failed[code] = (failed[code] ?? 0) + count
  const crowd = {
    ...{ moves: parsed.flatMap((one) => one.moves), failed, seconds },
    ...{ lost: parsed.reduce((sum, one) => sum + one.lost, 0), rss: Math.max(...parsed.map((one) => one.rss)) },
  }
  const each = ((1000 * seconds) / crowd.moves.length).toFixed(2)
  process.stdout.write(
    `seed ${seed}: ${crowd.moves.length} moves acknowledged, ${crowd.lost} lost races, failed ${JSON.stringify(failed)}, ${seconds.toFixed(1)} s, ${each} ms a move, ${Math.round(crowd.rss / 2 ** 20)} MiB\n`,
  )
  return crowd
}

/** The moves that were acknowledged before a move with a lower number had even begun: the order would not be that of real time. */
export function outOfOrder(moves: readonly Acknowledged[]): number {
  let earliestEnd = 1n << 62n
  let wrong = 0
  for (const move of [...moves].sort((a, b) => b.seq - a.seq)) {
    if (earliestEnd < move.began) wrong++
    if (move.ended < earliestEnd) earliestEnd = move.ended
  }
  return wrong
}

/** Every acknowledged move is in the log once, in the order of real time, with no gap and no fork; and the log has nothing else. */
export async function expectAll(registry: Registry, { moves }: Crowd): Promise<void> {
  const numbers = await registry.logs.numbers(LOG)
  expect(numbers).toEqual(Array.from({ length: moves.length }, (_, n) => n + 1))
  const opAt = new Map(moves.map((move) => [move.seq, move.op]))
  let before: string | null = null
  const wrong: string[] = []
  for (const seq of numbers) {
    const record = await registry.logs.read(LOG, seq)
    if (record === null) throw new Error(`entry ${seq} is gone`)
    const { entry, digest } = readEntry('pointers', LOG, record, registry.id)
    if (entry.op !== opAt.get(seq)) wrong.push(`entry ${seq} is not the move that was acknowledged as ${seq}`)
    if (entry.prev !== before) wrong.push(`entry ${seq} does not follow from entry ${seq - 1}`)
    before = digest
  }
  expect(wrong).toEqual([])
  expect(new Set(moves.map((move) => move.op)).size).toBe(moves.length)
  expect(outOfOrder(moves)).toBe(0)
  expect((await registry.logs.tip(LOG))?.seq).toBe(moves.length)
}
