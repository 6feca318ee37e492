import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { openFolder } from '../../src/store/folder.ts'
import { share } from '../share.ts'
import { type Acknowledged, expectAll, outOfOrder, runCrowd } from './crowd.ts'

const PROCESSES = 64
const MOVES = share(200)

describe(`${PROCESSES} processes, ${MOVES} moves each, on one pointer`, () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'aiship-crowd-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('every acknowledged move is in the log once, in the order of real time, with no gap and no fork', {
    timeout: 600_000,
  }, async () => {
    const root = join(dir, 'registry')
    const registry = openFolder(root, { create: true, now: () => new Date(), uuid: randomUUID })
    const crowd = await runCrowd(root, PROCESSES, MOVES, dir)
    expect(crowd.failed).toEqual({})
    expect(crowd.moves).toHaveLength(PROCESSES * MOVES)
    await expectAll(registry, crowd)

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
