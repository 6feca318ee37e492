import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { FsckData, FsckFinding } from '../../src/core/model.gen.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { fsck } from '../../src/ops/fsck.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { checkFolder } from '../../src/store/check.ts'
import { openFolder } from '../../src/store/folder.ts'
import { makeProject, type Project } from './context.ts'

// The real thing: a registry in a folder, whose files are damaged one by one on the disk.

let project: Project
let folder: string
beforeEach(async () => {
  project = makeProject()
  folder = join(project.root, '.aiship')
  project.write({
    'aiship.yaml':
      'version: 1\napp: fraud\ncomponents:\n  model: { role: model-weights, path: model.bin }\n  data: { role: dataset, path: data/ }\n',
    ...{ 'model.bin': 'w1', 'data/a': '1', 'data/deep/b': '2' },
  })
  const ctx = () => project.ctx({ registry: open(true) })
  await bundle(ctx(), { message: 'first', labels: [], allowSecrets: null })
  project.write({ 'model.bin': 'w2' })
  await bundle(ctx(), { message: 'second', labels: [], allowSecrets: null })
  const move = { reason: 'go', override: null, create: true, resetRoute: false, leavingBad: null }
  await promote(ctx(), { ref: 'v1', pointer: 'prod', ...move })
  await promote(ctx(), { ref: 'v2', pointer: 'prod', ...move })
  await rollback(ctx(), { pointer: 'prod', to: null, reason: 'worse', hold: true, mark: true })
})
afterEach(() => project.end())

const open = (create = false) => openFolder(folder, { create, now: () => new Date(), uuid: randomUUID })

async function findings(): Promise<readonly FsckFinding[]> {
  const ctx = { ...project.ctx({ registry: open() }), selfCheck: () => checkFolder(folder) }
  try {
    return (await fsck(ctx, { readData: true, repair: false })).data.findings
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'FINDINGS') throw error
    return (error.details as unknown as FsckData).findings
  }
}

const files = (below: string): readonly string[] =>
  fs
    .readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })
    .map((name) => join(below, name))
    .filter((name) => fs.statSync(join(folder, name)).isFile())

test('a sound one is sound', async () => {
  expect((await findings()).filter((finding) => finding.severity !== 'info')).toEqual([])
})

test.each([
  ['objects', ['objDigestMismatch', 'packBroken']],
  ['logs', ['entryIdMismatch']],
])('flipped bits and truncations below %s are found as %s', { timeout: 120_000 }, async (below, ids) => {
  for (const name of files(below).filter((file) => !file.endsWith('hint'))) {
    const file = join(folder, name)
    const good = fs.readFileSync(file)
    const step = Math.max(1, Math.floor(good.length / 12))
    const put = (bytes: Uint8Array): void => {
      fs.rmSync(file)
      fs.writeFileSync(file, bytes)
    }
    for (let at = 0; at < good.length; at += step) {
      const flipped = Buffer.from(good)
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8))
      for (const bad of [flipped, good.subarray(0, at)]) {
        put(bad)
        const found = (await findings()).filter((finding) => finding.severity === 'error')
        expect(
          found.map((finding) => finding.id).filter((id) => ids.includes(id)),
          `${name} at byte ${at}`,
        ).not.toEqual([])
      }
    }
    put(good)
  }
  expect((await findings()).filter((finding) => finding.severity !== 'info')).toEqual([])
})

test('the newest entry, gone with its hint still there, is found', async () => {
  fs.rmSync(join(folder, 'logs/pointers/fraud/prod/000000000003.json'))
  expect((await findings()).map((finding) => finding.id)).toContain('tipWentBack')
})
