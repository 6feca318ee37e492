import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf } from '../../src/core/digest.ts'
import type { Session } from '../cli/transcript.ts'
import { share } from '../share.ts'
import { bytesOf, type Forge, openForge } from './forge.ts'
import { damage, type Json, mutation, SEED } from './generate.ts'
import { startProject, write } from './outcome.ts'
import { exits, expectContained, placeSentinel, runWell, type Sentinel } from './surroundings.ts'

// A registry that somebody has written to who means harm. Whatever stands in it: an answer or a refusal, in time, and not a byte outside.

let session: Session
let forge: Forge
let sentinel: Sentinel
let tried = 0
const home = (): string => path.dirname(session.dir)
const registry = (): string => path.join(session.dir, '.aiship')

beforeAll(async () => {
  if (fs.existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm'
  session = startProject()
  write(session.dir, {
    'aiship.yaml': `version: 1
app: scorer
components:
  model: {role: model-weights, path: model.bin, from: [rows]}
  prompts: {role: prompt, path: prompts}
  rows: {role: dataset, path: ["data/*.csv", notes.md]}
  llm: {role: model, value: {provider: acme, model: chat-2026-08-01}}
  lake: {role: dataset, external: {uri: "s3://lake/orders", pin: v7}}
commands:
  predict: [node, predict.js]
pointers:
  prod: {protected: true}
  staging: {}
`,
    'prompts/deep/er/rules.md': 'Cite.\n',
    'prompts/run.sh': '#!/bin/sh\n',
    ...{ 'data/a.csv': 'a,b\n1,2\n', 'data/b.csv': 'a,b\n3,4\n', 'notes.md': 'notes' },
  })
  const done = async (...words: readonly string[]) => expect(await session.aiship(words)).toMatchObject({ exit: 0 })
  await done('bundle', '-m', 'one')
  await done('promote', 'v1', 'prod', '--yes')
  await done('promote', 'v1', 'staging')
  write(session.dir, { 'prompts/deep/er/rules.md': 'Never cite.\n' })
  await done('bundle', '-m', 'two', '--label', 'second')
  await done('promote', 'v2', 'prod', '--yes')
  await done('rollback', 'prod', '--reason', 'rude')
  await done('mark', 'v2', 'bad', '--reason', 'rude')
  await done('promote', 'v2', 'staging', '--override', 'looking')
  forge = openForge(registry())
  sentinel = placeSentinel(session)
})
beforeEach(() => forge.restore())
afterAll(() => {
  session.end()
  const codes = [...exits].sort().map(([exit, count]) => `${count} x ${exit}`)
  process.stdout.write(`seed ${SEED}: ${tried} hostile registries; exit codes ${codes.join(', ')}\n`)
})

const OUT = '../out'
/** What people ask of such a registry. */
const COMMANDS: readonly (readonly string[])[] = [
  ...[
    ['status'],
    ['ls'],
    ['log', 'prod'],
    ['log', 'staging', '--at', '2026-10-01'],
    ['show', 'v2'],
    ['show', 'prod', '-v'],
    ['doctor'],
  ],
  ...[
    ['resolve', 'prod'],
    ['resolve', 'second'],
    ['resolve', 'prod~1'],
    ['resolve', 'v1'],
    ['diff', 'v1', 'v2'],
    ['diff', 'v1', 'v2', '--content'],
  ],
  ...[
    ['diff', 'prod'],
    ['fsck'],
    ['fsck', '--read-data'],
    ['fsck', '--repair'],
    ['checkout', 'v2', OUT],
    ['checkout', 'staging', OUT],
  ],
  ...[
    ['checkout', 'v1', OUT, '--only', 'logic'],
    ['promote', 'v2', 'staging'],
    ['promote', 'v2', 'prod', '--yes', '--override', 'x'],
  ],
  ...[
    ['rollback', 'prod'],
    ['rollback', 'staging'],
    ['rollback', 'prod', 'staging'],
    ['rollback', 'staging', '--to', 'v1'],
    ['undo', 'prod@3'],
  ],
  ...[
    ['undo', 'staging@2'],
    ['hold', 'prod'],
    ['unhold', 'prod'],
    ['mark', 'v1', 'bad'],
    ['mark', 'v2', 'good'],
    ['retire', 'staging'],
  ],
  ...[
    ['bundle'],
    ['bundle', '--label', 'third'],
    ['bundle', '-n'],
    ['rollback', 'prod', '-n'],
    ['log', 'prod', '--op', 'x'],
  ],
]
const asked = fc.tuple(fc.subarray([...COMMANDS], { minLength: 3, maxLength: 4 }), fc.boolean())

async function ask(commands: readonly (readonly string[])[], isJson: boolean): Promise<void> {
  for (const words of commands) {
    fs.rmSync(path.join(home(), 'out'), { recursive: true, force: true })
    await runWell(session, isJson ? [...words, '--json'] : words)
    expectContained(session)
  }
  sentinel.check()
  tried++
}

/** Runs `forgery` on a registry of its own, then asks. */
const check = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, forgery: (value: T) => readonly (readonly string[])[]) =>
  fc.assert(
    fc.asyncProperty(arbitrary, asked, async (value, [commands, isJson]) => {
      forge.restore()
      await ask([...forgery(value), ...commands], isJson)
    }),
    { seed: SEED, numRuns: share(numRuns), endOnFailure: true },
  )

/** Trees and manifests of the pristine registry. */
const listings = (isKind: (value: Json) => boolean): readonly (readonly [Digest, Json])[] =>
  forge.files('objects').flatMap((file): (readonly [Digest, Json])[] => {
    const text = forge.read(file).toString()
    if (!text.startsWith('{') || !text.includes('"format":1')) return []
    const value: Json = JSON.parse(text)
    return isKind(value) ? [[`sha256:${file.slice('objects/'.length).replace('/', '')}` as Digest, value]] : []
  })
const isManifest = (value: Json): boolean => typeof value === 'object' && value !== null && 'components' in value
const pick = <T>(all: readonly T[], at: number): T => all[at % all.length] as T
const GET = [['checkout', 'v2', OUT]] as const

describe('forged with the right digests', () => {
  test(
    'manifests',
    () =>
      check(fc.tuple(fc.nat(), mutation), 330, ([at, { apply }]) => {
        const [digest, value] = pick(listings(isManifest), at)
        forge.replaceObject(digest, bytesOf(apply(value)))
        return GET
      }),
    60_000,
  )

  test(
    'trees',
    () =>
      check(fc.tuple(fc.nat(), mutation), 330, ([at, { apply }]) => {
        const [digest, value] = pick(
          listings((one) => !isManifest(one)),
          at,
        )
        forge.replaceObject(digest, bytesOf(apply(value)))
        return GET
      }),
    60_000,
  )

  test(
    'entries of pointers, versions and marks',
    () =>
      check(
        fc.tuple(fc.constantFrom('pointers', 'versions', 'marks'), fc.nat(), mutation),
        400,
        ([kind, at, { apply }]) => {
          const files = forge.files(`logs/${kind}`).filter((file) => !file.endsWith('hint'))
          const file = pick(files, at)
          const seq = Number(path.basename(file, '.json'))
          const log = path.dirname(file).slice('logs/'.length)
          forge.rewriteLogs((entry, name, number) => (name === log && number === seq ? apply(entry) : entry))
          return []
        },
      ),
    60_000,
  )

  test(
    'labels, index records and the format',
    () =>
      check(
        fc.tuple(fc.constantFrom('labels', 'index', 'format.json'), fc.nat(), mutation),
        150,
        ([kind, at, { apply }]) => {
          const file = kind === 'format.json' ? kind : pick(forge.files(kind), at)
          forge.write(file, bytesOf(apply(JSON.parse(forge.read(file).toString()))))
          return []
        },
      ),
    60_000,
  )
})

describe('entries that point forward', () => {
  /** Every entry of prod from `from` on, changed; prod has three. */
  const forgeProd = (change: Readonly<Record<string, Json>>, from = 3): void =>
    forge.rewriteLogs((entry, log, seq) =>
      log === 'pointers/scorer/prod' && seq >= from ? { ...(entry as object), ...change } : entry,
    )
  const { bundle } = { bundle: `sha256:${'ab'.repeat(32)}` }

  test.each<[string, Readonly<Record<string, Json>>, number]>([
    ['a rollback target that is the entry itself', { back: { seq: 3, bundle } }, 3],
    ['a rollback target that is still to come', { back: { seq: 4, bundle } }, 3],
    ['two entries that are each the target of the other', { back: { seq: 3, bundle } }, 2],
    ['a settled entry that is still to come', { settled: 4 }, 3],
    ['a settled entry far ahead', { settled: 999_999_999_999 }, 2],
    ['a newest entry that nothing stands before', { prev: null }, 3],
  ])('%s', async (_, change, from) => {
    forgeProd(change, from)
    const moves = [
      ['rollback', 'prod'],
      ['rollback', 'prod', '-n'],
      ['undo', 'prod@3'],
      ['promote', 'v2', 'prod', '--yes'],
    ]
    const looks = [
      ['resolve', 'prod~999999999999'],
      ['resolve', 'prod~1'],
      ['status'],
      ['log', 'prod'],
      ['ls'],
      ['show', 'v1'],
      ['fsck'],
    ]
    await ask([...looks, ...moves], false)
  })
})

describe('written as no writer would', () => {
  test(
    'bytes that are not canonical JSON, under their own digest',
    () =>
      check(fc.tuple(fc.nat(), damage), 150, ([at, edit]) => {
        const [digest] = pick(
          listings(() => true),
          at,
        )
        const hex = digest.slice('sha256:'.length)
        forge.replaceObject(digest, edit(forge.read(`objects/${hex.slice(0, 2)}/${hex.slice(2)}`)))
        return GET
      }),
    60_000,
  )

  test(
    'damaged entries, hints, labels, index records, format',
    () =>
      check(fc.tuple(fc.nat(), damage), 150, ([at, edit]) => {
        const file = pick(
          [...forge.files('logs'), ...forge.files('labels'), ...forge.files('index'), 'format.json'],
          at,
        )
        forge.write(file, edit(forge.read(file)))
        return []
      }),
    60_000,
  )

  test(
    'links, folders, pipes and huge files in the place of files and folders',
    () =>
      check(
        fc.tuple(fc.nat(), fc.constantFrom('link', 'loop', 'folder', 'pipe', 'huge', 'linked folder', 'file')),
        100,
        ([at, kind]) => {
          // What is written must not be led there.
          const empty = fs.mkdtempSync(path.join(home(), 'out'))
          const file = path.join(registry(), pick(forge.files('.'), at))
          const victim = kind === 'linked folder' || kind === 'file' ? path.dirname(file) : file
          fs.rmSync(victim, { recursive: true })
          if (kind === 'link') fs.symlinkSync(path.join(home(), 'sentinel/precious.txt'), victim)
          else if (kind === 'loop') fs.symlinkSync(path.basename(victim), victim)
          else if (kind === 'linked folder') fs.symlinkSync(empty, victim)
          else if (kind === 'folder') fs.mkdirSync(victim)
          else if (kind === 'pipe') execFileSync('mkfifo', [victim])
          else fs.writeFileSync(victim, '')
          if (kind === 'huge') fs.truncateSync(victim, 1_000_000_000)
          return []
        },
      ),
    60_000,
  )
})

describe('a few small objects that stand for many', () => {
  /** Trees that each name the one before `width` times. */
  function bomb(depth: number, width: number, leaf: string): Digest {
    let bytes = canonicalBytes({ format: 1, entries: [{ digest: digestOf(''), name: leaf, size: 0 }] })
    for (let level = 0; level < depth; level++) {
      const tree = putTree(bytes)
      const names = Array.from({ length: width }, (_, i) =>
        String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26)),
      )
      bytes = canonicalBytes({ format: 1, entries: [...new Set(names)].sort().map((name) => ({ name, tree })) })
    }
    return putTree(bytes)
  }
  function putTree(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes)
    forge.write(`objects/${digest.slice(7, 9)}/${digest.slice(9)}`, bytes)
    return digest
  }
  /** Puts a tree in the place of the prompts of one version, with a size that fits. */
  function plant(version: number, tree: Digest): void {
    const manifests = listings(isManifest)
    const versions = forge.files('logs/versions').filter((file) => !file.endsWith('hint'))
    const { bundle } = JSON.parse(forge.read(versions[version - 1] as string).toString())
    const [digest, manifest] = manifests.find(([one]) => one === bundle) as readonly [Digest, Json]
    const { components } = manifest as { components: readonly { name: string }[] }
    const forged = components.map((one) => (one.name === 'prompts' ? { ...one, digest: tree, size: 0 } : one))
    forge.replaceObject(digest, bytesOf({ ...(manifest as object), components: forged } as Json))
  }

  test.each([
    ['two by two, thirty times', 30, 2],
    ['twenty by twenty, six times', 6, 20],
    ['a hundred in a row', 100, 1],
    ['two by two, sixty times', 60, 2],
  ])(
    'trees that name each other %s',
    async (_, depth, width) => {
      forge.write(`objects/${digestOf('').slice(7, 9)}/${digestOf('').slice(9)}`, Buffer.alloc(0))
      plant(1, bomb(depth, width, 'x'))
      plant(2, bomb(depth, width, 'y'))
      const questions = [
        ['checkout', 'v2', OUT],
        ['diff', 'v1', 'v2'],
        ['show', 'v2'],
        ['status'],
        ['promote', 'v1', 'staging'],
        ['fsck'],
      ]
      await ask([...questions, ['rollback', 'staging'], ['diff', 'v2', '@work'], ['bundle']], false)
    },
    30_000,
  )
})
