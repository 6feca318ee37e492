import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { GcData, GcItem, Presence } from '../../src/core/model.gen.ts'
import type { Context, Upkeep } from '../../src/core/ports.ts'
import { presenceBytes, presenceKey } from '../../src/core/presence.ts'
import { NEWEST } from '../../src/core/retention.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { fsck } from '../../src/ops/fsck.ts'
import { gc } from '../../src/ops/gc.ts'
import { mark } from '../../src/ops/mark.ts'
import { promote } from '../../src/ops/promote.ts'
import { resolve } from '../../src/ops/resolve.ts'
import { show } from '../../src/ops/show.ts'
import { checkFolder } from '../../src/store/check.ts'
import { openFolder } from '../../src/store/folder.ts'
import { beginCollection } from '../../src/store/gc.ts'
import { repackFolder } from '../../src/store/repack.ts'
import { rememberTips } from '../../src/store/seen.ts'
import { collect } from '../contracts/object-store.ts'
import { makeProject, type Project } from './context.ts'

const DAY = 24 * 60 * 60 * 1000

let project: Project
let folder: string
const bundles: Digest[] = []
/** Two bundles with a shared model; the second one never became a version. */
beforeEach(async () => {
  project = makeProject()
  folder = join(project.root, '.aiship')
  project.write({
    'aiship.yaml':
      'version: 1\napp: fraud\ncomponents:\n  model: { role: model-weights, path: model.bin }\n  data: { role: dataset, path: data/ }\n',
    ...{ 'model.bin': 'the same weights', 'data/a.csv': 'first rows', 'data/deep/b.csv': 'kept rows' },
  })
  bundles.length = 0
  for (const rows of ['first rows', 'second rows, a little longer']) {
    project.write({ 'data/a.csv': rows })
    const { data } = await bundle(ctx(), { message: null, labels: [], allowSecrets: null })
    bundles.push(data.bundle)
  }
  forget()
  age()
})
/** There is no second version. */
function forget(): void {
  for (const name of ['000000000002.json', 'hint']) fs.rmSync(join(folder, 'logs/versions/fraud', name))
}
afterEach(() => project.end())

const open = () => openFolder(folder, { create: true, now: () => new Date(), uuid: randomUUID })

const upkeep: Upkeep = {
  isDry: false,
  collect: async (apply) => beginCollection(folder, !apply),
  repack: async (options) => repackFolder(folder, options),
}

const ctx = (more: Partial<Context> = {}): Context => ({
  ...project.ctx({ registry: open() }),
  selfCheck: () => checkFolder(folder),
  upkeep: () => upkeep,
  ...more,
})

/** Everything was stored two days ago. */
function age(): void {
  for (const name of fs.readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' })) {
    const time = (Date.now() - 2 * DAY) / 1000
    fs.utimesSync(join(folder, 'objects', name), time, time)
  }
}

const run = async (apply: boolean, more: Partial<Context> = {}): Promise<GcData> =>
  (await gc(ctx(more), { apply, olderThanMs: DAY })).data

const named = (items: readonly GcItem[]): readonly string[] =>
  items.map(({ kind, name, bundle: owner }) => `${kind} ${name} of ${owner === bundles[1] ? 'the second' : owner}`)

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const thrown = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  if (thrown !== null && !(thrown instanceof AishipError)) throw thrown
  return thrown?.code ?? 'none'
}

test('says by name what would go, and changes nothing', async () => {
  const before = fs.readdirSync(folder, { recursive: true })
  const data = await run(false)
  expect(data).toMatchObject({ applied: false, garbage: { objects: 3 }, kept: { young: { objects: 0 } } })
  expect(named(data.items).toSorted()).toEqual([
    'bundle fraud of the second',
    'file data/a.csv of the second',
    'folder data of the second',
  ])
  expect(fs.readdirSync(folder, { recursive: true })).toEqual(before)
})

test('takes it out when it is told to, and what is left is whole', async () => {
  const result = await gc(ctx(), { apply: true, olderThanMs: DAY })
  expect(result).toMatchObject({
    changed: true,
    data: { applied: true, garbage: { objects: 3 }, trash: { objects: 3 } },
  })
  const { data } = await fsck(ctx(), { readData: true, repair: false })
  expect(data.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(await gc(ctx(), { apply: true, olderThanMs: DAY })).toMatchObject({ changed: false })
})

test('the same content is bundled again as if nothing had been', async () => {
  await run(true)
  const { data } = await bundle(ctx(), { message: null, labels: [], allowSecrets: null })
  expect(data).toMatchObject({ version: 'v2', bundle: bundles[1] })
  expect(await run(true)).toMatchObject({ garbage: { objects: 0 } })
  const checked = await fsck(ctx(), { readData: true, repair: false })
  expect(checked.data.findings.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('what was stored lately stays', async () => {
  expect(await gc(ctx(), { apply: false, olderThanMs: 3 * DAY })).toMatchObject({
    data: { garbage: { objects: 0 }, kept: { young: { objects: 3 } } },
  })
})

test('with --dry-run nothing is changed either', async () => {
  const data = await run(true, { upkeep: () => ({ ...upkeep, isDry: true }) })
  expect(data).toMatchObject({ applied: false, garbage: { objects: 3 } })
  expect(fs.existsSync(join(folder, 'trash'))).toBe(false)
})

test('asks before it takes anything', async () => {
  const questions: string[] = []
  const confirm = async (question: string): Promise<boolean> => {
    questions.push(question)
    return false
  }
  expect(await codeOf(run(true, { confirm }))).toBe('CONFIRMATION_NEEDED')
  expect(questions).toEqual([expect.stringMatching(/^move 3 objects \(\d+ bytes\) of .* to its trash\?$/)])
  expect(fs.existsSync(join(folder, 'trash'))).toBe(false)
})

describe('what keeps a bundle', () => {
  const isKept = async (): Promise<void> => expect(await run(true)).toMatchObject({ garbage: { objects: 0 } })
  const put = (path: string, value: unknown): void => {
    fs.mkdirSync(join(folder, path, '..'), { recursive: true })
    fs.writeFileSync(join(folder, path), canonicalBytes(value))
  }

  test('a pointer that ever served it', async () => {
    await bundle(ctx(), { message: null, labels: [], allowSecrets: null })
    const move = { reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
    for (const ref of ['v2', 'v1']) await promote(ctx(), { ref, pointer: 'prod', ...move })
    forget()
    await isKept()
  })

  test('a mark, a label, or evidence that names it', async () => {
    const second = bundles[1] as Digest
    put(`logs/evidence/${second.slice(7)}/000000000001.json`, { about: second, verdict: 'pass' })
    await isKept()
    fs.rmSync(join(folder, 'logs/evidence'), { recursive: true })
    put('labels/fraud/rc-7.json', { bundle: second })
    await isKept()
    fs.rmSync(join(folder, 'labels'), { recursive: true })
    await mark(ctx(), { subject: bundles[0] as Digest, verdict: 'bad', reason: null })
    expect(await run(false)).toMatchObject({ garbage: { objects: 3 } })
  })
})

describe('versions that nothing needs any more', () => {
  const move = { reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
  /** As gc by default, half a year from now. */
  const later = async (apply: boolean): Promise<GcData> => {
    const half: Upkeep = {
      ...upkeep,
      collect: async (isReal) => ({ ...beginCollection(folder, !isReal), nowMs: Date.now() + 200 * DAY }),
    }
    return (await gc(ctx({ upkeep: () => half }), { apply, olderThanMs: DAY })).data
  }
  /** More than are kept for being the newest. */
  async function many(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      project.write({ 'data/a.csv': `rows of ${n}` })
      await bundle(ctx(), { message: null, labels: [], allowSecrets: null })
    }
    age()
  }

  /** What a follower serves, so many days from now. */
  async function report(served: Digest, days: number): Promise<void> {
    const presence: Presence = {
      ...{ format: 1, app: 'fraud', pointer: 'prod', arm: null, host: 'web-1', dir: `/srv/${served}`, bundle: served },
      ...{ version: 'v1', seq: 1, since: null, said: null, pinned: false, stopped: false, problem: null },
      at: new Date(Date.now() + days * DAY).toISOString(),
    }
    await open().names.replace(presenceKey(presence), presenceBytes(presence))
  }

  test('go, and say so; what a pointer serves and can be rolled back to stays', { timeout: 120_000 }, async () => {
    await many(3)
    for (const ref of ['v2', 'v3']) await promote(ctx(), { ref, pointer: 'prod', ...move })
    project.write({ 'data/a.csv': 'many' })
    await many(NEWEST)
    await report(bundles[0] as Digest, 175)
    await report(`sha256:${'0'.repeat(64)}`, 195)
    const reported = await later(false)
    expect(reported.collected).toEqual([])
    expect(reported.staying.find(({ version }) => version === 'v1')?.why).toBe(
      'web-1 follows prod of fraud and reported to serve it',
    )
    await report(bundles[0] as Digest, 165)
    const planned = await later(false)
    expect(planned.collected.map(({ version }) => version)).toEqual(['v1'])
    expect(planned.staying.find(({ version }) => version === 'v2')?.why).toBe('a rollback of prod of fraud leads to it')
    expect(planned.staying.find(({ version }) => version === 'v3')?.why).toBe('prod of fraud serves it')
    expect(planned.rollbacks).toEqual([])
    expect(planned.reports).toBe(1)
    expect(await later(true)).toMatchObject({ applied: true, collected: [{ version: 'v1' }], reports: 1 })
    expect(await open().names.list('presence/')).toHaveLength(1)
    expect(await codeOf(resolve(ctx(), { ref: 'v1' }))).toBe('NOT_FOUND')
    expect(await codeOf(promote(ctx(), { ref: 'v1', pointer: 'prod', ...move }))).toBe('NOT_FOUND')
    expect(await later(true)).toMatchObject({ collected: [], garbage: { objects: 0 } })
    const { data } = await fsck(ctx(), { readData: true, repair: false })
    expect(data.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    fs.rmSync(join(folder, 'trash'), { recursive: true })
    expect(await codeOf(show(ctx(), { ref: 'v1' }))).toBe('NOT_FOUND')
    expect(
      (await fsck(ctx(), { readData: true, repair: false })).data.findings.filter(
        ({ severity }) => severity === 'error',
      ),
    ).toEqual([])
    project.write({ 'data/a.csv': 'first rows' })
    expect((await bundle(ctx(), { message: null, labels: [], allowSecrets: null })).data.version).toBe('v1')
    expect(await codeOf(promote(ctx(), { ref: 'v1', pointer: 'prod', ...move }))).toBe('none')
  })
})

describe('refuses to guess', () => {
  test('where an entry is damaged or missing', async () => {
    const file = join(folder, 'logs/versions/fraud/000000000001.json')
    const good = fs.readFileSync(file)
    fs.rmSync(file)
    fs.writeFileSync(file, good.subarray(1))
    expect(await codeOf(run(true))).toBe('CORRUPT')
    fs.renameSync(file, join(folder, 'logs/versions/fraud/000000000003.json'))
    expect(await codeOf(run(true))).toBe('CHAIN_BROKEN')
  })

  test('where this machine has seen entries that are not there', async () => {
    const registry = rememberTips(open(), join(project.root, 'seen'), () => undefined)
    await registry.logs.tip('versions/fraud')
    const entry = fs.readFileSync(join(folder, 'logs/versions/fraud/000000000001.json'))
    await bundle({ ...ctx(), registry }, { message: null, labels: [], allowSecrets: null })
    forget()
    expect(await codeOf(run(true, { registry }))).toBe('LOG_WENT_BACK')
    expect(await run(false, { registry })).toMatchObject({ applied: false })
    expect(fs.readFileSync(join(folder, 'logs/versions/fraud/000000000001.json')).equals(entry)).toBe(true)
    fs.rmSync(join(folder, 'logs/versions'), { recursive: true })
    expect(await codeOf(run(true))).toBe('CHAIN_BROKEN')
    expect(fs.existsSync(join(folder, 'trash'))).toBe(false)
  })

  test('where a bundle or a folder of one is missing', async () => {
    const [first] = bundles as [Digest]
    const file = join(folder, 'objects', first.slice(7, 9), first.slice(9))
    const kept = `${file}-kept`
    fs.renameSync(file, kept)
    expect(await codeOf(run(true))).toBe('OBJECT_MISSING')
    fs.renameSync(kept, file)
    const manifest = JSON.parse((await collect(open().objects.get(first))).toString())
    const tree: Digest = manifest.components.find(({ name }: { name: string }) => name === 'data').digest
    fs.rmSync(join(folder, 'objects', tree.slice(7, 9), tree.slice(9)))
    expect(await codeOf(run(true))).toBe('OBJECT_MISSING')
    expect(fs.existsSync(join(folder, 'trash'))).toBe(false)
  })
})
