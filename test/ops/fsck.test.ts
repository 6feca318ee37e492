import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf, hexOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { manifestBytes, treeBytes } from '../../src/core/manifest.ts'
import type { Component, FsckData, FsckFinding, TreeEntry } from '../../src/core/model.gen.ts'
import type { LogRecord, Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { fsck } from '../../src/ops/fsck.ts'
import { append, newest } from '../../src/ops/logs.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { openMemory } from '../../src/store/memory.ts'
import { makeProject, type Project } from './context.ts'

/** A registry whose bytes a test can change behind everybody's back. Objects are read back verified, as every store does. */
interface Damaged {
  readonly objects: Map<Digest, Uint8Array | null>
  readonly entries: Map<string, Uint8Array | null>
  readonly names: Map<string, Uint8Array | null>
}

function damageable(base: Registry, damage: Damaged): Registry {
  const { objects, logs, names } = base
  const at = <K, V>(map: Map<K, V | null>, key: K, otherwise: Promise<V | null>): Promise<V | null> =>
    map.has(key) ? Promise.resolve(map.get(key) ?? null) : otherwise
  const read = async (log: string, seq: number): Promise<LogRecord | null> => {
    const key = `${log}@${seq}`
    const bytes = await at(
      damage.entries,
      key,
      logs.read(log, seq).then((record) => record?.bytes ?? null),
    )
    return bytes === null ? null : { seq, bytes }
  }
  return {
    ...base,
    objects: {
      ...objects,
      has: async (digests) =>
        new Set([...(await objects.has(digests))].filter((digest) => damage.objects.get(digest) !== null)),
      size: async (digest) =>
        damage.objects.has(digest) ? (damage.objects.get(digest)?.length ?? null) : objects.size(digest),
      async *get(digest, maxBytes) {
        const bytes = damage.objects.get(digest)
        if (bytes === undefined) return yield* objects.get(digest, maxBytes)
        if (bytes === null) throw new AishipError('OBJECT_MISSING', `object ${digest} is missing`)
        if (digestOf(bytes) !== digest) throw new AishipError('CORRUPT', `object ${digest} has other bytes`)
        yield bytes
      },
      async *list() {
        for await (const object of objects.list()) {
          const bytes = damage.objects.get(object.digest)
          if (bytes !== null) yield { ...object, size: bytes?.length ?? object.size }
        }
      },
    },
    logs: {
      ...logs,
      read,
      numbers: async (log) => (await logs.numbers(log)).filter((seq) => damage.entries.get(`${log}@${seq}`) !== null),
    },
    names: {
      ...names,
      read: (key) => at(damage.names, key, names.read(key)),
      list: async (prefix) => (await names.list(prefix)).filter((key) => damage.names.get(key) !== null),
      replace: async (key, bytes) => void damage.names.set(key, bytes),
    },
  }
}

const YAML = `
version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin }
  data: { role: dataset, path: data/ }
`

let project: Project
let damage: Damaged
let registry: Registry
beforeEach(async () => {
  damage = { objects: new Map(), entries: new Map(), names: new Map() }
  project = makeProject({ 'aiship.yaml': YAML, 'model.bin': 'w1', 'data/a': '1', 'data/deep/b': '2' })
  registry = damageable(project.registry, damage)
  await bundle(project.ctx(), { message: 'first', labels: ['rc1'], allowSecrets: null })
  project.write({ 'model.bin': 'w2' })
  await bundle(project.ctx(), { message: 'second', labels: [], allowSecrets: null })
  const move = { reason: 'go', override: null, create: true, resetRoute: false, leavingBad: null }
  await promote(project.ctx(), { ref: 'v1', pointer: 'prod', ...move })
  await promote(project.ctx(), { ref: 'v2', pointer: 'prod', ...move })
  await rollback(project.ctx(), { pointer: 'prod', to: null, reason: 'worse', hold: true, mark: true })
})
afterEach(() => project.end())

/** All findings, whether fsck ends well or not. */
async function findings(input: Partial<Parameters<typeof fsck>[1]> = {}): Promise<readonly FsckFinding[]> {
  const ctx = project.ctx({ registry })
  try {
    return (await fsck(ctx, { readData: true, repair: false, ...input })).data.findings
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'FINDINGS') throw error
    expect(error.exit).toBe(7)
    return (error.details as unknown as FsckData).findings
  }
}

const brief = (list: readonly FsckFinding[]): readonly string[] =>
  list.map(({ id, subject }) => `${id} ${subject}`).sort()

async function everyEntry(): Promise<readonly { log: string; seq: number; bytes: Uint8Array }[]> {
  const all = []
  for (const prefix of ['versions/', 'pointers/', 'marks/'])
    for (const log of await project.registry.logs.list(prefix))
      for (const seq of await project.registry.logs.numbers(log))
        all.push({ log, seq, bytes: (await project.registry.logs.read(log, seq))?.bytes as Uint8Array })
  return all
}

/** Every way to flip one bit, and every way to cut it short. */
function* damages(bytes: Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[i] = (flipped[i] as number) ^ (1 << bit)
      yield flipped
    }
    yield bytes.subarray(0, i)
  }
}

/** One in `step`, for what takes long; the first and the last are always among them. */
const sample = <T>(items: Iterable<T>, step: number): readonly T[] =>
  [...items].filter((_, index, all) => index % step === 0 || index === all.length - 1)

test('a sound registry has nothing to report, and everything was looked at', async () => {
  const { changed, data } = await fsck(project.ctx({ registry }), { readData: true, repair: false })
  expect(changed).toBe(false)
  expect(data.findings).toEqual([])
  // 2 weights, 2 data files, 2 trees, 2 manifests; 2 versions, 3 moves, 1 mark.
  expect(data.checked).toMatchObject({ objects: 8, entries: 6 })
})

test('an empty registry is sound', async () => {
  registry = openMemory({ id: 'empty' })
  expect(await findings()).toEqual([])
})

describe('entries', () => {
  test('every flipped bit and every truncation of every entry, the newest too, is found and named', {
    timeout: 120_000,
  }, async () => {
    for (const { log, seq, bytes } of await everyEntry()) {
      for (const bad of sample(damages(bytes), 37)) {
        damage.entries.set(`${log}@${seq}`, bad)
        const found = await findings({ readData: false })
        expect(brief(found), `${log}@${seq}`).toContain(`entryIdMismatch ${log}@${seq}`)
      }
      damage.entries.clear()
    }
  })

  test('a missing entry is a gap, the first one too', async () => {
    damage.entries.set('pointers/fraud/prod@1', null)
    expect(brief(await findings())).toContain('entryGap pointers/fraud/prod@1')
    damage.entries.clear()
    damage.entries.set('pointers/fraud/prod@2', null)
    expect(brief(await findings())).toContain('entryGap pointers/fraud/prod@2')
  })

  test('an entry rewritten with a good id breaks the chain behind it', async () => {
    await rewrite('pointers/fraud/prod', 2, { reason: 'history, improved' })
    expect(brief(await findings())).toEqual(['entryChainBroken pointers/fraud/prod@3'])
  })

  test.each<[string, object, string]>([
    ['of another registry', { registry: 'elsewhere' }, 'entryWrongRegistry'],
    ['of another log', { log: 'pointers/fraud/staging' }, 'entryMisplaced'],
    ['with another number', { seq: 9 }, 'entryMisplaced'],
    ['of a later format', { v: 2 }, 'entryNewer'],
    ['without its shape', { hold: 'yes' }, 'entryInvalid'],
    ['whose time went back', { at: '2020-01-01T00:00:00.000Z' }, 'entryTimeWentBack'],
    [
      'that serves what is no version',
      {
        route: {
          arms: { stable: { bundle: digestOf('x'), version: 'v1' } },
          serve: [{ to: { stable: 100000 } }],
          fallback: 'stable',
        },
        to: digestOf('x'),
      },
      'targetMissing',
    ],
    ['whose route has no fallback', { route: { arms: {}, serve: [], fallback: 'stable' } }, 'entryInvalid'],
    ['that says it moved elsewhere', { to: digestOf('y') }, 'entryInvalid'],
    ['that goes back to what was not', { back: { seq: 2, bundle: digestOf('z') } }, 'backMissing'],
  ])('an entry %s', async (_name, change, id) => {
    await rewrite('pointers/fraud/prod', 3, change)
    expect(brief(await findings())).toContain(`${id} pointers/fraud/prod@3`)
  })

  test('a mark that an entry implies and nobody wrote', async () => {
    const [log] = await project.registry.logs.list('marks/')
    damage.entries.set(`${log}@1`, null)
    expect(brief(await findings())).toEqual(['markMissing pointers/fraud/prod@3'])
  })

  async function rewrite(log: string, seq: number, change: object): Promise<void> {
    const bytes = (await project.registry.logs.read(log, seq))?.bytes as Uint8Array
    const { id: _, ...rest } = { ...JSON.parse(Buffer.from(bytes).toString()), ...change }
    damage.entries.set(`${log}@${seq}`, canonicalBytes({ ...rest, id: digestOf(canonicalBytes(rest)) }))
  }
})

describe('objects', () => {
  const digests = async (): Promise<readonly Digest[]> => {
    const all: Digest[] = []
    for await (const { digest } of project.registry.objects.list()) all.push(digest)
    return all
  }

  test('each one that is missing is named, with who needs it', async () => {
    for (const digest of await digests()) {
      damage.objects.set(digest, null)
      const found = (await findings()).filter((one) => one.id === 'objMissing')
      expect(found.map((one) => one.subject)).toEqual([digest])
      expect(found[0]?.message).toMatch(/v[12] of fraud/)
      damage.objects.clear()
    }
  })

  test('each one that is cut short is named without reading data', async () => {
    for (const digest of await digests()) {
      damage.objects.set(digest, new Uint8Array())
      const found = brief(await findings({ readData: false }))
      expect(
        found.some((line) => line === `objSizeMismatch ${digest}` || line === `objDigestMismatch ${digest}`),
        digest,
      ).toBe(true)
      damage.objects.clear()
    }
  })

  test('a manifest or tree that was changed is damaged, whatever it would say', async () => {
    for (const digest of await digests()) {
      const chunks: Uint8Array[] = []
      for await (const chunk of project.registry.objects.get(digest)) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      if (bytes[0] !== 0x7b) continue
      for (const bad of sample(damages(bytes), 101)) {
        damage.objects.set(digest, bad)
        expect(brief(await findings({ readData: false }))).toContain(`objDigestMismatch ${digest}`)
      }
      damage.objects.clear()
    }
  }, 60_000)

  const PART = { name: 'data', role: 'dataset', layer: 'data', kind: 'path' } as const
  const one = digestOf('1')

  test.each<[string, (put: (bytes: Uint8Array) => Promise<Digest>) => Promise<readonly Component[]>, string]>([
    [
      'a size that is not the sum',
      async (put) => [
        {
          ...PART,
          digest: await put(treeBytes([{ name: 'a', digest: one, size: 1 }])),
          size: 2,
          path: 'data',
          tree: true,
        },
      ],
      'manifestInvalid',
    ],
    ['a file of another size', async () => [{ ...PART, digest: one, size: 7, path: 'data' }], 'objSizeMismatch'],
    [
      'a file of another size in a tree',
      async (put) => [
        {
          ...PART,
          digest: await put(treeBytes([{ name: 'a', digest: one, size: 5 }])),
          size: 5,
          path: 'data',
          tree: true,
        },
      ],
      'objSizeMismatch',
    ],
    ['a tree that is none', async () => [{ ...PART, digest: one, size: 1, path: 'data', tree: true }], 'treeInvalid'],
    [
      'a name that leads out',
      async (put) => [
        {
          ...PART,
          digest: await put(treeBytes([{ name: '..', digest: one, size: 1 }])),
          size: 1,
          path: 'data',
          tree: true,
        },
      ],
      'nameUnsafe',
    ],
    ['a path that leads out', async () => [{ ...PART, digest: one, size: 1, path: '../data' }], 'nameUnsafe'],
    [
      'two spellings of one name',
      async (put) => [
        {
          ...PART,
          digest: await put(treeBytes([...'aA'].map((name): TreeEntry => ({ name, digest: one, size: 1 })))),
          size: 2,
          path: 'data',
          tree: true,
        },
      ],
      'nameCollides',
    ],
    [
      'two spellings of one place',
      async () => [
        { ...PART, digest: one, size: 1, path: 'x' },
        { ...PART, name: 'more', digest: one, size: 1, path: 'X' },
      ],
      'nameCollides',
    ],
    [
      'a role in another layer',
      async () => [{ ...PART, layer: 'logic', digest: one, size: 1, path: 'x' }],
      'manifestInvalid',
    ],
    [
      'trees without end',
      async (put) => {
        let digest = await put(treeBytes([]))
        for (let depth = 0; depth < 70; depth++) digest = await put(treeBytes([{ name: 'd', tree: digest }]))
        return [{ ...PART, digest, size: 0, path: 'data', tree: true }]
      },
      'treeInvalid',
    ],
  ])('a bundle with %s', async (_name, make, id) => {
    const batch = await project.registry.objects.batch()
    const put = async (bytes: Uint8Array): Promise<Digest> => (await batch.bytes(bytes)).digest
    const digest = await put(manifestBytes('fraud', {}, await make(put)))
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
    expect((await findings()).map((finding) => finding.id)).toContain(id)
  })

  test('trees that name each other twice, and twice again, are looked at once', async () => {
    const batch = await project.registry.objects.batch()
    let { digest } = await batch.bytes(treeBytes([]))
    for (let depth = 0; depth < 50; depth++)
      digest = (await batch.bytes(treeBytes([...'ab'].map((name) => ({ name, tree: digest }))))).digest
    const manifest = await batch.bytes(
      manifestBytes('fraud', {}, [{ ...PART, digest, size: 0, path: 'data', tree: true }]),
    )
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
    await append(ctx, 'versions/fraud', await newest(ctx, 'versions/fraud'), { bundle: manifest.digest, ...nothing })
    expect((await findings()).filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

describe('labels and index', () => {
  test('every flipped bit and truncation of a label is found', async () => {
    const bytes = (await project.registry.names.read('labels/fraud/rc1')) as Uint8Array
    for (const bad of sample(damages(bytes), 13)) {
      damage.names.set('labels/fraud/rc1', bad)
      const found = await findings({ readData: false })
      expect(brief(found)).toContain('labelBroken labels/fraud/rc1')
    }
  })

  test('a label that a version was to have and has not', async () => {
    damage.names.set('labels/fraud/rc1', null)
    expect(brief(await findings())).toEqual(['labelMissing labels/fraud/rc1'])
  })

  test('index records that are missing, wrong, or of nothing are told, and mended', async () => {
    const keys = await project.registry.names.list('index/')
    const [gone, wrong, cut] = keys as [string, string, string]
    damage.names.set(gone, null)
    damage.names.set(wrong, canonicalBytes({ kind: 'component', version: 'v9' }))
    damage.names.set(cut, new Uint8Array())
    await project.registry.names.create(
      `index/fraud/${hexOf(digestOf('stray'))}`,
      canonicalBytes({ kind: 'bundle', version: 'v1' }),
    )
    const stray = `indexStale index/fraud/${hexOf(digestOf('stray'))}`
    expect(brief(await findings())).toEqual(
      [`indexMissing ${gone}`, `indexStale ${wrong}`, `indexStale ${cut}`, stray].sort(),
    )
    expect((await fsck(project.ctx({ registry }), { readData: false, repair: true })).changed).toBe(true)
    expect(brief(await findings())).toEqual([stray])
  })

  test('what the medium finds is reported with the rest', async () => {
    const finding = { id: 'tmpLeftover', severity: 'info', subject: 'tmp', message: 'x' } as const
    const ctx = {
      ...project.ctx(),
      selfCheck: () => ({
        check: async function* () {
          yield finding
        },
      }),
    }
    expect((await fsck(ctx, { readData: false, repair: false })).data.findings).toEqual([finding])
  })
})
