import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { openFolder } from '../../src/store/folder.ts'
import { packFiles } from '../../src/store/merge.ts'
import { digestIn, lookAtPack } from '../../src/store/pack-rows.ts'
import { packFile } from '../../src/store/places.ts'
import { share } from '../share.ts'
import { bundled } from '../store/bundled.ts'

const KILLS = Math.max(36, share(120))
/** Two write and merge at once. */
const AT_ONCE = 2

let dir = ''
let script = ''
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-merge-'))
  script = await bundled(join(import.meta.dirname, 'merger.ts'), dir)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Runs one until it has said something, and a little longer. Out: the objects that it said are safe. */
function kill(root: string, ms: number): Promise<readonly Digest[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, root, randomUUID()], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [said, errors] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), ms)
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (_, signal) =>
      signal === 'SIGKILL' ? resolve(said.split('\n').slice(0, -1) as Digest[]) : reject(new Error(errors)),
    )
  })
}

async function findings(root: string): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found.filter(({ id }) => id !== 'tmpLeftover')
}

/** Objects that lie in two packs: the trace of a merge that was killed before it had removed the old ones. */
function stored(root: string): { readonly all: number; readonly twice: number } {
  const seen = new Map<string, number>()
  for (const { name } of packFiles(root)) {
    const rows = lookAtPack(packFile(root, name), name)?.rows
    for (let i = 0; i < (rows?.count ?? 0); i++) {
      const digest = digestIn(rows as NonNullable<typeof rows>, i)
      seen.set(digest, (seen.get(digest) ?? 0) + 1)
    }
  }
  return { all: seen.size, twice: [...seen.values()].filter((count) => count > 1).length }
}

test(`${KILLS} kills while packs are merged lose nothing`, { timeout: 300_000 }, async () => {
  let [safe, between] = [0, 0]
  const rounds = KILLS / AT_ONCE / 6
  // Few kills may all miss the moment that it is about.
  for (let round = 0; round < rounds || (between === 0 && round < 4 * rounds); round++) {
    const root = join(dir, `registry-${round}`)
    const promised: Digest[] = []
    for (let n = 0; n < 6; n++) {
      const lines = await Promise.all(Array.from({ length: AT_ONCE }, () => kill(root, Math.random() * 60)))
      promised.push(...lines.flat())
      if (stored(root).twice > 0) between++
      expect(await findings(root)).toEqual([])
    }
    const registry = openFolder(root, { create: false, now: () => new Date(), uuid: randomUUID })
    expect((await registry.objects.has(promised)).size).toBe(new Set(promised).size)
    safe += promised.length
    rmSync(root, { recursive: true })
  }
  process.stdout.write(`${safe} objects were safe; ${between} times a merge was killed between its two steps\n`)
  expect(safe).toBeGreaterThan(KILLS)
  expect(between).toBeGreaterThan(0)
})
