import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Digest, digestOf, hexOf } from '../../src/core/digest.ts'
import { labelBytes } from '../../src/core/label.ts'
import type { Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { entryAt } from '../../src/ops/logs.ts'
import { mark } from '../../src/ops/mark.ts'
import { promote } from '../../src/ops/promote.ts'
import { resolveRef } from '../../src/ops/refs.ts'
import { dryRun } from '../../src/store/dry.ts'
import { openMemory } from '../../src/store/memory.ts'
import { type ContextOptions, makeProject, type Project, refusal } from './context.ts'

const YAML = `
version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin, from: [data, features] }
  data: { role: dataset, path: data/ }
  features: { role: feature-pipeline, path: [features/, vocabulary.json] }
  llm: { role: model, value: { provider: acme, model: chat-2026-08-01, temperature: 0.2 } }
  lake: { role: dataset, external: { uri: "s3://lake/orders", pin: "42" } }
commands:
  evaluate: [node, evaluate.mjs]
pointers:
  prod: { protected: true }
`
const FILES = {
  'aiship.yaml': YAML,
  'model.bin': 'weights',
  'data/a.csv': '1,2',
  'data/deep/b.csv': '3,4',
  'features/clean.py': 'lower()',
  'vocabulary.json': '["a"]',
}

let project: Project
beforeEach(() => {
  project = makeProject(FILES)
})
afterEach(() => project.end())

const NOTHING = { message: null, labels: [], allowSecrets: null } as const
type Input = Partial<Parameters<typeof bundle>[1]>
const run = (input: Input = {}, options: ContextOptions = {}, of = project) =>
  bundle(of.ctx(options), { ...NOTHING, ...input })
const codes = (): readonly string[] => project.warnings().map((warning) => warning.code)
const entry = async (seq: number) => (await entryAt(project.ctx(), 'versions/fraud', seq)).entry

/** Everything that a reader could see. */
async function visible({ registry } = project): Promise<readonly string[]> {
  const seen: string[] = []
  for await (const { digest } of registry.objects.list()) seen.push(digest)
  for (const log of ['versions/', 'pointers/', 'marks/'])
    for (const name of await registry.logs.list(log)) seen.push(`${name} ${(await registry.logs.numbers(name)).join()}`)
  for (const key of ['labels/', 'index/']) seen.push(...(await registry.names.list(key)))
  return seen.sort()
}

describe('a new bundle', () => {
  test('is stored whole and gets the next version', async () => {
    const { changed, data } = await run({ message: 'first' })
    expect(changed).toBe(true)
    expect(data).toMatchObject({ version: 'v1', message: 'first', registry: '.aiship', app: 'fraud', ignored: [] })
    const rows = data.components.map((c) => [c.name, c.role, c.layer, c.kind, c.files, c.size, c.stored])
    expect(rows).toEqual([
      ['model', 'model-weights', 'logic', 'path', 1, 7, 'stored'],
      ['data', 'dataset', 'data', 'path', 2, 6, 'stored'],
      ['features', 'feature-pipeline', 'features', 'path', 2, 12, 'stored'],
      ['llm', 'model', 'logic', 'value', 1, 63, 'hosted'],
      ['lake', 'dataset', 'data', 'external', 0, 37, 'external'],
    ])
    // 6 files and values, 4 folders (data, deep, features and its root), 1 manifest.
    expect(data.new_objects).toBe(6 + 4 + 1)
    expect((await visible()).filter((name) => name.startsWith('sha256:'))).toHaveLength(11)
    expect(Buffer.from(project.memory.get('last') ?? '').toString()).toBe(data.bundle)
  })

  test('its entry says who, when, what and what was found', async () => {
    await run({ message: 'first', labels: ['rc1'] })
    expect(await entry(1)).toMatchObject({
      ...{ message: 'first', labels: ['rc1'], host: 'laptop', git: null, secrets: null, origin: null },
      ...{ actor: { kind: 'human', name: 'ana' }, at: '2026-10-01T12:00:00.000Z' },
      components: { data: { files: 2, formats: {} }, lake: { files: 0 } },
    })
  })

  test('can be resolved by version, label, digest, the start of one, @last and @newest', async () => {
    const { data } = await run({ labels: ['rc1'] })
    for (const ref of [
      'v1',
      'rc1',
      data.bundle,
      data.bundle.slice(0, 15),
      data.bundle.slice(7, 17),
      '@last',
      '@newest',
    ])
      expect((await resolveRef(project.ctx(), ref)).bundle, ref).toBe(data.bundle)
  })

  test('records the commit, and whether the tree was clean', async () => {
    project.git('init', '-q', '-b', 'main')
    project.git('add', '.')
    project.git('commit', '-q', '-m', 'one')
    const { data } = await run()
    expect(data.git).toEqual({
      commit: project.git('rev-parse', 'HEAD').trim(),
      branch: 'main',
      remote: null,
      dirty: false,
    })
    project.write({ 'model.bin': 'other' })
    expect((await run()).data.git?.dirty).toBe(true)
  })

  test('tells how far it is, in bytes of all files', async () => {
    await run()
    const total = 7 + 3 + 3 + 7 + 5 + 63
    expect(project.progress.at(-1)).toEqual({ type: 'progress', what: 'bundling', done: total, total, unit: 'bytes' })
  })
})

describe('the digest', () => {
  test('is the same in another place, at another time, under another umask, written in another order', async () => {
    const { data } = await run({ message: 'here' })
    const old = process.umask(0o077)
    const other = makeProject(Object.fromEntries(Object.entries(FILES).reverse()), openMemory({ id: 'other' }))
    process.umask(old)
    try {
      other.wait(86_400)
      fs.writeFileSync(join(other.root, 'unrelated.txt'), 'x')
      expect((await run({ message: 'there' }, {}, other)).data.bundle).toBe(data.bundle)
    } finally {
      other.end()
    }
  })

  test.each<[string, () => void]>([
    ['a byte', () => project.write({ 'data/deep/b.csv': '3,5' })],
    ['a file more', () => project.write({ 'data/c.csv': '' })],
    ['a file less', () => project.write({ 'data/a.csv': null })],
    ['another name', () => fs.renameSync(join(project.root, 'data/a.csv'), join(project.root, 'data/z.csv'))],
    ['the executable bit', () => fs.chmodSync(join(project.root, 'features/clean.py'), 0o755)],
    ['the executable bit of a single file', () => fs.chmodSync(join(project.root, 'model.bin'), 0o755)],
    ['a value', () => project.write({ 'aiship.yaml': YAML.replace('0.2', '0.7') })],
    ['a pin', () => project.write({ 'aiship.yaml': YAML.replace('"42"', '"43"') })],
    ['a command', () => project.write({ 'aiship.yaml': YAML.replace('evaluate.mjs', 'other.mjs') })],
    ['a role', () => project.write({ 'aiship.yaml': YAML.replace('role: dataset, path', 'role: eval-set, path') })],
  ])('is another one after %s', async (_name, change) => {
    const before = (await run()).data.bundle
    change()
    const after = await run()
    expect(after.data.bundle).not.toBe(before)
    expect(after.data.version).toBe('v2')
  })

  test.each<[string, () => void]>([
    ['a remark in aiship.yaml', () => project.write({ 'aiship.yaml': `# hello\n${YAML}` })],
    ['other pointers', () => project.write({ 'aiship.yaml': YAML.replace('prod:', 'live:') })],
    ['other times', () => fs.utimesSync(join(project.root, 'model.bin'), 1, 1)],
    ['group permissions', () => fs.chmodSync(join(project.root, 'model.bin'), 0o660)],
  ])('is the same after %s', async (_name, change) => {
    const before = (await run()).data.bundle
    change()
    expect((await run()).data.bundle).toBe(before)
  })
})

describe('content that is a version already', () => {
  test('creates nothing and says which version it is', async () => {
    const first = await run({ message: 'first' })
    const before = await visible()
    project.wait(60)
    const again = await run({ message: 'again' })
    expect(again.changed).toBe(false)
    expect(again.data).toMatchObject({
      bundle: first.data.bundle,
      version: 'v1',
      message: 'first',
      at: first.data.at,
      new_objects: 0,
      new_bytes: 0,
    })
    expect(await visible()).toEqual(before)
  })

  test('is @last again, whatever came after it', async () => {
    const { data } = await run()
    project.write({ 'model.bin': 'other' })
    await run()
    project.write({ 'model.bin': 'weights' })
    expect((await run()).data.version).toBe('v1')
    expect((await resolveRef(project.ctx(), '@last')).bundle).toBe(data.bundle)
  })

  test('takes a new label, and says that it changed something', async () => {
    await run({ labels: ['b'] })
    expect(await run({ labels: ['a', 'b'] })).toMatchObject({ changed: true, data: { labels: ['a', 'b'] } })
    expect((await run({ labels: ['a', 'b'] })).changed).toBe(false)
  })

  test.each(['bundle', 'component'] as const)('warns when the %s is marked bad', async (what) => {
    const { data } = await run()
    const subject = what === 'bundle' ? 'v1' : (data.components[2]?.digest as Digest)
    await mark(project.ctx(), { subject, verdict: 'bad', reason: 'recall fell' })
    project.warnings()
    await run()
    const [warning] = project.warnings()
    expect(warning?.code).toBe('MARKED_BAD')
    expect(warning?.message).toContain('recall fell')
    expect(warning?.message.includes('features')).toBe(what === 'component')
  })

  test('brings back an object that was lost', async () => {
    await run()
    const empty = openMemory({ id: project.registry.id })
    const lossy: Registry = { ...project.registry, objects: empty.objects }
    const again = await run({}, { registry: lossy })
    expect(again.data.version).toBe('v1')
    expect(again.data.new_objects).toBe(11)
  })

  test('with the same --op gives the same answer, without reading a file', async () => {
    const first = await run({ message: 'first', labels: ['a'] }, { op: 'ci-1' })
    project.write({ 'model.bin': null })
    const again = await run({ message: 'first', labels: ['a'] }, { op: 'ci-1' })
    expect(again.changed).toBe(false)
    expect({ ...again.data, new_objects: 0, new_bytes: 0 }).toEqual({
      ...first.data,
      ...{ new_objects: 0, new_bytes: 0 },
      components: [...first.data.components].sort((a, b) => (a.name < b.name ? -1 : 1)),
    })
  })
})

describe('with an --op that was another bundle’s: exit 2, nothing written', () => {
  test.each<[string, Parameters<typeof run>[0], string | null]>([
    ['another message', { message: 'second', labels: ['a'] }, null],
    ['another label', { message: 'first', labels: ['a', 'b'] }, null],
    ['another component', { message: 'first' }, YAML.replace('  lake:', '  pond:')],
    ['another role', {}, YAML.replace('role: dataset', 'role: eval-set')],
  ])('%s', async (_, input, yaml) => {
    await run({ message: 'first', labels: ['a'] }, { op: 'ci-1' })
    if (yaml !== null) project.write({ 'aiship.yaml': yaml })
    const before = await visible()
    const error = await refusal(run(input, { op: 'ci-1' }), 'USAGE')
    expect(error.message).toContain('--op ci-1 is the name of another operation: ana made v1 with it (bundle, at ')
    expect(error.next).toEqual(['aiship show v1'])
    expect(await visible()).toEqual(before)
  })

  test('less than was said then is the same', async () => {
    await run({ message: 'first', labels: ['a'] }, { op: 'ci-1' })
    expect((await run({}, { op: 'ci-1' })).data).toMatchObject({ version: 'v1', message: 'first', labels: ['a'] })
  })
})

test('a clock far behind the newest version warns', async () => {
  const first = await run()
  project.wait(-3600)
  project.write({ 'model.bin': 'other' })
  const { data } = await run()
  expect(data.at).toBe(first.data.at)
  expect(project.warnings()).toMatchObject([
    { code: 'CLOCK_SKEW', message: expect.stringContaining(`versions/fraud is from ${first.data.at}`) },
  ])
})

describe('labels', () => {
  test('taken by another bundle: refused before anything can be seen', async () => {
    await run({ labels: ['release'] })
    project.write({ 'model.bin': 'other' })
    const before = await visible()
    const error = await refusal(run({ labels: ['new', 'release'] }), 'LABEL_TAKEN')
    expect(error.message).toContain('v1')
    expect(await visible()).toEqual(before)
  })

  test('taken by another bundle at the same moment: the version stays, and the error says so', async () => {
    const { names } = project.registry
    const theirs = {
      label: 'release',
      bundle: digestOf('x'),
      version: 'v9',
      actor: { kind: 'human' as const, name: 'ben' },
    }
    const racing: Registry = {
      ...project.registry,
      names: {
        ...names,
        create: async (key, bytes) => {
          if (key.startsWith('labels/'))
            await names.create(key, labelBytes({ ...theirs, at: '2026-10-01T12:00:00.000Z' }))
          return names.create(key, bytes)
        },
      },
    }
    const error = await refusal(run({ labels: ['release'] }, { registry: racing }), 'LABEL_TAKEN')
    expect(error.details.changed).toBe(true)
    expect(error.hint).toContain('v1')
    expect((await entry(1)).bundle).toBeDefined()
  })

  test.each(['v7', 'deadbeef', '..', 'a b', 'sha256:x', '@last'])('%s is refused', async (label) => {
    await refusal(run({ labels: [label] }), 'USAGE')
    expect(await visible()).toEqual([])
  })

  test('the name of a declared pointer is taken', async () => {
    await refusal(run({ labels: ['prod'] }), 'LABEL_TAKEN')
    expect(await visible()).toEqual([])
  })

  test('the name of a pointer that exists and is not declared is taken', async () => {
    await run()
    await promote(project.ctx(), {
      ref: 'v1',
      pointer: 'canary',
      reason: null,
      override: null,
      create: true,
      resetRoute: false,
      leavingBad: null,
    })
    await refusal(run({ labels: ['canary'] }), 'LABEL_TAKEN')
  })
})

describe('secrets', () => {
  const TOKEN = ['ghp', 'R7kQ2mZx9LwT4vBn8sYc3pHd6fJgA1eU0i5o'].join('_')
  const withSecret = (): void => project.write({ 'features/client.py': `import os\ntoken = "${TOKEN}"\n` })

  test('refuse the bundle before anything can be seen, and are never shown', async () => {
    withSecret()
    const error = await refusal(run(), 'SECRET_FOUND')
    expect(error.message).toContain('features/client.py:2')
    expect(error.hint).toContain('fingerprint')
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain(TOKEN.slice(8))
    expect(await visible()).toEqual([])
  })

  test('are let through by the line that the refusal prints', async () => {
    withSecret()
    const error = await refusal(run(), 'SECRET_FOUND')
    const line = /- \{.*\}/.exec(error.hint ?? '')?.[0]
    project.write({ 'aiship.yaml': `${YAML}\nsecrets:\n  allow:\n    ${line}\n` })
    const { data } = await run()
    expect(data.secrets_allowed).toBe(0)
    expect((await entry(1)).secrets).toBeNull()
    project.write({ 'features/client.py': `token = "${TOKEN.replace('R7k', 'X8j')}"` })
    await refusal(run(), 'SECRET_FOUND')
  })

  test('are let through once with a reason, which is recorded with what it let through', async () => {
    withSecret()
    expect((await run({ allowSecrets: 'a test token' })).data.secrets_allowed).toBe(1)
    const { secrets } = await entry(1)
    expect(secrets).toMatchObject({ reason: 'a test token', findings: [{ path: 'features/client.py', line: 2 }] })
    expect(JSON.stringify(secrets)).not.toContain(TOKEN.slice(8))
    await refusal(run({ allowSecrets: '  ' }), 'USAGE')
  })

  test('in data only keys and names count, in code tokens too', async () => {
    project.write({ 'data/mail.txt': `token = "${TOKEN}"` })
    expect((await run()).changed).toBe(true)
    project.write({
      'data/id_rsa':
        '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n',
    })
    await refusal(run(), 'SECRET_FOUND')
  })

  test('in a value count as well', async () => {
    project.write({ 'aiship.yaml': YAML.replace('provider: acme', `provider: acme, api_key: ${TOKEN}`) })
    await refusal(run(), 'SECRET_FOUND')
    expect(await visible()).toEqual([])
  })
})

describe('formats', () => {
  test('pickles are recognised by their bytes and recorded', async () => {
    const pickle = Buffer.from('80049516000000000000008c0a7472616e73666f726d948c036d6170949392942e', 'hex')
    project.write({ 'model.bin': pickle })
    const { data } = await run()
    expect(data.components[0]?.formats).toEqual({ pickle: ['model.bin'] })
    expect((await entry(1)).components.model?.formats).toEqual({ pickle: ['model.bin'] })
  })
})

describe('names', () => {
  test.each(['data/a:b', 'data/nul.txt', 'data/x.', 'data/a\nb', 'data/\u202egpj.exe', 'data/e\u0301'])(
    '%j is refused, and nothing can be seen',
    async (path) => {
      project.write({ [path]: 'x' })
      await refusal(run(), 'NAME_UNSAFE')
      expect(await visible()).toEqual([])
    },
  )

  test('two spellings of one name are refused, also across components', async () => {
    project.write({
      'aiship.yaml': YAML.replace('llm:', 'more: { role: runtime, path: DATA/x }\n  llm:'),
      'DATA/x': '1',
    })
    const error = await refusal(run(), 'NAME_UNSAFE')
    expect(error.message).toMatch(/data/)
    expect(error.message).toMatch(/more/)
  })

  test('what an earlier checkout keeps for itself is not captured', async () => {
    const { bundle: before } = (await run()).data
    project.write({ 'data/.aiship-release.json': '{}', 'data/.aiship-checkout.json': '{}' })
    expect((await run()).data.bundle).toBe(before)
  })
})

describe('places', () => {
  /** What a glob holds is known only when it is collected: aiship.yaml itself looks all right. */
  const GLOB = YAML.replace('path: data/', 'path: "data/**"')

  test('a file in two components is stored once, with a warning', async () => {
    project.write({ 'aiship.yaml': YAML.replace('llm:', 'words: { role: tokenizer, path: vocabulary.json }\n  llm:') })
    await run()
    expect(codes()).toContain('COMPONENTS_OVERLAP')
  })

  test('two different files for one place are refused', async () => {
    project.write({ 'aiship.yaml': GLOB.replace('llm: {', 'llm: { to: data/a.csv,') })
    const error = await refusal(run(), 'COMPONENT_INVALID')
    expect(error.message).toContain('data/a.csv')
    expect(await visible()).toEqual([])
  })

  test('a file where another component has a folder is refused', async () => {
    project.write({ 'aiship.yaml': GLOB.replace('llm: {', 'llm: { to: data,') })
    await refusal(run(), 'NAME_UNSAFE')
  })
})

describe('lineage', () => {
  const lineage = async (seq: number) => (await entry(seq)).lineage.model
  const digestIn = async (seq: number, name: string): Promise<Digest | undefined> => {
    project.write({})
    const manifest = JSON.parse(Buffer.from(await bytesOf((await entry(seq)).bundle)).toString())
    return manifest.components.find((c: { name: string }) => c.name === name)?.digest
  }
  const bytesOf = async (digest: Digest): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of project.registry.objects.get(digest)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  test('the first bundle with the weights records what lay beside them', async () => {
    await run()
    expect(await lineage(1)).toEqual({
      ...{ digest: await digestIn(1, 'model'), since: 'v1' },
      inputs: { data: await digestIn(1, 'data'), features: await digestIn(1, 'features') },
    })
    expect(codes()).not.toContain('LINEAGE_STALE')
  })

  test('other features beside the same weights warn, and the record stays', async () => {
    await run()
    project.warnings()
    project.write({ 'features/clean.py': 'upper()' })
    await run()
    const [warning] = project.warnings()
    expect(warning).toMatchObject({ code: 'LINEAGE_STALE' })
    expect(warning?.message).toMatch(/model .*v1.*features/)
    expect(warning?.message).not.toContain('data,')
    expect(await lineage(2)).toEqual(await lineage(1))
    await run()
    expect(codes(), 'unchanged, and as stale as before').toContain('LINEAGE_STALE')
  })

  test('weights that were made again start a record of their own', async () => {
    await run()
    project.write({ 'features/clean.py': 'upper()', 'model.bin': 'retrained' })
    await run()
    expect(codes()).not.toContain('LINEAGE_STALE')
    expect(await lineage(2)).toMatchObject({ since: 'v2' })
  })

  test('going back to the first weights and features brings the first record back', async () => {
    await run()
    project.write({ 'features/clean.py': 'upper()', 'model.bin': 'retrained' })
    await run()
    project.write({ ...FILES, 'data/c.csv': 'more' })
    project.warnings()
    await run()
    expect(await lineage(3)).toEqual(await lineage(1))
    expect(project.warnings()[0]?.message).toContain('data')
  })

  test('`from` that is written down later finds what lay beside the weights then', async () => {
    project.write({ 'aiship.yaml': YAML.replace(', from: [data, features]', '') })
    await run()
    project.write({ ...FILES, 'features/clean.py': 'upper()' })
    await run()
    expect(codes()).toContain('LINEAGE_STALE')
    expect(await lineage(2)).toMatchObject({ since: 'v1', inputs: { features: await digestIn(1, 'features') } })
  })

  test('is found under the digest, also after the component was renamed', async () => {
    await run()
    project.write({
      'aiship.yaml': YAML.replace('model: { role: model-weights', 'weights: { role: model-weights'),
      'features/clean.py': 'upper()',
    })
    await run()
    expect(codes()).toContain('LINEAGE_STALE')
    expect((await entry(2)).lineage.weights).toEqual(await lineage(1))
  })
})

describe('writers at once, and writers that were stopped', () => {
  test('two that bundle the same both succeed with one version', async () => {
    const results = await Promise.all([run(), run(), run(), run()])
    expect(results.map(({ data }) => data.version)).toEqual(['v1', 'v1', 'v1', 'v1'])
    expect(results.filter(({ changed }) => changed).length).toBeGreaterThan(0)
    expect(await project.registry.logs.numbers('versions/fraud')).toEqual([1])
  })

  test('many that bundle different things get a number each', async () => {
    const others = [...'abcdefgh'].map((text) => makeProject({ ...FILES, 'model.bin': text }, project.registry))
    try {
      const results = await Promise.all(others.map((other) => run({}, {}, other)))
      expect(results.map(({ data }) => data.version).sort()).toEqual(['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8'])
    } finally {
      for (const other of others) other.end()
    }
  })

  test('two of one --op that bundle different things: one is done, and the other is refused or has a version of its own', async () => {
    for (let round = 0; round < 5; round++) {
      const others = ['a', 'b'].map((text) =>
        makeProject({ ...FILES, 'model.bin': `${text}${round}` }, project.registry),
      )
      try {
        const results = await Promise.allSettled(others.map((other) => run({}, { op: `ci-${round}` }, other)))
        const done = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.data] : []))
        const failed = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
        expect(done.length).toBeGreaterThan(0)
        for (const error of failed)
          expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining('bundle, at') })
        expect(new Set(done.map(({ bundle }) => bundle)).size).toBe(done.length)
        for (const { bundle, version } of done) expect((await entry(Number(version.slice(1)))).bundle).toBe(bundle)
      } finally {
        for (const other of others) other.end()
      }
    }
  })

  /** A registry whose writes of a kind fail once. */
  function failingOnce(what: 'versions' | 'index' | 'labels' | 'flush', at = 1): Registry {
    let calls = 0
    const maybe = (isIt: boolean): void => {
      if (isIt && ++calls === at) throw new Error('stopped')
    }
    const { objects, logs, names } = project.registry
    return {
      ...project.registry,
      objects: {
        ...objects,
        batch: async () => {
          const batch = await objects.batch()
          const flush = async (): Promise<void> => {
            maybe(what === 'flush')
            await batch.flush()
          }
          return { ...batch, flush }
        },
      },
      logs: {
        ...logs,
        append: async (log, seq, bytes) => {
          maybe(log.startsWith(`${what}/`))
          return logs.append(log, seq, bytes)
        },
      },
      names: {
        ...names,
        create: async (key, bytes) => {
          maybe(key.startsWith(`${what}/`))
          return names.create(key, bytes)
        },
      },
    }
  }

  test.each([
    ['before the objects', 'flush', 1],
    ['before the manifest', 'flush', 2],
    ['before the version', 'versions', 1],
    ['before the index', 'index', 1],
    ['in the middle of the index', 'index', 4],
    ['before the label', 'labels', 1],
  ] as const)('stopped %s: running it again finishes it', async (_name, what, at) => {
    await expect(run({ labels: ['rc'] }, { registry: failingOnce(what, at) })).rejects.toThrow('stopped')
    const { data } = await run({ labels: ['rc'] })
    expect(data).toMatchObject({ version: 'v1', labels: ['rc'] })
    const fresh = makeProject(FILES)
    await run({ labels: ['rc'] }, {}, fresh)
    expect(await visible()).toEqual(await visible(fresh))
    fresh.end()
  })

  test('stopped before the index, and something else is bundled next: the first version stays the first', async () => {
    const registry = failingOnce('index')
    await expect(run({}, { registry })).rejects.toThrow('stopped')
    project.write({ 'model.bin': 'other' })
    const { data } = await run()
    expect(data.version).toBe('v2')
    const features = data.components.find((c) => c.name === 'features')?.digest as Digest
    const record = await project.registry.names.read(`index/fraud/${hexOf(features)}`)
    expect(JSON.parse(Buffer.from(record ?? '').toString())).toEqual({ kind: 'component', version: 'v1' })
  })

  test('somebody else takes the next number, twice', async () => {
    await run()
    const theirs = ['x', 'y'].map((text) => makeProject({ ...FILES, 'model.bin': text }, project.registry))
    const { logs } = project.registry
    const registry: Registry = {
      ...project.registry,
      logs: {
        ...logs,
        append: async (log, seq, bytes) => {
          const other = theirs.pop()
          if (other !== undefined) await run({}, {}, other)
          other?.end()
          return logs.append(log, seq, bytes)
        },
      },
    }
    project.write({ 'model.bin': 'mine' })
    expect((await run({ message: 'mine' }, { registry })).data).toMatchObject({ version: 'v4', message: 'mine' })
    expect((await entry(4)).lineage.model?.since).toBe('v4')
  })

  test('stopped by a signal: nothing can be seen', async () => {
    const stop = new AbortController()
    stop.abort('SIGINT')
    await expect(run({}, { signal: stop.signal })).rejects.toBeDefined()
    expect(await visible()).toEqual([])
  })
})

describe('what cannot be bundled', () => {
  test('no aiship.yaml', async () => {
    project.write({ 'aiship.yaml': null })
    await refusal(run(), 'CONFIG_MISSING')
  })

  test('a path that is not there', async () => {
    project.write({ 'model.bin': null })
    expect((await refusal(run(), 'FILE_MISSING')).message).toContain('model.bin')
    expect(await visible()).toEqual([])
  })

  test('a program that fails', async () => {
    project.write({
      'aiship.yaml': YAML.replace(
        'llm:',
        `env: { role: runtime, command: [${JSON.stringify(process.execPath)}, -e, "console.error('no wheel'); process.exit(3)"] }\n  llm:`,
      ),
    })
    const error = await refusal(run(), 'COMMAND_FAILED')
    expect(`${error.message} ${error.hint}`).toContain('no wheel')
    expect(await visible()).toEqual([])
  })

  test('a file that does not stay as it is', async () => {
    project.write({ 'model.bin': Buffer.alloc(3 * 1024 * 1024) })
    const file = join(project.root, 'model.bin')
    const { ino } = fs.statSync(file, { bigint: true })
    const look = fs.fstatSync
    // Whoever looks at it finds that it has grown since.
    vi.spyOn(fs, 'fstatSync').mockImplementation(((fd: number, options: { bigint: true }) => {
      const stat = look(fd, options)
      if (stat.ino === ino) fs.appendFileSync(file, '.')
      return stat
    }) as typeof look)
    const error = await refusal(run(), 'SOURCE_CHANGED').finally(() => vi.restoreAllMocks())
    expect(error.message).toContain('model.bin')
    expect(await visible()).toEqual([])
  })
})

test('a dry run finds everything out and leaves nothing', async () => {
  const { data } = await run({ labels: ['rc'] }, { registry: dryRun(project.registry) })
  expect(data).toMatchObject({ version: 'v1', new_objects: 11, labels: ['rc'] })
  expect(await visible()).toEqual([])
})

test('a program is run once a bundle, and its output is a component', async () => {
  const program = `[${JSON.stringify(process.execPath)}, -e, "require('fs').appendFileSync('runs', '.'); console.log('numpy==2.0')"]`
  project.write({ 'aiship.yaml': YAML.replace('llm:', `env: { role: runtime, command: ${program} }\n  llm:`) })
  const { data } = await run()
  expect(data.components.find((c) => c.name === 'env')).toMatchObject({ kind: 'command', size: 11, files: 1 })
  expect(project.read('runs')).toBe('.')
})

test.each([
  ['chat-latest', true],
  ['chat-large', true],
  ['chat-2026-08-01', false],
])('a model called %s: a warning is %s', async (model, isWarned) => {
  project.write({ 'aiship.yaml': YAML.replace('chat-2026-08-01', model) })
  await run()
  expect(codes().includes('MODEL_ALIAS_FLOATING')).toBe(isWarned)
})
