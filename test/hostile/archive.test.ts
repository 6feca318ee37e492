import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { TAR_END, tarFolder, tarHeader, tarPadding } from '../../src/core/tar.ts'
import { readTar, tarStream } from '../../src/core/tar-read.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { exportBundle } from '../../src/ops/export.ts'
import { importBundle } from '../../src/ops/import.ts'
import { archivesIn } from '../../src/store/archive.ts'
import { openMemory } from '../../src/store/memory.ts'
import { makeProject, type Project } from '../ops/context.ts'

/** Archives that somebody made, or that a copy broke: each is refused whole, and leaves nothing behind. */

interface Entry {
  readonly name: string
  readonly bytes: Uint8Array
}

const folder = fs.mkdtempSync(join(tmpdir(), 'aiship-archive-'))
const archives = async () => archivesIn(folder, { spool: folder, signal: new AbortController().signal, dryRun: false })
let project: Project
let good: Uint8Array
let entries: readonly Entry[]
let bundleDigest: string

beforeAll(async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`data/${n % 3}/é${n}.csv`, `row ${n}\n`]))
  project = makeProject({
    'aiship.yaml':
      'version: 1\napp: fraud\ncomponents:\n  model: {role: model-weights, path: model.bin}\n  data: {role: dataset, path: data}\n',
    'model.bin': 'weights',
    ...many,
  })
  const made = await bundle(project.ctx(), { message: 'one', labels: [], allowSecrets: null })
  bundleDigest = made.data.bundle
  await exportBundle({ ...project.ctx(), archives }, { ref: 'v1', file: 'good.tar' })
  good = fs.readFileSync(join(folder, 'good.tar'))
  entries = await entriesOf(good)
})
afterAll(() => {
  project.end()
  fs.rmSync(folder, { recursive: true })
})

async function entriesOf(bytes: Uint8Array): Promise<readonly Entry[]> {
  const found: Entry[] = []
  const stream = async function* () {
    yield bytes
  }
  for await (const entry of readTar(tarStream(stream()))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry.bytes()) chunks.push(chunk)
    found.push({ name: entry.name, bytes: Buffer.concat(chunks) })
  }
  return found
}

const tarOf = (all: readonly Entry[], end: Uint8Array = TAR_END): Buffer =>
  Buffer.concat([...all.flatMap(({ name, bytes }) => fileOf(name, bytes)), end])
const fileOf = (name: string, bytes: Uint8Array): readonly Uint8Array[] => [
  tarHeader({ name, size: bytes.length, exec: false }),
  bytes,
  tarPadding(bytes.length),
]

/** A header with some of its bytes changed, and its sum made right again. */
function forged(name: string, size: number, change: (header: Buffer) => void): Buffer {
  const header = Buffer.from(tarHeader({ name, size, exec: false }))
  change(header)
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

const ofType = (name: string, type: string): Buffer =>
  forged(name, 0, (header) => {
    header.write(type, 156, 'latin1')
    header.write('/etc/passwd', 157, 'latin1')
  })

const pax = (records: string): Buffer => {
  const bytes = Buffer.from(records)
  const header = forged('PaxHeader', bytes.length, (block) => block.write('x', 156, 'latin1'))
  return Buffer.concat([header, bytes, tarPadding(bytes.length)])
}

const changed = (change: (entry: Entry) => Entry | null): Buffer =>
  tarOf(entries.map(change).filter((one): one is Entry => one !== null))

const index = (): { manifests: { digest: string; size: number; artifactType?: string }[] } =>
  JSON.parse(Buffer.from(entries[1]?.bytes as Uint8Array).toString('utf8'))
const withIndex = (value: unknown): Buffer =>
  changed((one) => (one.name === 'index.json' ? { ...one, bytes: canonicalBytes(value) } : one))
const blobOf = (digest: string): string => `blobs/sha256/${digest.slice(7)}`
/** The first blob that is a file of the bundle. */
const fileBlob = (): string => blobOf(digestOf('weights'))

/** The layer that is a tar. */
function layerBlob(): string {
  const model = entries.find(({ name }) => name === blobOf(index().manifests[0]?.digest as string)) as Entry
  const { layers } = JSON.parse(Buffer.from(model.bytes).toString('utf8'))
  const tar = layers.find(({ mediaType }: { mediaType: string }) => mediaType.endsWith('.tar'))
  return blobOf(tar.digest)
}

/** Imports bytes into a registry that has nothing, and then still has nothing. */
async function refused(bytes: Uint8Array): Promise<AishipError> {
  const file = join(folder, 'bad.tar')
  fs.writeFileSync(file, bytes)
  const registry = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000002', url: '.other' })
  const ctx = { ...project.ctx({ registry }), archives }
  const error = await importBundle(ctx, { file: 'bad.tar' }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AishipError)) throw new Error(`was not refused: ${String(error)}`, { cause: error })
  for await (const { digest } of registry.objects.list()) throw new Error(`${digest} was stored`)
  expect(await registry.logs.list('versions/')).toEqual([])
  expect(error.message).not.toMatch(/undefined|\[object/)
  return error
}

test('the good one is taken, and again changes nothing', async () => {
  const registry = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000002', url: '.other' })
  const ctx = () => ({ ...project.ctx({ registry }), archives })
  const first = await importBundle(ctx(), { file: 'good.tar' })
  expect(first).toMatchObject({
    changed: true,
    data: { app: 'fraud', version: 'v1', origin: { registry: project.registry.id, version: 'v1' } },
  })
  expect(await importBundle(ctx(), { file: 'good.tar' })).toMatchObject({
    changed: false,
    data: { version: 'v1', new_objects: 0 },
  })
  const sizes = async (objects: typeof registry.objects) => {
    const all: Record<string, number> = {}
    for await (const { digest, size } of objects.list()) all[digest] = size
    return all
  }
  expect(await sizes(registry.objects)).toEqual(await sizes(project.registry.objects))
})

test('the order of the entries is nobody’s business', async () => {
  fs.writeFileSync(join(folder, 'turned.tar'), tarOf([...entries].reverse()))
  const registry = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000002', url: '.other' })
  const ctx = { ...project.ctx({ registry }), archives }
  expect(await importBundle(ctx, { file: 'turned.tar' })).toMatchObject({ changed: true })
})

describe('what is no archive of aiship exits with 2', () => {
  test.each<readonly [string, () => Uint8Array, RegExp]>([
    ['nothing', () => Buffer.alloc(0), /is no tar archive/],
    ['zeros', () => Buffer.alloc(10_240), /has no oci-layout/],
    ['zeros without end', () => Buffer.alloc(2 ** 21), /is no tar archive, but zeros/],
    ['text', () => Buffer.from('hello '.repeat(500)), /is no tar archive/],
    ['gzip', () => gzipSync(good), /packed with gzip: unpack it first/],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(50_000_000)), /packed with gzip/],
    ['no layout', () => tarOf(entries.filter(({ name }) => name !== 'oci-layout')), /has no oci-layout/],
    ['no index', () => tarOf(entries.filter(({ name }) => name !== 'index.json')), /has no index.json/],
    [
      'a file beside',
      () => tarOf([...entries, { name: 'README', bytes: Buffer.from('x') }]),
      /no part of an OCI image layout/,
    ],
    [
      'a path that climbs',
      () => tarOf([...entries, { name: '../../etc/cron.d/x', bytes: Buffer.from('x') }]),
      /no part of/,
    ],
    [
      'a path that climbs out of blobs',
      () => tarOf([...entries, { name: 'blobs/sha256/../../x', bytes: Buffer.from('x') }]),
      /no part of/,
    ],
    ['an absolute path', () => tarOf([...entries, { name: '/etc/passwd', bytes: Buffer.from('x') }]), /no part of/],
    ['a symbolic link', () => Buffer.concat([ofType(fileBlob(), '2'), good]), /a symbolic link: only files/],
    ['a hard link', () => Buffer.concat([ofType(fileBlob(), '1'), good]), /a hard link: only files/],
    ['a device', () => Buffer.concat([ofType('index.json', '3'), good]), /a device: only files/],
    ['a pipe', () => Buffer.concat([ofType('index.json', '6'), good]), /a pipe: only files/],
    ['a sparse file', () => Buffer.concat([ofType('index.json', 'S'), good]), /a sparse file: only files/],
    ['a header for all files', () => Buffer.concat([ofType('x', 'g'), good]), /a header for all files/],
    ['a long name as GNU writes it', () => Buffer.concat([ofType('x', 'L'), good]), /no file: only files/],
    ['sparse by an extended header', () => Buffer.concat([pax('22 GNU.sparse.major=1\n'), good]), /GNU.sparse.major/],
    ['a link by an extended header', () => Buffer.concat([pax('19 linkpath=/etc/x\n'), good]), /linkpath/],
    [
      'another path by an extended header',
      () => Buffer.concat([pax('16 path=../../x\n'), good]),
      /"..\/..\/x", which is no part of/,
    ],
    [
      'two extended headers',
      () => Buffer.concat([pax('10 path=a\n'), pax('10 path=b\n'), good]),
      /after an extended header/,
    ],
    ['a blob twice', () => tarOf([...entries, entries.at(-1) as Entry]), /twice/],
    ['an index twice', () => tarOf([entries[1] as Entry, ...entries]), /has index.json twice/],
    [
      'a blob that nothing names',
      () => tarOf([...entries, { name: blobOf(digestOf('x')), bytes: Buffer.from('x') }]),
      /1 blobs that nothing in it names/,
    ],
    [
      'a huge index',
      () => changed((one) => (one.name === 'index.json' ? { ...one, bytes: Buffer.alloc(5_000_000, 0x20) } : one)),
      /index.json with 5000000 bytes/,
    ],
    [
      'an index that is no JSON',
      () => changed((one) => (one.name === 'index.json' ? { ...one, bytes: Buffer.from('{') } : one)),
      /not readable as JSON/,
    ],
    [
      'another layout version',
      () =>
        changed((one) =>
          one.name === 'oci-layout' ? { ...one, bytes: Buffer.from('{"imageLayoutVersion":"2.0.0"}') } : one,
        ),
      /another version/,
    ],
    [
      'no bundle',
      () => withIndex({ ...index(), manifests: index().manifests.slice(0, 1) }),
      /has no aiship bundle|nothing in it names/,
    ],
    [
      'a manifest twice',
      () => withIndex({ ...index(), manifests: [...index().manifests, ...index().manifests] }),
      /lists a manifest twice/,
    ],
    [
      'a size that is none',
      () => withIndex({ ...index(), manifests: [{ ...index().manifests[0], size: -1 }] }),
      /a descriptor that is none/,
    ],
    [
      'a thousand manifests',
      () =>
        withIndex({
          ...index(),
          manifests: Array.from({ length: 1000 }, (_, n) => ({ ...index().manifests[0], digest: digestOf(String(n)) })),
        }),
      /lists 1000 manifests/,
    ],
  ])('%s', async (_, make, why) => {
    const error = await refused(make())
    expect(error.message).toMatch(why)
    expect([error.exit, error.code]).toEqual([2, 'ARCHIVE_INVALID'])
  })
})

describe('damage exits with 7', () => {
  test.each<readonly [string, () => Uint8Array, RegExp]>([
    ['a blob is missing', () => changed((one) => (one.name === fileBlob() ? null : one)), /lacks sha256:/],
    [
      'a blob is longer',
      () => changed((one) => (one.name === fileBlob() ? { ...one, bytes: Buffer.from('weights!') } : one)),
      /more than the 7 bytes/,
    ],
    [
      'a blob is shorter',
      () => changed((one) => (one.name === fileBlob() ? { ...one, bytes: Buffer.from('weight') } : one)),
      /6 of the 7 bytes/,
    ],
    [
      'a blob is another',
      () => changed((one) => (one.name === fileBlob() ? { ...one, bytes: Buffer.from('WEIGHTS') } : one)),
      /other bytes/,
    ],
    ['something follows', () => Buffer.concat([good, Buffer.from('more')]), /goes on after its end/],
    ['it never ends', () => Buffer.concat([good, Buffer.alloc(2 ** 20 + 1)]), /goes on after its end/],
    ['an archive follows', () => Buffer.concat([good, good]), /goes on after its end/],
    ['one empty block and then more', () => Buffer.concat([good.subarray(0, -512), good]), /goes on after/],
    [
      'a sum is wrong',
      () => Buffer.concat([good.subarray(0, 1030), Buffer.from([255]), good.subarray(1031)]),
      /a header that is damaged/,
    ],
    [
      'a size that no disk has',
      () =>
        Buffer.concat([
          ...fileOf('oci-layout', entries[0]?.bytes as Uint8Array),
          tarHeader({ name: fileBlob(), size: 2 ** 50, exec: false }),
        ]),
      /and ends before/,
    ],
    [
      'a size that is no number',
      () => Buffer.concat([forged('oci-layout', 0, (header) => header.write('99999999999', 124, 'latin1')), good]),
      /a number that is none/,
    ],
    [
      'a size by an extended header',
      () => Buffer.concat([pax('17 size=99999999\n'), good]),
      /cut short|ends before|damaged/,
    ],
    [
      'an extended header that lies about its length',
      () => Buffer.concat([pax('99 path=x\n'), good]),
      /extended header that is damaged/,
    ],
  ])('%s', async (_, make, why) => {
    const error = await refused(make())
    expect(error.message).toMatch(why)
    expect(error.exit).toBe(7)
  })

  test('every byte of every blob counts', async () => {
    for (const { name, bytes } of entries.slice(2)) {
      if (bytes.length === 0) continue
      const flipped = Buffer.from(bytes)
      flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] as number) ^ 1
      const error = await refused(changed((one) => (one.name === name ? { ...one, bytes: flipped } : one)))
      expect({ name, exit: error.exit }).toEqual({ name, exit: 7 })
    }
  })

  test('cut at every block', async () => {
    for (let at = 512; at < good.length; at += 512)
      expect((await refused(good.subarray(0, at))).exit, `at ${at}`).toBe(7)
  })
})

/** The good one with aiship's manifest written anew, and whatever names it following. */
const withManifest = (change: (value: { components: Record<string, unknown>[] }) => unknown): Buffer =>
  withBlob(blobOf(bundleDigest), (bytes) => canonicalBytes(change(JSON.parse(Buffer.from(bytes).toString('utf8')))))

/** The same with the layer that is a tar. */
const withLayer = (change: (layer: Uint8Array) => Uint8Array): Buffer => withBlob(layerBlob(), change)

function withBlob(target: string, change: (bytes: Uint8Array) => Uint8Array): Buffer {
  let all = entries.map((one) => (one.name === target ? { ...one, bytes: change(one.bytes) } : one))
  for (;;) {
    const wrong = all.find(({ name, bytes }) => name.startsWith('blobs/') && name !== blobOf(digestOf(bytes)))
    if (wrong === undefined) return tarOf(all)
    const [was, is] = [`sha256:${wrong.name.slice(13)}`, digestOf(wrong.bytes)]
    const follow = (_: string, held: unknown): unknown =>
      (held as { digest?: string } | null)?.digest === was
        ? { ...(held as object), digest: is, size: wrong.bytes.length }
        : held
    all = all.map((one) => {
      if (one === wrong) return { ...one, name: blobOf(is) }
      const text = Buffer.from(one.bytes).toString('utf8')
      return /^\{.*\}$/.test(text) && text.includes(was)
        ? { ...one, bytes: canonicalBytes(JSON.parse(text, follow)) }
        : one
    })
  }
}

describe('an archive that is whole and lies', () => {
  test.each<readonly [string, () => Uint8Array, RegExp]>([
    [
      'a bundle of an app with a path as its name',
      () => withManifest((value) => ({ ...value, app: '../x' })),
      /shape of a manifest|can't be an app/,
    ],
    [
      'a component that stands outside',
      () =>
        withManifest((value) => ({
          ...value,
          components: value.components.map((one) => ({ ...one, path: '../../x' })),
        })),
      /unsafe path|climb|shape/,
    ],
    [
      'a component that is another file',
      () =>
        withManifest((value) => ({
          ...value,
          components: value.components.map((one) =>
            one.name === 'model' ? { ...one, digest: digestOf('other') } : one,
          ),
        })),
      /lacks model.bin/,
    ],
    [
      'a layer with a folder that no file is in',
      () => withLayer((layer) => Buffer.concat([tarFolder('data/9'), layer])),
      /has "data\/9\/" in a layer, which its bundle has not/,
    ],
    [
      'a layer with a folder twice',
      () => withLayer((layer) => Buffer.concat([tarFolder('data'), layer])),
      /has "data\/" in a layer/,
    ],
  ])('%s', async (_, make, why) => {
    expect((await refused(make())).message).toMatch(why)
  })
})

test('a layer has each folder before what is in it, for tools that make none; one that has none is as good', async () => {
  const layer = await entriesOf(entries.find(({ name }) => name === layerBlob())?.bytes as Uint8Array)
  const made = ['.']
  for (const { name } of layer) {
    expect(made).toContain(dirname(name))
    if (name.endsWith('/')) made.push(name.slice(0, -1))
  }
  expect(made.sort()).toEqual(['.', 'data', 'data/0', 'data/1', 'data/2'])
  const files = layer.filter(({ name }) => !name.endsWith('/'))
  fs.writeFileSync(
    join(folder, 'bare.tar'),
    withLayer(() => tarOf(files)),
  )
  const registry = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000003', url: '.other' })
  expect(await importBundle({ ...project.ctx({ registry }), archives }, { file: 'bare.tar' })).toMatchObject({
    changed: true,
  })
})

test('a million entries are refused before they are many', async () => {
  const one = tarHeader({ name: `blobs/sha256/${'0'.repeat(64)}`, size: 0, exec: false })
  const blocks: Uint8Array[] = []
  for (let n = 0; n < 1_000_000; n++) blocks.push(one)
  expect((await refused(Buffer.concat([...blocks, TAR_END]))).message).toMatch(/twice/)
  const different: Uint8Array[] = []
  for (let n = 0; n < 100_010; n++)
    different.push(tarHeader({ name: `blobs/sha256/${n.toString(16).padStart(64, '0')}`, size: 0, exec: false }))
  expect((await refused(Buffer.concat([...different, TAR_END]))).message).toMatch(/more than 100000 entries/)
}, 60_000)
