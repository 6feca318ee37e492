import fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { manifestBytes } from '../../src/core/manifest.ts'
import type { Component } from '../../src/core/model.gen.ts'
import type { Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { checkout } from '../../src/ops/checkout.ts'
import { contentsOf } from '../../src/ops/contents.ts'
import { diff } from '../../src/ops/diff.ts'
import { hold } from '../../src/ops/hold.ts'
import { append, newest } from '../../src/ops/logs.ts'
import { ls } from '../../src/ops/ls.ts'
import { mark } from '../../src/ops/mark.ts'
import { manifestOf } from '../../src/ops/plan.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { show } from '../../src/ops/show.ts'
import { status } from '../../src/ops/status.ts'
import { makeProject, type Project, refusal, retrain } from './context.ts'

const NODE = JSON.stringify(process.execPath)
const YAML = `
version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin, from: [data, features] }
  data: { role: dataset, path: data/ }
  features: { role: feature-pipeline, path: [features/, vocabulary.json] }
  prompt: { role: prompt, path: prompts/ }
  llm: { role: model, value: { provider: acme, model: chat-2026-08-01, temperature: 0.2 } }
  lake: { role: dataset, external: { uri: "s3://lake/orders", pin: "42" } }
  env: { role: runtime, command: [${NODE}, -e, "require('fs').appendFileSync('runs', '.'); console.log('numpy==2.0')"] }
commands:
  evaluate: [node, evaluate.mjs]
pointers:
  prod: { protected: true }
  staging: {}
`
const FILES = {
  'aiship.yaml': YAML,
  'model.bin': 'weights',
  'data/a.csv': '1,2',
  'data/deep/b.csv': '3,4',
  'features/settings.json': '{"lower":true,"n":3}',
  'vocabulary.json': '["a"]',
  'prompts/system.md': 'Be kind.\nBe brief.\n',
}

let project: Project
beforeEach(async () => {
  project = makeProject(FILES)
  await make('first')
})
afterEach(() => project.end())

/** Until a change to a file shows in its times, as between two commands that a person types. */
const tick = (): Promise<void> => delay(25)

async function make(message: string, labels: readonly string[] = []): Promise<string> {
  await tick()
  return (await bundle(project.ctx(), { message, labels, allowSecrets: null })).data.version
}
const go = (ref: string, pointer: string, reason: string | null = null) =>
  promote(project.ctx(), { ref, pointer, reason, override: null, create: true, resetRoute: false, leavingBad: null })
const back = (pointer: string) =>
  rollback(project.ctx(), { pointer, to: null, reason: 'worse', hold: true, mark: true })
const look = async (options = {}) => (await status(project.ctx(options), {})).data
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries(((await look()).work?.components ?? []).map(({ name, state }) => [name, state]))
const between = async (a: string | null, b: string | null, options: { content?: boolean; capture?: boolean } = {}) =>
  (await diff(project.ctx(), { a, b, content: false, capture: false, ...options })).data
const runs = (): number => project.read('runs').length

const SAME = {
  model: 'same',
  data: 'same',
  features: 'same',
  prompt: 'same',
  llm: 'same',
  lake: 'same',
  env: 'not looked at',
}

describe('status: pointers', () => {
  test('what each says, since when, by whom and why; those that are declared and never moved too', async () => {
    await go('v1', 'prod', 'first release')
    project.wait(3600)
    await hold(project.ctx({ actor: retrain }), { pointer: 'prod', reason: 'audit' })
    const { pointers } = await look()
    expect(pointers).toEqual([
      expect.objectContaining({
        ...{ pointer: 'prod', state: 'serving', protected: true, seq: 2, version: 'v1', message: 'first' },
        ...{
          since: '2026-10-01T12:00:00.000Z',
          by: { kind: 'human', name: 'ana' },
          action: 'promote',
          reason: 'first release',
        },
        hold: { at: '2026-10-01T13:00:00.000Z', by: { kind: 'automation', name: 'retrain' }, reason: 'audit' },
        arms: [{ arm: 'stable', bundle: expect.any(String), version: 'v1' }],
      }),
      expect.objectContaining({ pointer: 'staging', state: 'never moved', seq: null, bundle: null, protected: false }),
    ])
  })

  test.each(['bundle', 'component'] as const)('warns when it serves a %s that is marked bad', async (what) => {
    await go('v1', 'prod')
    const digest = (await show(project.ctx(), { ref: 'v1' })).data.components.find((c) => c.name === 'features')?.digest
    await mark(project.ctx(), { subject: what === 'bundle' ? 'v1' : (digest ?? ''), verdict: 'bad', reason: 'leaks' })
    project.warnings()
    const [prod] = (await look()).pointers
    expect(prod?.bad).toMatchObject([
      { component: what === 'bundle' ? null : 'features', scope: null, reason: 'leaks' },
    ])
    expect(project.warnings()).toMatchObject([{ code: 'MARKED_BAD', message: expect.stringContaining('prod') }])
  })

  test('a mark for another pointer is told and not warned of', async () => {
    await go('v1', 'canary')
    project.write({ 'model.bin': 'w2' })
    await make('second')
    await go('v2', 'canary')
    await go('v2', 'prod')
    await back('canary')
    project.warnings()
    const prod = (await look()).pointers.find((one) => one.pointer === 'prod')
    expect(prod?.bad).toMatchObject([{ scope: { app: 'fraud', pointer: 'canary' } }])
    expect(project.warnings()).toEqual([])
  })

  test('without an aiship.yaml, the pointers alone', async () => {
    await go('v1', 'prod')
    project.write({ 'aiship.yaml': null })
    const data = await look()
    expect([data.work, data.pointers.map((one) => one.pointer), data.pointers[0]?.protected]).toEqual([
      null,
      ['prod'],
      true,
    ])
  })

  test('the pointers are told also when the bundle to compare with is damaged', async () => {
    await go('v1', 'prod')
    const { objects } = project.registry
    const missing = (): never => {
      throw new AishipError('OBJECT_MISSING', 'gone')
    }
    const registry: Registry = { ...project.registry, objects: { ...objects, get: missing } }
    const data = await look({ registry })
    expect([data.pointers[0]?.version, data.work]).toEqual(['v1', null])
    expect(project.warnings().map((warning) => warning.code)).toContain('OBJECT_MISSING')
  })
})

describe('status: the working tree', () => {
  test('is the same right after the bundle, and no program was started to see that', async () => {
    expect(await states()).toEqual(SAME)
    expect((await look()).work).toMatchObject({ state: 'unknown', against: { ref: 'v1' } })
    expect(runs()).toBe(1)
  })

  test('is compared with prod, else the only pointer, else the newest version', async () => {
    project.write({ 'model.bin': 'w2' })
    await make('second')
    expect((await look()).work?.against?.ref).toBe('v2')
    await go('v1', 'staging')
    expect((await look()).work?.against?.ref).toBe('staging')
    await go('v1', 'canary')
    expect((await look()).work?.against?.ref).toBe('v2')
    await go('v2', 'prod')
    expect((await look()).work?.against?.ref).toBe('prod')
  })

  test.each<[string, () => void, Record<string, string>]>([
    ['a file of another size', () => project.write({ 'model.bin': 'longer weights' }), { model: 'changed' }],
    ['a file more', () => project.write({ 'data/c.csv': '5' }), { data: 'changed' }],
    ['a file less', () => project.write({ 'data/deep': null }), { data: 'changed' }],
    ['the executable bit', () => fs.chmodSync(join(project.root, 'vocabulary.json'), 0o755), { features: 'changed' }],
    ['a value', () => project.write({ 'aiship.yaml': YAML.replace('0.2', '0.7') }), { llm: 'changed' }],
    ['a pin', () => project.write({ 'aiship.yaml': YAML.replace('"42"', '"43"') }), { lake: 'changed' }],
    [
      'a component that is gone',
      () => project.write({ 'aiship.yaml': YAML.replace(/ {2}lake.*\n/, '') }),
      { lake: 'removed' },
    ],
    [
      'a new component',
      () => project.write({ 'aiship.yaml': YAML.replace('  lake', '  extra: { role: guardrail, value: 1 }\n  lake') }),
      { extra: 'new' },
    ],
    ['files that are gone', () => project.write({ prompts: null }), { prompt: 'missing' }],
    [
      'another role',
      () => project.write({ 'aiship.yaml': YAML.replace('role: prompt', 'role: guardrail') }),
      { prompt: 'changed' },
    ],
  ])('%s', async (_name, change, expected) => {
    change()
    const seen = await states()
    expect(seen).toEqual({ ...Object.fromEntries(Object.entries(SAME).filter(([name]) => name in seen)), ...expected })
    expect((await look()).work?.state).toBe('changed')
  })

  test('a file of the same size that was written since is not guessed at; diff settles it', async () => {
    await tick()
    project.write({ 'model.bin': 'WEIGHTS', 'data/a.csv': '1,2' })
    await tick()
    expect(await states()).toMatchObject({ model: 'not looked at', data: 'not looked at' })
    await between(null, null)
    expect(await states()).toMatchObject({ model: 'changed', data: 'same' })
  })

  test('reads no file: everything there may be unreadable', async () => {
    const workspace = project.ctx().workspace
    const never = (): never => {
      throw new Error('status read a file')
    }
    const ctx = { ...project.ctx(), workspace: { ...workspace, read: never, hash: never, saveKnown: never } }
    expect((await status(ctx, {})).data.work?.components).toHaveLength(7)
  })
})

describe('diff', () => {
  test('of the same: nothing, and all four layers are there', async () => {
    const data = await between('v1', 'v1')
    expect(data.different).toBe(false)
    expect(data.layers.map(({ layer, changed }) => [layer, changed])).toEqual([
      ['data', false],
      ['features', false],
      ['logic', false],
      ['serving', false],
    ])
    expect(
      data.layers.flatMap((layer) => layer.components).every((one) => one.state === 'same' && one.files.length === 0),
    ).toBe(true)
  })

  test('groups by layer, component and file, with sizes', async () => {
    project.write({ 'features/settings.json': '{"lower":false,"n":3}', 'features/new.py': 'x', 'data/deep': null })
    fs.chmodSync(join(project.root, 'vocabulary.json'), 0o755)
    await make('second')
    const data = await between('v1', 'v2')
    expect(data.layers.filter(({ changed }) => changed).map(({ layer }) => layer)).toEqual(['data', 'features'])
    expect(data.layers[1]?.components).toMatchObject([
      {
        ...{ name: 'features', role: 'feature-pipeline', state: 'changed' },
        files: [
          { path: 'features/new.py', state: 'added', from_size: null, to_size: 1, exec: null, text: null, keys: [] },
          { path: 'features/settings.json', state: 'changed', from_size: 20, to_size: 21 },
          { path: 'vocabulary.json', state: 'changed', from_size: 5, to_size: 5, exec: true },
        ],
      },
    ])
    expect(data.layers[0]?.components.find((one) => one.name === 'data')?.files).toMatchObject([
      { path: 'data/deep/b.csv', state: 'removed', from_size: 3, to_size: null },
    ])
    expect(data.different).toBe(true)
  })

  test('a value says which key changed, and from what to what', async () => {
    project.write({
      'aiship.yaml': YAML.replace('temperature: 0.2', 'temperature: 0.7, stop: [END]').replace('provider: acme, ', ''),
    })
    const llm = (await between('v1', null)).layers[2]?.components.find((one) => one.name === 'llm')
    expect(llm?.keys).toEqual([
      { key: 'provider', state: 'removed', from: 'acme' },
      { key: 'stop', state: 'added', to: ['END'] },
      { key: 'temperature', state: 'changed', from: 0.2, to: 0.7 },
    ])
  })

  test('a reference says what it points to now', async () => {
    project.write({ 'aiship.yaml': YAML.replace('"42"', '"43"') })
    const lake = (await between('v1', null)).layers[0]?.components.find((one) => one.name === 'lake')
    expect(lake?.keys).toEqual([{ key: 'pin', state: 'changed', from: '42', to: '43' }])
  })

  test('with content: lines of text, keys of JSON and YAML, nothing of what is neither', async () => {
    project.write({ 'features/more.yaml': 'a:\n  b: 1\n  c: [1, 2]\n', 'model.bin': Buffer.from([0, 1, 2]) })
    await make('second')
    project.write({
      'features/more.yaml': 'a:\n  b: 2\n  c: [1, 3]\n',
      'features/settings.json': '{"lower":true,"n":4}',
      'prompts/system.md': 'Be kind.\nBe very brief.\n',
      'model.bin': Buffer.from([0, 1, 3]),
    })
    const files = (await between('v2', '@work', { content: true })).layers.flatMap((layer) =>
      layer.components.flatMap((one) => one.files),
    )
    const byPath = Object.fromEntries(files.map((file) => [file.path, file]))
    expect(byPath['features/more.yaml']?.keys).toEqual([
      { key: 'a.b', state: 'changed', from: 1, to: 2 },
      { key: 'a.c.1', state: 'changed', from: 2, to: 3 },
    ])
    expect(byPath['features/settings.json']?.keys).toEqual([{ key: 'n', state: 'changed', from: 3, to: 4 }])
    expect(byPath['prompts/system.md']?.text).toBe('@@ -1,2 +1,2 @@\n Be kind.\n-Be brief.\n+Be very brief.')
    expect(byPath['model.bin']).toMatchObject({ text: null, keys: [] })
  })

  test('of the working tree starts no program, unless it is told to', async () => {
    const before = runs()
    const env = async (capture: boolean) => (await between(null, null, { capture })).layers[3]?.components[0]
    expect(await env(false)).toMatchObject({ name: 'env', state: 'not looked at', why: expect.any(String) })
    expect(runs()).toBe(before)
    expect(await env(true)).toMatchObject({ name: 'env', state: 'same' })
    expect(runs()).toBe(before + 1)
  })

  test('of the working tree stores nothing', async () => {
    project.write({ 'model.bin': 'w2' })
    const count = async (): Promise<number> => {
      let objects = 0
      for await (const _ of project.registry.objects.list()) objects++
      return objects
    }
    const before = await count()
    const data = await between(null, null, { capture: true })
    expect(await count()).toBe(before)
    expect([data.b.ref, data.b.version]).toEqual(['@work', null])
    const version = await make('second')
    expect((await between(null, null, { capture: true })).b).toMatchObject({ bundle: data.b.bundle, version })
  })

  test('components that come, go, or cannot be read', async () => {
    project.write({
      'aiship.yaml': YAML.replace(/ {2}lake.*\n/, '').replace(
        '  env',
        '  extra: { role: guardrail, value: { a: 1 } }\n  env',
      ),
      prompts: null,
    })
    const all = (await between(null, null)).layers.flatMap((layer) => layer.components)
    expect(Object.fromEntries(all.map(({ name, state }) => [name, state]))).toMatchObject({
      lake: 'removed',
      extra: 'added',
      prompt: 'missing',
      model: 'same',
    })
    expect(all.find((one) => one.name === 'extra')?.files).toMatchObject([
      { path: '.aiship-components/extra.json', state: 'added' },
    ])
  })

  test('a command that changed is a difference', async () => {
    project.write({ 'aiship.yaml': YAML.replace('evaluate.mjs', 'other.mjs') })
    const data = await between(null, null)
    expect(data.commands).toEqual([{ name: 'evaluate', from: ['node', 'evaluate.mjs'], to: ['node', 'other.mjs'] }])
    expect(data.different).toBe(true)
    expect(data.layers.some((layer) => layer.changed)).toBe(false)
  })

  test('reads only the trees that differ', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`data/d${i % 20}/f${i}`, String(i)]))
    project.write(many)
    await make('many')
    project.write({ 'data/d7/f7': 'changed' })
    await make('one changed')
    let reads = 0
    const { objects } = project.registry
    const registry: Registry = {
      ...project.registry,
      objects: {
        ...objects,
        get: (digest, max) => {
          reads++
          return objects.get(digest, max)
        },
      },
    }
    const { data } = await diff(project.ctx({ registry }), { a: 'v2', b: 'v3', content: false, capture: false })
    expect(data.layers[0]?.components.find((one) => one.name === 'data')?.files).toMatchObject([{ path: 'data/d7/f7' }])
    // 2 manifests, and on each side the root and the one folder.
    expect(reads).toBe(2 + 4)
  })

  test('no version to compare with yet', async () => {
    const fresh = makeProject(FILES)
    await refusal(diff(fresh.ctx(), { a: null, b: null, content: false, capture: false }), 'NOT_FOUND')
    fresh.end()
  })
})

describe('show', () => {
  test('all that is known of a version', async () => {
    const pickle = Buffer.from('80049516000000000000008c0a7472616e73666f726d948c036d6170949392942e', 'hex')
    project.write({ 'model.bin': pickle })
    await make('second', ['rc2'])
    await go('v1', 'prod')
    await go('v2', 'prod')
    await back('prod')
    const { data } = await show(project.ctx(), { ref: 'rc2' })
    expect(data).toMatchObject({
      ...{ ref: 'rc2', version: 'v2', message: 'second', host: 'laptop', git: null, labels: ['rc2'], secrets: null },
      commands: { evaluate: ['node', 'evaluate.mjs'] },
      marks: [{ scope: { app: 'fraud', pointer: 'prod' }, reason: 'worse' }],
      pointers: [{ pointer: 'prod', now: false, seq: 2 }],
    })
    const model = data.components.find((one) => one.name === 'model')
    expect(model).toMatchObject({
      files: 1,
      stored: 'stored',
      formats: { pickle: ['model.bin'] },
      executable_formats: ['pickle'],
      path: 'model.bin',
    })
    expect(model?.lineage).toMatchObject({ since: 'v2', stale: [] })
    expect(data.components.find((one) => one.name === 'data')?.lineage).toBeNull()
    expect(data.components.find((one) => one.name === 'llm')?.stored).toBe('hosted')
    expect(data.components.find((one) => one.name === 'lake')).toMatchObject({
      stored: 'external',
      reference: { uri: 's3://lake/orders', pin: '42' },
      path: null,
    })
    expect((await show(project.ctx(), { ref: 'prod' })).data).toMatchObject({
      version: 'v1',
      pointers: [{ pointer: 'prod', now: true, seq: 3 }],
    })
  })

  test('lineage that is stale says in what', async () => {
    project.write({ 'features/settings.json': '{}' })
    await make('second')
    const { data } = await show(project.ctx(), { ref: 'v2' })
    expect(data.components.find((one) => one.name === 'model')?.lineage).toMatchObject({
      since: 'v1',
      stale: ['features'],
    })
  })

  test('@work: what a bundle made now would be, without starting a program', async () => {
    const before = runs()
    const { data } = await show(project.ctx(), { ref: '@work' })
    expect(data).toMatchObject({ bundle: null, version: null, at: null })
    expect(data.components.find((one) => one.name === 'env')).toMatchObject({ digest: null })
    expect(data.components.find((one) => one.name === 'data')).toMatchObject({ files: 2, size: 6 })
    expect(runs()).toBe(before)
    project.write({ 'aiship.yaml': YAML.replace(/ {2}env.*\n/, '') })
    const whole = (await show(project.ctx(), { ref: '@work' })).data.bundle
    await make('without env')
    expect((await show(project.ctx(), { ref: '@work' })).data).toMatchObject({ bundle: whole, version: 'v2' })
  })
})

describe('ls', () => {
  const list = async (limit = 20, options = {}) => (await ls(project.ctx(options), { limit })).data

  test('newest first, with where each stands', async () => {
    for (const text of ['w2', 'w3', 'w4', 'w5']) {
      project.write({ 'model.bin': text })
      await make(text, text === 'w3' ? ['rc'] : [])
    }
    for (const version of ['v2', 'v3', 'v4']) await go(version, 'prod')
    await back('prod')
    await go('v3', 'staging')
    const { versions, total } = await list()
    expect(total).toBe(5)
    expect(
      versions.map(({ version, state, pointers, labels, message }) => [
        version,
        state,
        pointers.join(),
        labels.join(),
        message,
      ]),
    ).toEqual([
      ['v5', 'never', '', '', 'w5'],
      ['v4', 'bad', '', '', 'w4'],
      ['v3', 'live', 'prod,staging', 'rc', 'w3'],
      ['v2', 'was live', '', '', 'w2'],
      ['v1', 'never', '', '', 'first'],
    ])
    expect((await list(2)).versions.map((one) => one.version)).toEqual(['v5', 'v4'])
  })

  test('a bad component makes every bundle with it bad, until it is called good again', async () => {
    project.write({ 'model.bin': 'w2' })
    await make('second')
    const digest =
      (await show(project.ctx(), { ref: 'v1' })).data.components.find((one) => one.name === 'data')?.digest ?? ''
    await mark(project.ctx(), { subject: digest, verdict: 'bad', reason: null })
    expect((await list()).versions.map((one) => one.state)).toEqual(['bad', 'bad'])
    await mark(project.ctx(), { subject: digest, verdict: 'good', reason: null })
    expect((await list()).versions.map((one) => one.state)).toEqual(['never', 'never'])
  })

  test('an app without versions has none', async () => {
    const fresh = makeProject()
    expect((await ls(fresh.ctx(), { limit: 20 })).data).toMatchObject({ total: 0, versions: [] })
    fresh.end()
  })

  test('reads of versions what it shows, and of a long history only what is new', async () => {
    project.write({ 'aiship.yaml': YAML.replace(/ {2}env.*\n/, '') })
    for (let i = 0; i < 30; i++) {
      project.write({ 'model.bin': `w${i}` })
      await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })
    }
    for (let i = 0; i < 150; i++) await go(`v${(i % 30) + 1}`, 'prod')
    const reads: string[] = []
    const { logs } = project.registry
    const registry: Registry = {
      ...project.registry,
      logs: {
        ...logs,
        read: (log, seq) => {
          reads.push(log)
          return logs.read(log, seq)
        },
      },
    }
    const first = await list(5, { registry })
    expect(reads.filter((log) => log === 'versions/fraud').length).toBeLessThan(10)
    reads.length = 0
    await go('v31', 'prod')
    const second = await list(5, { registry })
    expect(reads.filter((log) => log === 'pointers/fraud/prod').length).toBeLessThan(5)
    expect(first.versions.map((one) => one.state)).toEqual(['never', 'live', 'was live', 'was live', 'was live'])
    expect(second.versions[0]).toMatchObject({ version: 'v31', state: 'live', pointers: ['prod'] })
    project.memory.set('served/fraud/prod', Buffer.from('{"damaged":true}'))
    expect(await list(5)).toEqual(second)
  })
})

describe('checkout', () => {
  const out = (): string => join(project.root, '../out-of', project.root.slice(-6))
  afterEach(() => fs.rmSync(join(project.root, '../out-of'), { recursive: true, force: true }))
  const write = async (ref: string, only: string | null = null) =>
    (await checkout(project.ctx(), { ref, dir: out(), only })).data
  const there = (): readonly string[] =>
    fs
      .readdirSync(out(), { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^\.aiship-(release|checkout)\.json$/.test(name) && fs.statSync(join(out(), name)).isFile())
      .sort()

  test('everything stands where it stood, and the folder says what it is', async () => {
    await go('v1', 'prod')
    const data = await write('prod')
    expect(data).toMatchObject({
      version: 'v1',
      pointer: 'prod',
      seq: 1,
      arm: 'stable',
      not_restored: ['lake'],
      written: 8,
    })
    expect(there()).toEqual([
      ...['.aiship-components/env.txt', '.aiship-components/llm.json', 'data/a.csv', 'data/deep/b.csv'],
      ...['features/settings.json', 'model.bin', 'prompts/system.md', 'vocabulary.json'],
    ])
    expect(JSON.parse(fs.readFileSync(join(out(), '.aiship-release.json'), 'utf8'))).toEqual({
      ...{ app: 'fraud', bundle: data.bundle, version: 'v1', pointer: 'prod', seq: 1, arm: 'stable' },
    })
    expect(project.warnings()).toContainEqual({
      type: 'warning',
      code: 'NOT_RESTORED',
      message: expect.stringContaining('lake'),
    })
  })

  test.each([
    ['features', ['features/settings.json', 'vocabulary.json']],
    ['prompt', ['prompts/system.md']],
    ['serving', ['.aiship-components/env.txt']],
  ])('--only %s', async (only, expected) => {
    await write('v1', only)
    expect(there()).toEqual(expected)
  })

  test('--only reads no object of another layer', async () => {
    const { objects } = project.registry
    const read = new Set<string>()
    const get: typeof objects.get = (digest, max) => {
      read.add(digest)
      return objects.get(digest, max)
    }
    const ctx = project.ctx({ registry: { ...project.registry, objects: { ...objects, get } } })
    const { data } = await checkout(ctx, { ref: 'v1', dir: out(), only: 'data' })
    const manifest = await manifestOf(project.ctx(), data)
    const components = manifest.components.filter(({ layer }) => layer === 'data')
    const contents = await contentsOf(objects, { ...manifest, components })
    expect(contents).toHaveLength(4)
    expect([...read].sort()).toEqual([data.bundle, ...contents.map(({ digest }) => digest)].sort())
  })

  test('--only something else names the nearest', async () => {
    expect((await refusal(write('v1', 'featurs'), 'NOT_FOUND')).hint).toContain('features')
  })

  test('another version takes its place, and what was bundled from a checkout is the same bundle', async () => {
    project.write({ 'model.bin': 'w2', 'data/deep': null })
    await make('second')
    await write('v1')
    expect(await write('v2')).toMatchObject({ written: 1, removed: 1, unchanged: 6 })
    expect(fs.readFileSync(join(out(), 'model.bin'), 'utf8')).toBe('w2')
    expect((await checkout(project.ctx(), { ref: 'v2', dir: out(), only: null })).changed).toBe(false)
    const again = makeProject(Object.fromEntries(there().map((name) => [name, fs.readFileSync(join(out(), name))])))
    again.write({ 'aiship.yaml': YAML, '.aiship-release.json': '{}' })
    const { data } = await bundle(again.ctx(), { message: null, labels: [], allowSecrets: null })
    expect(data.bundle).toBe((await write('v2')).bundle)
    again.end()
  })

  test('bytes that stay where they are, by `mode: hash`, are external: in status not looked at, in a checkout not there', async () => {
    project.write({
      'aiship.yaml': YAML.replace('role: dataset, path: data/', 'role: dataset, path: data/, mode: hash'),
    })
    await make('second')
    const data = (await show(project.ctx(), { ref: 'v2' })).data.components.find((one) => one.name === 'data')
    expect(data).toMatchObject({ kind: 'external', stored: 'external', path: null })
    expect(await states()).toMatchObject({ data: 'not looked at' })
    expect((await between('v2', null)).layers[0]?.components.find((one) => one.name === 'data')?.state).toBe('same')
    expect((await write('v2')).not_restored).toEqual(['data', 'lake'])
  })

  const hostile = async (components: readonly Component[]): Promise<void> => {
    const batch = await project.registry.objects.batch()
    await batch.bytes(Buffer.from('x'))
    await batch.bytes(Buffer.from('y'))
    const { digest } = await batch.bytes(manifestBytes('fraud', {}, components))
    await batch.flush()
    const ctx = project.ctx()
    const nothing = {
      message: null,
      labels: [],
      host: 'x',
      git: null,
      components: {},
      lineage: {},
      secrets: null,
      origin: null,
    }
    await append(ctx, 'versions/fraud', await newest(ctx, 'versions/fraud'), { bundle: digest, ...nothing })
  }
  const part = (name: string, path: string, text = 'x'): Component => ({
    ...{ name, role: 'runtime', layer: 'serving', kind: 'path', digest: digestOf(Buffer.from(text)), size: 1, path },
  })

  test.each<[string, readonly Component[]]>([
    ['a path that leads out', [part('a', '../evil')]],
    ['a path of ours', [part('a', '.aiship-release.json')]],
    ['git', [part('a', '.git/hooks/post-checkout')]],
    ['two spellings', [part('a', 'X'), part('b', 'x')]],
    ['one place with two contents', [part('a', 'same'), part('b', 'same', 'y')]],
    ['a file and a folder', [part('a', 'same'), part('b', 'same/x')]],
  ])('a bundle that somebody forged with %s is not written', async (_name, components) => {
    await hostile(components)
    await refusal(write('v2'), 'NAME_UNSAFE')
    expect(fs.existsSync(out())).toBe(false)
  })

  test('one file that two components share is written once', async () => {
    await hostile([part('a', 'same'), part('b', 'same')])
    expect(await write('v2')).toMatchObject({ written: 1, components: ['a', 'b'] })
  })
})
