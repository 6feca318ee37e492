import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { TransferData } from '../../src/core/model.gen.ts'
import type { Context, ObjectStore, Registry, Result } from '../../src/core/ports.ts'
import { approve } from '../../src/ops/approve.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { checkout } from '../../src/ops/checkout.ts'
import { contextAt } from '../../src/ops/elsewhere.ts'
import { evidenceOf } from '../../src/ops/evidence.ts'
import { fsck } from '../../src/ops/fsck.ts'
import { findRoots } from '../../src/ops/gc-entries.ts'
import { reach } from '../../src/ops/gc-roots.ts'
import { mark } from '../../src/ops/mark.ts'
import { marksOf } from '../../src/ops/marks.ts'
import { promote } from '../../src/ops/promote.ts'
import { pull } from '../../src/ops/pull.ts'
import { push } from '../../src/ops/push.ts'
import { resolve } from '../../src/ops/resolve.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { versionEntry } from '../../src/ops/versions.ts'
import { checkFolder } from '../../src/store/check.ts'
import { dryRun } from '../../src/store/dry.ts'
import { openFolder } from '../../src/store/folder.ts'
import { openMemory } from '../../src/store/memory.ts'
import { makeProject, type Project, refusal, retrain } from './context.ts'

const CONFIG = `version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin, from: [data] }
  data: { role: dataset, path: data/ }
pointers: { prod: {} }
`

let project: Project
let target: Registry
beforeEach(() => {
  project = makeProject({ 'aiship.yaml': CONFIG, 'model.bin': 'weights', 'data/a.csv': 'a', 'data/deep/b.csv': 'b' })
  target = openMemory({ id: randomUUID(), url: 'team' })
})
afterEach(() => project.end())

const folderAt = (name: string): Registry =>
  openFolder(join(project.root, name), { create: true, now: () => new Date(), uuid: randomUUID })

const make = async (ctx: Context = project.ctx()): Promise<Digest> =>
  (await bundle(ctx, { message: null, labels: [], allowSecrets: null })).data.bundle

const pushTo = (to: Registry, ref = '@last', ctx: Context = project.ctx()): Promise<Result<TransferData>> =>
  push({ ...ctx, open: async () => to }, { ref, to: to.url, create: false })

const at = (registry: Registry): Context => contextAt(project.ctx(), registry, 'fraud')

/** Everything that a reader could come across. */
const visible = async ({ logs, names }: Registry): Promise<readonly string[]> => [
  ...(await logs.list('')),
  ...(await names.list('index/')),
]

async function sound(registry: Registry): Promise<void> {
  const { data } = await fsck(at(registry), { readData: false, repair: false })
  expect(data.findings).toEqual([])
}

/** A registry whose objects are read through `get`. */
const reading = (registry: Registry, get: ObjectStore['get'], more: Partial<ObjectStore> = {}): Registry => ({
  ...registry,
  objects: { ...registry.objects, ...more, get },
})

/** Another version there, so that numbers differ. */
async function makeOther(registry: Registry): Promise<void> {
  project.write({ 'model.bin': 'of somebody else' })
  await make(at(registry))
  project.write({ 'model.bin': 'weights' })
}

describe.each([
  ['memory to memory', () => [openMemory({ id: randomUUID(), url: 'a' }), openMemory({ id: randomUUID(), url: 'b' })]],
  ['folder to folder', () => [folderAt('.aiship'), folderAt('team')]],
  ['folder to memory', () => [folderAt('.aiship'), openMemory({ id: randomUUID(), url: 'b' })]],
  ['memory to folder', () => [openMemory({ id: randomUUID(), url: 'a' }), folderAt('team')]],
] as const)('%s', (_, registries) => {
  let from: Registry
  let to: Registry
  beforeEach(() => {
    ;[from, to] = registries() as [Registry, Registry]
  })

  test('a bundle gets the next number of where it goes, and keeps it', async () => {
    await makeOther(to)
    const digest = await make(at(from))
    const { changed, data } = await pushTo(to, 'v1', at(from))
    expect(changed).toBe(true)
    expect(data).toMatchObject({ bundle: digest, from_version: 'v1', version: 'v2', new_version: true })
    // The data are there, as part of the other version.
    expect(data).toMatchObject({ new_objects: 2, objects: 6 })
    const entry = await versionEntry(at(to), 'v2')
    expect(entry).toMatchObject({ bundle: digest, origin: { registry: from.id, version: 'v1' } })
    await sound(to)
    const again = await pushTo(to, 'v1', at(from))
    expect(again).toMatchObject({ changed: false, data: { version: 'v2', new_version: false, new_objects: 0 } })
  })

  test('its evidence goes along once, in the names that it has, and so does who made it', async () => {
    const digest = await make(at(from))
    const actor = { name: 'ben', kind: 'human' } as const
    await approve({ ...at(from), actor }, { ref: 'v1', pointer: 'prod', reason: 'read it', withdraw: false })
    expect((await pushTo(to, 'v1', { ...at(from), actor })).data.evidence).toBe(1)
    expect(await evidenceOf(at(to), digest)).toMatchObject([
      { actor, type: 'approval', reason: 'read it', approval: { scope: { app: 'fraud', pointer: 'prod' } } },
    ])
    expect((await versionEntry(at(to), 'v1')).origin?.author).toEqual((await versionEntry(at(from), 'v1')).actor)
    expect(await pushTo(to, 'v1', at(from))).toMatchObject({ changed: false, data: { evidence: 0 } })
    await sound(to)
  })

  test('and comes back as what it is', async () => {
    const digest = await make(at(from))
    await promote(at(from), {
      ...{ ref: 'v1', pointer: 'prod', reason: null, override: null, create: false, resetRoute: false },
      leavingBad: null,
    })
    const ctx: Context = contextAt({ ...project.ctx(), open: async () => from }, to, 'fraud')
    const { data } = await pull(ctx, { from: 'team', ref: 'prod' })
    expect(data).toMatchObject({ ref: 'prod', bundle: digest, version: 'v1' })
    expect((await resolve(at(to), { ref: 'v1' })).data.bundle).toBe(digest)
    // Pointers stay where they are.
    expect(await to.logs.list('pointers/')).toEqual([])
  })
})

describe('on the way', () => {
  test('whatever cannot be read, nothing of it shows up; the next push goes on', async () => {
    await make()
    let reads = 0
    let last = Number.POSITIVE_INFINITY
    const { objects } = project.registry
    const get: ObjectStore['get'] = async function* (digest, max) {
      if (reads++ === last) throw new AishipError('REGISTRY_UNREACHABLE', 'the line is cut')
      yield* objects.get(digest, max)
    }
    const from = at(reading(project.registry, get))
    await pushTo(openMemory({ id: randomUUID() }), 'v1', from)
    const all = reads
    expect(all).toBeGreaterThan(7)
    for (last = 0; last < all; last++) {
      reads = 0
      const to = openMemory({ id: randomUUID() })
      await refusal(pushTo(to, 'v1', from), 'REGISTRY_UNREACHABLE')
      expect(await visible(to), `cut at read ${last}`).toEqual([])
      await pushTo(to, 'v1', from)
      await sound(to)
    }
  })

  test('what had arrived is not read again', async () => {
    const digest = await make()
    const append = target.logs.append
    const cut = {
      ...target,
      logs: { ...target.logs, append: async () => Promise.reject(new AishipError('REGISTRY_UNREACHABLE', 'cut')) },
    }
    await refusal(pushTo(cut), 'REGISTRY_UNREACHABLE')
    expect(await visible(target)).toEqual([])
    expect(target.logs.append).toBe(append)
    const read: Digest[] = []
    const from = reading(project.registry, (one, max) => {
      read.push(one)
      return project.registry.objects.get(one, max)
    })
    const { data } = await pushTo(target, '@last', { ...project.ctx(), registry: from })
    expect(data).toMatchObject({ bundle: digest, new_objects: 0, new_version: true })
    // The manifest and two trees, to know what there is.
    expect(new Set(read).size).toBe(3)
  })

  test('a source that lacks an object, or has a damaged one, is named', async () => {
    const from = folderAt('.aiship')
    await make(at(from))
    const packs = join(project.root, '.aiship/objects/packs')
    for (const [damage, code] of [
      [(file: string) => fs.writeFileSync(file, fs.readFileSync(file).fill(0, 8, 40)), 'CORRUPT'],
      [(file: string) => fs.rmSync(file), 'OBJECT_MISSING'],
    ] as const) {
      for (const name of fs.readdirSync(packs)) {
        fs.chmodSync(join(packs, name), 0o600)
        damage(join(packs, name))
      }
      const error = await refusal(pushTo(target, 'v1', at(folderAt('.aiship'))), code)
      expect(error.next).toEqual([`aiship fsck --registry ${from.url}`])
      expect(await visible(target)).toEqual([])
    }
  })

  test('two at once make one version of one bundle, and two of two', async () => {
    await make()
    const same = await Promise.all([pushTo(target, 'v1'), pushTo(target, 'v1'), pushTo(target, 'v1')])
    expect(same.map(({ data }) => data.version)).toEqual(['v1', 'v1', 'v1'])
    expect(same.filter(({ data }) => data.new_version)).toHaveLength(1)
    for (const rows of ['c', 'd']) {
      project.write({ 'data/a.csv': rows })
      await make()
    }
    const both = await Promise.all([pushTo(target, 'v2'), pushTo(target, 'v3')])
    expect(both.map(({ data }) => data.version).sort()).toEqual(['v2', 'v3'])
    await sound(target)
  })

  test('the name of an operation stands for one bundle', async () => {
    await make()
    await pushTo(target, 'v1', project.ctx({ op: 'job-7' }))
    expect(await pushTo(target, 'v1', project.ctx({ op: 'job-7' }))).toMatchObject({ changed: false })
    project.write({ 'data/a.csv': 'c' })
    await make()
    await refusal(pushTo(target, 'v2', project.ctx({ op: 'job-7' })), 'USAGE')
    expect(await target.logs.numbers('versions/fraud')).toEqual([1])
  })

  test('a store that is far away brings what is missing before it is read', async () => {
    await make()
    const { objects } = project.registry
    const brought = new Set<Digest>()
    const far = reading(
      project.registry,
      async function* (digest, max) {
        // Trees and manifests are read with a limit.
        if (max === undefined && !brought.has(digest)) throw new Error(`${digest} was not brought`)
        yield* objects.get(digest, max)
      },
      {
        bring: async (digests, { progress } = {}) => {
          for (const digest of digests) {
            brought.add(digest)
            progress?.((await objects.size(digest)) ?? 0)
          }
        },
      },
    )
    await makeOther(target)
    await pushTo(target, 'v1', at(far))
    // The model and nothing else: the data are there.
    expect(brought.size).toBe(1)
    expect(project.progress.filter(({ what }) => what === 'pushing').at(-1)).toMatchObject({ done: 7, total: 7 })
  })
})

test('a second push brings again what was lost behind our back', async () => {
  await make()
  const to = folderAt('team')
  await pushTo(to)
  const objects = join(project.root, 'team/objects')
  const files = fs.readdirSync(objects, { recursive: true, encoding: 'utf8' })
  for (const name of files.filter((one) => fs.statSync(join(objects, one)).isFile())) {
    fs.chmodSync(join(objects, name), 0o600)
    fs.rmSync(join(objects, name))
  }
  const { changed, data } = await pushTo(folderAt('team'))
  expect({ changed, ...data }).toMatchObject({ changed: true, version: 'v1', new_version: false, new_objects: 6 })
  const ctx = { ...at(folderAt('team')), registry: folderAt('team'), app: 'fraud' }
  const checked = await fsck(
    { ...project.ctx(), ...ctx, selfCheck: () => checkFolder(join(project.root, 'team')) },
    { readData: true, repair: false },
  )
  expect(checked.data.findings).toEqual([])
})

describe('marks', () => {
  const verdicts = async (digest: Digest): Promise<readonly string[]> =>
    (await marksOf(at(target), digest)).map(({ verdict, actor, reason }) => `${verdict} by ${actor.name}: ${reason}`)
  const say = (verdict: 'bad' | 'good', subject: string, reason: string, ctx = project.ctx()) =>
    mark(ctx, { subject, verdict, reason })

  test('for the whole registry travel, once, in the name of who set them', async () => {
    const digest = await make()
    const { components } = (await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })).data
    const model = components.find(({ name }) => name === 'model')?.digest as Digest
    await say('bad', 'v1', 'leaks')
    await say('bad', model, 'poisoned', project.ctx({ actor: retrain }))
    expect((await pushTo(target)).data.marks).toBe(2)
    expect(await verdicts(digest)).toEqual(['bad by ana: leaks'])
    expect(await verdicts(model)).toEqual(['bad by retrain: poisoned'])
    expect(await pushTo(target)).toMatchObject({ changed: false, data: { marks: 0 } })
    // What is said there afterwards is not said over again.
    await say('good', 'v1', 'checked', at(target))
    await pushTo(target)
    expect(await verdicts(digest)).toEqual(['bad by ana: leaks', 'good by ana: checked'])
  })

  test('of one pointer stay with it', async () => {
    const first = await make()
    const move = { pointer: 'prod', reason: null, override: null, create: false, resetRoute: false, leavingBad: null }
    await promote(project.ctx(), { ref: 'v1', ...move })
    project.write({ 'data/a.csv': 'c' })
    const second = await make()
    await promote(project.ctx(), { ref: 'v2', ...move })
    await rollback(project.ctx(), { pointer: 'prod', to: null, reason: 'slow', hold: true, mark: true })
    expect((await marksOf(project.ctx(), second)).length).toBe(1)
    expect((await pushTo(target, 'v2')).data.marks).toBe(0)
    expect(await verdicts(first)).toEqual([])
  })

  test('are there before the version', async () => {
    const digest = await make()
    await say('bad', 'v1', 'leaks')
    const order: string[] = []
    const logs = { ...target.logs }
    const watched: Registry = {
      ...target,
      logs: {
        ...logs,
        append: (log, seq, bytes) => {
          order.push(log.split('/')[0] as string)
          return logs.append(log, seq, bytes)
        },
      },
    }
    await pushTo(watched)
    expect(order).toEqual(['marks', 'versions'])
    expect(await verdicts(digest)).toEqual(['bad by ana: leaks'])
  })
})

describe('a lazy pull', () => {
  const move = { pointer: 'prod', reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
  let ctx: Context
  let opened: string[]
  beforeEach(async () => {
    await make()
    opened = []
    const open = async (url: string): Promise<Registry> => {
      opened.push(url)
      return project.registry
    }
    ctx = contextAt({ ...project.ctx(), open }, target, 'fraud')
    const { data } = await pull(ctx, { from: '../first', ref: 'v1', lazy: true })
    // The manifest and two trees.
    expect(data).toMatchObject({ lazy: true, new_objects: 3, objects: 6 })
    opened = []
  })
  const count = async (): Promise<number> => {
    let all = 0
    for await (const _ of target.objects.list()) all++
    return all
  }
  const out = (): string => join(project.root, 'out')

  test('says where its files are, and is neither damaged nor garbage', async () => {
    expect((await versionEntry(ctx, 'v1')).origin).toMatchObject({ version: 'v1', files_at: '.aiship' })
    const { data } = await fsck(ctx, { readData: false, repair: false })
    expect(data.findings).toMatchObject([{ id: 'filesElsewhere', severity: 'info', subject: 'versions/fraud@1' }])
    const { live } = await reach(ctx, await findRoots(ctx, null))
    expect(live.size).toBe(6)
  })

  test('is checked out by fetching what is needed', async () => {
    await checkout(ctx, { ref: 'v1', dir: out(), only: 'logic' })
    expect(opened).toEqual(['.aiship'])
    expect(await count()).toBe(4)
    expect(fs.readFileSync(join(out(), 'model.bin'), 'utf8')).toBe('weights')
    await checkout(ctx, { ref: 'v1', dir: out(), only: null })
    expect(await count()).toBe(6)
    opened = []
    await checkout(ctx, { ref: 'v1', dir: join(project.root, 'again'), only: null })
    expect(opened).toEqual([])
    await sound(target)
  })

  test('is not promoted before all of it is here', async () => {
    // The root of the model is a file.
    const error = await refusal(promote(ctx, { ref: 'v1', ...move }), 'OBJECT_MISSING')
    expect(error.next).toEqual(['aiship pull .aiship v1'])
    await checkout(ctx, { ref: 'v1', dir: out(), only: 'logic' })
    expect((await refusal(promote(ctx, { ref: 'v1', ...move }), 'OBJECT_MISSING')).next).toEqual(error.next)
    const { data } = await pull(ctx, { from: '../first', ref: 'v1' })
    expect(data).toMatchObject({ new_version: false, new_objects: 2 })
    expect(await promote(ctx, { ref: 'v1', ...move })).toMatchObject({ changed: true })
  })

  test('goes nowhere before all of it is here', async () => {
    const to = openMemory({ id: randomUUID(), url: 'next' })
    const error = await refusal(
      push({ ...ctx, open: async () => to }, { ref: 'v1', to: 'next', create: false }),
      'OBJECT_MISSING',
    )
    expect(error.next).toEqual(['aiship pull .aiship v1 --registry team'])
    expect(await visible(to)).toEqual([])
  })

  test('whose origin is gone says what to do', async () => {
    const open = async (): Promise<Registry> => {
      throw new AishipError('REGISTRY_MISSING', 'there is no registry')
    }
    const work = checkout({ ...ctx, open }, { ref: 'v1', dir: out(), only: null })
    expect((await refusal(work, 'OBJECT_MISSING')).next).toEqual(['aiship pull FROM v1'])
    expect(fs.existsSync(out())).toBe(false)
  })
})

test('a dry run says what would go, and writes nothing', async () => {
  await make()
  const { data } = await pushTo(dryRun(target))
  expect(data).toMatchObject({ new_objects: 6, version: 'v1', new_version: true })
  expect(await visible(target)).toEqual([])
  expect((await target.objects.list()[Symbol.asyncIterator]().next()).done).toBe(true)
  expect((await pushTo(target)).data).toEqual(data)
})

test('versions that an entry names are those of its registry', async () => {
  await makeOther(target)
  await make()
  await pushTo(target)
  const { lineage } = await versionEntry(at(target), 'v2')
  expect(lineage.model).toMatchObject({ since: 'v2' })
  project.write({ 'data/a.csv': 'c' })
  await make()
  await pushTo(target)
  // The same model: it is there since the version that brought it.
  expect((await versionEntry(at(target), 'v3')).lineage.model).toMatchObject({ since: 'v2' })
})

test('an app that the other registry does not have', async () => {
  await make()
  const ctx: Context = { ...project.ctx(), open: async () => target, appIn: async () => 'fraud' }
  const error = await refusal(pull(ctx, { from: 'team', ref: '@newest' }), 'NOT_FOUND')
  expect(error.message).toBe('fraud has no version yet (in team)')
  expect(error.next).toEqual(['aiship ls --registry team --app fraud'])
})

test('a copy of the registry is repaired, and never taken further', async () => {
  await make()
  const copy = openMemory({ id: project.registry.id, url: 'backup' })
  await refusal(pushTo(copy), 'USAGE')
  expect(await visible(copy)).toEqual([])
  await copy.logs.append(
    'versions/fraud',
    1,
    (await project.registry.logs.read('versions/fraud', 1))?.bytes as Uint8Array,
  )
  await pushTo(copy)
  expect(await copy.logs.numbers('versions/fraud')).toEqual([1])
  await sound(copy)
})

test('10,000 files', async () => {
  for (let i = 0; i < 100; i++)
    project.write(Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`data/${i}/${j}.txt`, `row ${i} ${j}`])))
  const from = folderAt('.aiship')
  await make(at(from))
  const to = folderAt('team')
  const { data } = await pushTo(to, 'v1', at(from))
  expect(data).toMatchObject({ new_objects: 10_106, version: 'v1' })
  const steps = project.progress.filter(({ what }) => what === 'pushing')
  expect(steps.at(-1)?.done).toBe(steps.at(-1)?.total)
  expect((await pushTo(folderAt('team'), 'v1', at(from))).data.new_objects).toBe(0)
}, 60_000)
