import { describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import {
  collectBytes,
  componentRoots,
  LAYER_OF,
  LAYERS,
  manifestBytes,
  parseManifest,
  parseTree,
  treeBytes,
} from '../../src/core/manifest.ts'
import type { Component, Role, TreeEntry } from '../../src/core/model.gen.ts'

// The manifest: declared inputs only, so that the same inputs give the same digest on any machine, any day (DESIGN §3, Digests).

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`
const NAME = digest('0')

const model: Component = {
  ...{ name: 'model', role: 'model-weights', layer: 'logic', kind: 'path' },
  ...{ digest: digest('a'), size: 3, path: 'artifacts/model.onnx' },
}
const features: Component = {
  ...{ name: 'features', role: 'feature-pipeline', layer: 'features', kind: 'path' },
  ...{ digest: digest('b'), size: 9, path: 'features', tree: true },
}
const reference = { uri: 's3://lake/orders', pin: 'p-7' }
const lake: Component = {
  ...{ name: 'lake', role: 'dataset', layer: 'data', kind: 'external', stored: false, reference },
  ...{ digest: digestOf(canonicalBytes(reference)), size: canonicalBytes(reference).length },
}
const commands = { predict: ['node', 'predict.js'] }

const refusal = (run: () => unknown): AishipError => {
  try {
    run()
  } catch (error) {
    if (error instanceof AishipError) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('a manifest', () => {
  test('has the same bytes whatever the order of components, commands and keys', () => {
    const backwards = Object.fromEntries(Object.entries(model).reverse()) as unknown as Component
    const other = manifestBytes('fraud', { predict: ['node', 'predict.js'] }, [features, lake, backwards])
    expect(Buffer.compare(manifestBytes('fraud', commands, [model, lake, features]), other)).toBe(0)
  })

  test('says its format, app, commands and components, and nothing else: no clock, host, actor or commit', () => {
    const value = JSON.parse(Buffer.from(manifestBytes('fraud', commands, [model])).toString()) as object
    expect(value).toEqual({ format: 1, app: 'fraud', commands, components: [model] })
  })

  test('has a digest that a second implementation must reach', () => {
    // The bytes by hand: RFC 8785 of the three components above.
    const bytes =
      '{"app":"fraud","commands":{"predict":["node","predict.js"]},"components":[' +
      `{"digest":"${digest('b')}","kind":"path","layer":"features","name":"features","path":"features","role":"feature-pipeline","size":9,"tree":true},` +
      `{"digest":"${digest('a')}","kind":"path","layer":"logic","name":"model","path":"artifacts/model.onnx","role":"model-weights","size":3}` +
      '],"format":1}'
    expect(Buffer.from(manifestBytes('fraud', commands, [model, features])).toString()).toBe(bytes)
  })

  test('is read as it was written', () => {
    const bytes = manifestBytes('fraud', commands, [model, lake, features])
    expect(parseManifest(bytes, NAME)).toEqual({
      format: 1,
      app: 'fraud',
      commands,
      components: [features, lake, model],
    })
  })

  test('names what must be durable before it may be written: the roots of what is stored', () => {
    const manifest = parseManifest(manifestBytes('fraud', commands, [model, lake, features]), NAME)
    expect(componentRoots(manifest)).toEqual([features.digest, model.digest])
  })
})

describe('every role implies its layer', () => {
  test.each<[Role, string]>([
    ['dataset', 'data'],
    ['eval-set', 'data'],
    ['embedding-index', 'data'],
    ['feature-pipeline', 'features'],
    ['model-weights', 'logic'],
    ['hyperparameters', 'logic'],
    ['prompt', 'logic'],
    ['tool-schema', 'logic'],
    ['agent-routing', 'logic'],
    ['guardrail', 'logic'],
    ['inference-code', 'serving'],
    ['runtime', 'serving'],
  ])('%s lies in %s', (role, layer) => {
    expect(LAYER_OF[role]).toBe(layer)
  })

  test('and there are four', () => {
    expect(LAYERS).toEqual(['data', 'features', 'logic', 'serving'])
    expect(new Set(Object.values(LAYER_OF))).toEqual(new Set(LAYERS))
  })
})

/** The bytes of a manifest that nobody wrote: components in the order given, fields as given. */
const raw = (components: readonly object[], change: object = {}): Uint8Array =>
  canonicalBytes({ format: 1, app: 'fraud', commands: {}, components, ...change })

describe('a reader refuses a manifest (7)', () => {
  test.each<[string, Uint8Array]>([
    ['of no bytes', Buffer.alloc(0)],
    ['of another format', raw([], { format: 2 })],
    ['of no app', raw([], { app: undefined })],
    ['of an app with an evil name', raw([], { app: '../x' })],
    ['with a field more', raw([], { at: '2026-10-01T12:00:00.000Z' })],
    ['with components out of order', raw([model, features])],
    ['with a component twice', raw([model, model])],
    ['with a component named like a version', raw([{ ...model, name: 'v1' }])],
    ['with a component named like a way up', raw([{ ...model, name: 'a..b' }])],
    ['with a role that there is not', raw([{ ...model, role: 'magic' }])],
    ['with a role in the wrong layer', raw([{ ...model, layer: 'data' }])],
    ['with a stored component that stands nowhere', raw([{ ...model, path: undefined }])],
    ['with a stored component that has a reference', raw([{ ...model, reference }])],
    ['with a component that is elsewhere and has no reference', raw([{ ...lake, reference: undefined }])],
    ['with a component that is elsewhere and stands somewhere', raw([{ ...lake, path: 'lake' }])],
    ['with a reference that is not what the digest says', raw([{ ...lake, digest: digest('c') }])],
    ['with a reference of another size', raw([{ ...lake, size: 1 }])],
    ['with a negative size', raw([{ ...model, size: -1 }])],
    ['with half a byte', raw([{ ...model, size: 0.5 }])],
    ['with a digest in capitals', raw([{ ...model, digest: digest('A') }])],
    ['with an empty command', raw([], { commands: { predict: [] } })],
    ['that is not canonical', Buffer.concat([raw([]), Buffer.from(' ')])],
  ])('%s', (_, bytes) => {
    const error = refusal(() => parseManifest(bytes, NAME))
    expect([error.code, error.exit, error.next]).toEqual(['CORRUPT', 7, ['aiship fsck']])
    expect(error.message).toContain(NAME)
  })

  test.each([
    '.',
    '../x',
    '/etc/passwd',
    'a/../../b',
    'a//b',
    '',
    './a',
    'a/.git/hooks',
    '.aiship/x',
    'c:\\x',
    'nul',
    'a\u202eb',
  ])('that puts a component at %j (2, NAME_UNSAFE)', (path) => {
    const error = refusal(() => parseManifest(raw([{ ...model, path }]), NAME))
    expect([error.code, error.exit]).toEqual(['NAME_UNSAFE', 2])
    expect(error.next).toEqual(['aiship fsck'])
  })
})

describe('a tree', () => {
  const file = (name: string): TreeEntry => ({ name, digest: digest('a'), size: 1 })
  const rawTree = (entries: readonly object[]): Uint8Array => canonicalBytes({ format: 1, entries })

  test('lists its names by their UTF-8 bytes, not by their UTF-16 units', () => {
    // By code units U+1F600 (a surrogate pair) would stand before U+F8FF.
    const names = ['\u{1f600}', 'ä', '\uf8ff', 'b', 'a.b', 'B', 'a-b', 'a']
    const { entries } = parseTree(treeBytes(names.map(file)), NAME)
    expect(entries.map((entry) => entry.name)).toEqual(['B', 'a', 'a-b', 'a.b', 'b', 'ä', '\uf8ff', '\u{1f600}'])
  })

  test('has files, executable files and subfolders', () => {
    const entries: readonly TreeEntry[] = [
      file('a'),
      { ...file('run.sh'), exec: true },
      { name: 'sub', tree: digest('b') },
    ]
    expect(parseTree(treeBytes([...entries].reverse()), NAME)).toEqual({ format: 1, entries })
  })

  test.each<[string, Uint8Array]>([
    ['names out of order', rawTree([file('b'), file('a')])],
    ['a name twice', rawTree([file('a'), file('a')])],
    ['an entry that is file and folder', rawTree([{ ...file('a'), tree: digest('b') }])],
    ['an entry that is neither', rawTree([{ name: 'a' }])],
    ['a file without a size', rawTree([{ name: 'a', digest: digest('a') }])],
    ['an executable folder', rawTree([{ name: 'a', tree: digest('a'), exec: true }])],
    ['exec written as false', rawTree([{ ...file('a'), exec: false }])],
    ['a field more', rawTree([{ ...file('a'), mode: 420 }])],
    ['another format', canonicalBytes({ format: 2, entries: [] })],
  ])('is refused with %s (7)', (_, bytes) => {
    const error = refusal(() => parseTree(bytes, NAME))
    expect([error.code, error.exit, error.next]).toEqual(['CORRUPT', 7, ['aiship fsck']])
  })

  test.each([
    '..',
    '.',
    '',
    'a/b',
    '.git',
    '.GIT',
    'aux.txt',
    'a\\b',
    'a:b',
    'a ',
    'a.',
    'a\u0000',
    'a\u200d',
    'cafe\u0301',
  ])('is refused with the name %j (2, NAME_UNSAFE)', (name) => {
    const error = refusal(() => parseTree(rawTree([file(name)]), NAME))
    expect([error.code, error.exit, error.next]).toEqual(['NAME_UNSAFE', 2, ['aiship fsck']])
  })
})

test('small objects are put together from their chunks', async () => {
  async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield Buffer.from(part)
  }
  expect(Buffer.from(await collectBytes(chunks('ab', '', 'c'))).toString()).toBe('abc')
  expect((await collectBytes(chunks())).length).toBe(0)
})
