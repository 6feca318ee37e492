import { randomInt, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEntry } from '../../src/core/entry.ts'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { openFolder } from '../../src/store/folder.ts'
import { bundled, run } from '../store/bundled.ts'

const LOG = 'pointers/app/prod'
const PROCESSES = 64
const MOVES = 200

interface Acknowledged {
  readonly op: string
  readonly seq: number
  readonly began: bigint
  readonly ended: bigint
}

function parse(stdout: string): { acknowledged: Acknowledged[]; lost: number } {
  const lines = stdout.trimEnd().split('\n')
  const lost = Number(lines.pop()?.replace('lost ', ''))
  const acknowledged = lines.map((line) => {
    const [op = '', seq, began = '', ended = ''] = line.split(' ')
    return { op, seq: Number(seq), began: BigInt(began), ended: BigInt(ended) }
  })
  return { acknowledged, lost }
}

/** The moves that were acknowledged before a move with a lower number had even begun: the order would not be that of real time. */
function outOfOrder(moves: readonly Acknowledged[]): number {
  let earliestEnd = 1n << 62n
  let wrong = 0
  for (const move of [...moves].sort((a, b) => b.seq - a.seq)) {
    if (earliestEnd < move.began) wrong++
    if (move.ended < earliestEnd) earliestEnd = move.ended
  }
  return wrong
}

describe(`${PROCESSES} processes, ${MOVES} moves each, on one pointer`, () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'aiship-crowd-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('every acknowledged move is in the log once, in the order of real time, with no gap and no fork', {
    timeout: 600_000,
  }, async () => {
    const seed = randomInt(1, 2 ** 31)
    const root = join(dir, 'registry')
    const registry = openFolder(root, { create: true, now: () => new Date(), uuid: randomUUID })
    const script = await bundled(join(import.meta.dirname, 'mover.ts'), dir)
    const start = Date.now() + 3000
    const ran = await Promise.all(
      Array.from({ length: PROCESSES }, (_, n) =>
        run(script, [root, `writer-${n}`, String(MOVES), String(seed + 7919 * n), String(start)]),
      ),
    )
    const seconds = (Date.now() - start) / 1000
    expect(ran.filter((one) => one.code !== 0 || one.stderr !== '')).toEqual([])
    const parsed = ran.map((one) => parse(one.stdout))
    const moves = parsed.flatMap((one) => one.acknowledged)
    const lost = parsed.reduce((sum, one) => sum + one.lost, 0)
    process.stdout.write(
      `seed ${seed}: ${moves.length} moves acknowledged, ${lost} lost races, ${seconds.toFixed(1)} s, ${((1000 * seconds) / moves.length).toFixed(2)} ms a move\n`,
    )

    expect(moves).toHaveLength(PROCESSES * MOVES)
    const numbers = await registry.logs.numbers(LOG)
    expect(numbers).toEqual(Array.from({ length: PROCESSES * MOVES }, (_, n) => n + 1))

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

    const found: Finding[] = []
    for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
    expect(found.filter((finding) => finding.id !== 'hintStale')).toEqual([])
  })

  test('the check of the order sees a move that was acknowledged before its predecessor began', () => {
    const move = (seq: number, began: bigint, ended: bigint): Acknowledged => ({ op: String(seq), seq, began, ended })
    expect(outOfOrder([move(1, 0n, 5n), move(2, 3n, 9n), move(3, 4n, 6n)])).toBe(0)
    expect(outOfOrder([move(1, 7n, 9n), move(2, 1n, 6n)])).toBe(1)
  })
})
