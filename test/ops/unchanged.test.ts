import fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { collectBytes } from '../../src/core/manifest.ts'
import type { BundleData } from '../../src/core/model.gen.ts'
import type { Context, Registry, Result } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { fsck } from '../../src/ops/fsck.ts'
import { mark } from '../../src/ops/mark.ts'
import { promote } from '../../src/ops/promote.ts'
import { status } from '../../src/ops/status.ts'
import { openMemory } from '../../src/store/memory.ts'
import { openWorkspace } from '../../src/store/workspace.ts'
import { type ContextOptions, makeProject, type Project, refusal } from './context.ts'

/** `aiship bundle` where nothing, or little, has changed since the last one. */

const YAML = `
version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin, from: [data] }
  data: { role: dataset, path: data/ }
  code: { role: inference-code, path: "serve/**/*.py" }
  llm: { role: model, value: { provider: acme, model: chat-2026-08-01 } }
  lake: { role: dataset, external: { uri: "s3://lake/orders", pin: "42" } }
`
const FILES = {
  'aiship.yaml': YAML,
  'model.bin': 'weights',
  'data/a.csv': '1,2',
  'data/deep/b.csv': '3,4',
  'data/deep/__pycache__/x.pyc': '',
  'serve/app.py': 'run()',
  'serve/lib/x.py': 'help()',
  'serve/README': 'read me',
}

let project: Project
beforeEach(async () => {
  project = makeProject(FILES)
  await tick()
})
afterEach(() => project.end())

/** Until a change to a file shows in its times. */
const tick = (): Promise<void> => delay(25)
const NOTHING = { message: null, labels: [], allowSecrets: null } as const
type Input = Partial<Parameters<typeof bundle>[1]>
const run = (input: Input = {}, options: ContextOptions = {}) => bundle(project.ctx(options), { ...NOTHING, ...input })

/** The same, and which kinds of components were collected, and how many files were looked at one by one. */
async function watched(input: Input = {}, options: ContextOptions = {}) {
  const ctx = project.ctx(options)
  const collected: string[] = []
  let looks = 0
  const spied: Context = {
    ...ctx,
    collector: (kind) => {
      collected.push(kind)
      return ctx.collector(kind)
    },
    workspace: {
      ...ctx.workspace,
      look: (...args) => {
        looks++
        return ctx.workspace.look(...args)
      },
    },
  }
  const result = await bundle(spied, { ...NOTHING, ...input })
  return { result, collected, looks }
}

/** What was asked of which is known that nothing of it changed: nothing. */
const UNTOUCHED = { collected: [], looks: 0 }

describe('nothing has changed', () => {
  test('nothing is listed, read or collected, and the answer is the same', async () => {
    const first = await run({ message: 'first' })
    const { result, ...did } = await watched()
    expect(did).toEqual(UNTOUCHED)
    expect(result).toEqual({ changed: false, data: { ...first.data, new_objects: 0, new_bytes: 0 } })
    expect(result.data.ignored).toEqual(['data/deep/__pycache__/'])
  })

  test('the answer is the one that looking at everything gives', async () => {
    await run()
    const short = await run({ labels: ['a'] })
    fs.utimesSync(join(project.root, 'model.bin'), 5, 5)
    expect((await run({ labels: ['a'] })).data).toEqual(short.data)
  })

  test('it is @last again, whatever came after it', async () => {
    const { data } = await run()
    project.memory.delete('last')
    await run()
    expect(String(project.memory.get('last'))).toBe(data.bundle)
  })

  test('warns as before: of what components share, of stale lineage, of marks', async () => {
    const shared = YAML.replace('llm:', 'words: { role: tokenizer, path: data/a.csv }\n  llm:')
    project.write({ 'aiship.yaml': shared })
    await run()
    project.write({ 'data/deep/b.csv': '5,6' })
    await tick()
    await run()
    await mark(project.ctx(), { subject: 'v2', verdict: 'bad', reason: 'recall fell' })
    project.warnings()
    const { result, ...did } = await watched()
    expect(did).toEqual(UNTOUCHED)
    const short = project.warnings()
    expect(short.map(({ code }) => code).sort()).toEqual(['COMPONENTS_OVERLAP', 'LINEAGE_STALE', 'MARKED_BAD'])
    fs.utimesSync(join(project.root, 'model.bin'), 5, 5)
    expect((await run()).data).toEqual(result.data)
    expect(new Set(project.warnings())).toEqual(new Set(short))
  })

  test('labels are attached, and one that is taken is refused', async () => {
    await run()
    const { result, ...did } = await watched({ labels: ['rc1'] })
    expect(did).toEqual(UNTOUCHED)
    expect(result).toMatchObject({ changed: true, data: { version: 'v1', labels: ['rc1'] } })
    project.write({ 'model.bin': 'other' })
    await tick()
    expect((await run()).data.version).toBe('v2')
    await refusal(run({ labels: ['rc1'] }), 'LABEL_TAKEN')
  })

  test('an older version again: found once by looking, then by one look', async () => {
    await run()
    project.write({ 'model.bin': 'other' })
    await tick()
    await run()
    project.write({ 'model.bin': 'weights' })
    await tick()
    expect((await run()).data.version).toBe('v1')
    const { result, ...did } = await watched()
    expect([did, result.data.version]).toEqual([UNTOUCHED, 'v1'])
  })

  test('a dry run keeps nothing, and knows what was kept', async () => {
    const registry = openMemory({ id: project.registry.id, url: '.aiship' })
    await run({}, { dryRun: true, registry })
    expect((await watched({}, { registry })).collected).not.toEqual([])
    expect((await watched({}, { registry, dryRun: true })).collected).toEqual([])
  })
})

describe('what is stored is never taken from the cache', () => {
  const without = (objects: Partial<Registry['objects']>): Registry => ({
    ...project.registry,
    objects: { ...project.registry.objects, ...objects },
  })

  test('a manifest that is gone is made again', async () => {
    const { data } = await run()
    const empty = openMemory({ id: project.registry.id })
    const again = await run({}, { registry: { ...project.registry, objects: empty.objects } })
    expect(again.data.new_objects).toBeGreaterThan(5)
    expect((await empty.objects.has([data.bundle])).size).toBe(1)
  })

  test('the root of a component that is gone: everything is looked at', async () => {
    const { data } = await run()
    const root = data.components[1]?.digest
    const has: Registry['objects']['has'] = async (digests) =>
      new Set([...(await project.registry.objects.has(digests))].filter((digest) => digest !== root))
    expect((await watched({}, { registry: without({ has }) })).collected).not.toEqual([])
  })

  test('an index that is gone is made again', async () => {
    const { data } = await run()
    const { names } = project.registry
    const kept = new Map<string, Uint8Array>()
    const registry: Registry = {
      ...project.registry,
      names: {
        ...names,
        read: async (key) => (key.startsWith('index/') ? (kept.get(key) ?? null) : names.read(key)),
        create: async (key, bytes) => {
          kept.set(key, bytes)
          return 'won'
        },
      },
    }
    expect((await run({}, { registry })).data.version).toBe('v1')
    expect([...kept.keys()]).toContain(`index/fraud/${data.bundle.slice(7)}`)
  })

  test('after a check that found something missing, each object is looked for', async () => {
    await run()
    const lost = digestOf('1,2')
    const objects = openMemory({ id: project.registry.id }).objects
    const batch = await objects.batch()
    for await (const { digest: other } of project.registry.objects.list()) {
      if (other !== lost) await batch.bytes(await collectBytes(project.registry.objects.get(other)))
    }
    await batch.flush()
    const registry = { ...project.registry, objects }
    expect((await watched({}, { registry })).collected).toEqual([])
    await refusal(fsck(project.ctx({ registry }), { readData: false, repair: false }), 'FINDINGS')
    expect((await run({}, { registry })).data.new_objects).toBe(1)
    await fsck(project.ctx({ registry }), { readData: false, repair: false })
    expect((await watched({}, { registry })).collected).toEqual([])
  })

  test('another registry, which never had it, gets everything', async () => {
    await run()
    const other = openMemory({ id: 'other', url: '.aiship' })
    expect((await run({}, { registry: other })).data.new_objects).toBeGreaterThan(5)
  })
})

describe('aiship.yaml has changed', () => {
  test.each<[string, (yaml: string) => string, boolean]>([
    ['a remark', (yaml) => `# hello\n${yaml}`, true],
    ['pointers', (yaml) => `${yaml}pointers: { prod: { protected: true } }\n`, true],
    ['a value', (yaml) => yaml.replace('08-01', '09-01'), false],
    ['a pin', (yaml) => yaml.replace('"42"', '"43"'), false],
    ['what is ignored', (yaml) => `${yaml}ignore: ["!__pycache__", "!*.pyc"]\n`, false],
    ['how deep is looked for secrets', (yaml) => yaml.replace('path: data/', 'path: data/, scan: full'), false],
    ['a role', (yaml) => yaml.replace('role: dataset, path', 'role: eval-set, path'), false],
    ['commands', (yaml) => `${yaml}commands: { predict: [node, x.js] }\n`, false],
    ['which secrets may be there', (yaml) => `${yaml}secrets: { allow: [] }\n`, true],
  ])('%s', async (_name, edit, isUntouched) => {
    await run()
    project.write({ 'aiship.yaml': edit(YAML) })
    expect((await watched()).collected.length === 0).toBe(isUntouched)
  })
})

describe('what has no files is asked each time', () => {
  const asking = (command: string): string =>
    YAML.replace('llm:', `env: { role: runtime, command: [sh, -c, ${JSON.stringify(command)}] }\n  llm:`)

  test('once: the same, it is all that is asked; other, it is not asked again', async () => {
    project.write({ 'aiship.yaml': asking('echo . >> ../asked.$PPID; cat serve/README') })
    const name = join(project.root, '..', `asked.${process.pid}`)
    const asked = (): number => fs.readFileSync(name, 'utf8').length / 2
    try {
      const first = await run()
      const { result, ...did } = await watched()
      expect(did).toEqual({ collected: ['command'], looks: 0 })
      expect([result.data.bundle, asked()]).toEqual([first.data.bundle, 2])
      project.write({ 'serve/README': 'other' })
      expect((await run()).data.version).toBe('v2')
      expect(asked()).toBe(3)
    } finally {
      fs.rmSync(name, { force: true })
    }
  })

  test('and its failure is a failure', async () => {
    project.write({ 'aiship.yaml': asking('cat serve/README') })
    await run()
    project.write({ 'serve/README': null })
    await refusal(run(), 'COMMAND_FAILED')
  })

  test('bytes that stay where they are are read each time', async () => {
    project.write({ 'aiship.yaml': YAML.replace('path: data/', 'path: data/, mode: hash') })
    await run()
    expect((await watched()).collected).toEqual(['path'])
    project.write({ 'data/a.csv': '9,9' })
    expect((await run()).data.version).toBe('v2')
  })

  test('a link makes it unknown what else might change', async () => {
    fs.symlinkSync('a.csv', join(project.root, 'data/link.csv'))
    await tick()
    await run()
    expect((await watched()).collected).not.toEqual([])
  })
})

describe('status', () => {
  /** State by component, and which kinds had to be collected for that. */
  async function looked() {
    const ctx = project.ctx()
    const collected: string[] = []
    const collector: Context['collector'] = async (kind) => {
      const driver = await ctx.collector(kind)
      const collect: typeof driver.collect = (...args) => {
        collected.push(kind)
        return driver.collect(...args)
      }
      return { ...driver, collect }
    }
    const { work } = (await status({ ...ctx, collector }, {})).data
    return { states: Object.fromEntries(work?.components.map(({ name, state }) => [name, state]) ?? []), collected }
  }
  const SAME = { model: 'same', data: 'same', code: 'same', llm: 'same', lake: 'same' }

  test('collects nothing where nothing has changed since the last bundle', async () => {
    await run()
    expect(await looked()).toEqual({ states: SAME, collected: [] })
  })

  test('collects what the bundle to compare with has another of', async () => {
    await run()
    await promote(project.ctx(), {
      ...{
        ref: 'v1',
        pointer: 'prod',
        reason: null,
        override: null,
        create: true,
        resetRoute: false,
        leavingBad: null,
      },
    })
    project.write({ 'data/a.csv': '9,9' })
    await tick()
    await run()
    expect(await looked()).toEqual({ states: { ...SAME, data: 'changed' }, collected: ['path'] })
  })

  test('collects everything where something has changed, also what was never bundled', async () => {
    project.write({ 'aiship.yaml': YAML.replace('llm:', 'env: { role: runtime, command: [echo, a] }\n  llm:') })
    await run()
    expect(await looked()).toEqual({ states: { ...SAME, env: 'not looked at' }, collected: [] })
    fs.rmSync(join(project.root, 'data/a.csv'))
    const { states, collected } = await looked()
    expect(states).toEqual({ ...SAME, data: 'changed', env: 'not looked at' })
    expect(collected).toHaveLength(5)
  })
})

describe('secrets', () => {
  const TOKEN = ['ghp', 'R7kQ2mZx9LwT4vBn8sYc3pHd6fJgA1eU0i5o'].join('_')

  test('what was let through once is refused again', async () => {
    project.write({ 'serve/client.py': `token = "${TOKEN}"\n` })
    await tick()
    await run({ allowSecrets: 'a test token' })
    await refusal(run(), 'SECRET_FOUND')
  })

  test('what aiship.yaml lets through stays let through, until it does no more', async () => {
    project.write({ 'serve/client.py': `token = "${TOKEN}"\n` })
    await tick()
    const line = /- \{.*\}/.exec((await refusal(run(), 'SECRET_FOUND')).hint ?? '')?.[0]
    project.write({ 'aiship.yaml': `${YAML}\nsecrets:\n  allow:\n    ${line}\n` })
    await run()
    expect((await watched()).collected).toEqual([])
    project.write({ 'aiship.yaml': YAML })
    await refusal(run(), 'SECRET_FOUND')
  })
})

describe('with the cache and without it, a bundle is the same', () => {
  const path = fc.constantFrom(
    'data/a',
    'data/b',
    'data/deep/a',
    'data/deep/c',
    'serve/x.py',
    'serve/lib/y.py',
    'model.bin',
  )
  const folder = fc.constantFrom('data', 'data/deep', 'serve', 'serve/lib')
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), path, text: fc.constantFrom('one', 'two', '') }),
    fc.record({ kind: fc.constant('remove' as const), path }),
    fc.record({ kind: fc.constant('move' as const), path, to: path }),
    fc.record({ kind: fc.constant('times' as const), path, time: fc.constantFrom(5, 6) }),
    fc.record({ kind: fc.constant('mode' as const), path, mode: fc.constantFrom(0o644, 0o755) }),
    fc.record({ kind: fc.constant('folder' as const), path: folder }),
    fc.record({ kind: fc.constant('away and back' as const), path: folder }),
    fc.record({ kind: fc.constant('wait' as const) }),
    fc.record({ kind: fc.constant('bundle' as const) }),
  )
  type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

  function apply(root: string, change: Exclude<Edit, { kind: 'wait' | 'bundle' }>): void {
    const at = join(root, change.path)
    const isThere = fs.existsSync(at)
    if (change.kind === 'write' || change.kind === 'folder')
      fs.mkdirSync(join(at, change.kind === 'write' ? '..' : 'new'), { recursive: true })
    if (change.kind === 'write') fs.writeFileSync(at, change.text)
    if (!isThere) return
    if (change.kind === 'remove') fs.rmSync(at)
    if (change.kind === 'times') fs.utimesSync(at, change.time, change.time)
    if (change.kind === 'mode') fs.chmodSync(at, change.mode)
    if (change.kind === 'move' && fs.existsSync(join(root, change.to, '..'))) fs.renameSync(at, join(root, change.to))
    if (change.kind === 'away and back') {
      fs.cpSync(at, join(root, 'away'), { recursive: true, preserveTimestamps: true })
      fs.rmSync(at, { recursive: true })
      fs.renameSync(join(root, 'away'), at)
    }
  }

  /** Its digest and its answer, as far as it does not depend on what was there before; or why there is none. */
  const outcome = (work: Promise<Result<BundleData>>): Promise<unknown> =>
    work.then(
      ({ data: { bundle: digest, components, ignored } }) => ({ digest, components, ignored }),
      ({ code, message }) => ({ code, message }),
    )

  test('whatever is done in between', async () => {
    const property = fc.asyncProperty(fc.array(edit, { minLength: 3, maxLength: 14 }), async (edits) => {
      const one = makeProject({ ...FILES, 'aiship.yaml': YAML.replace('path: model.bin', 'path: [model.bin, "mod*"]') })
      try {
        const compare = async (): Promise<void> => {
          const bare = {
            ...one.ctx(),
            registry: openMemory({ id: 'bare' }),
            workspace: openWorkspace(one.root, '/nonexistent/cache'),
          }
          expect(await outcome(bundle(one.ctx(), NOTHING))).toEqual(await outcome(bundle(bare, NOTHING)))
        }
        for (const change of edits) {
          if (change.kind === 'wait') await tick()
          else if (change.kind === 'bundle') await compare()
          else apply(one.root, change)
        }
        await compare()
        await compare()
      } finally {
        one.end()
      }
    })
    const seed = process.env.AISHIP_SEED
    await fc.assert(property, { numRuns: 40, ...(seed ? { seed: Number(seed) } : {}) })
  }, 60_000)
})
