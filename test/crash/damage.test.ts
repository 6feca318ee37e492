import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor, Context, Finding } from '../../src/core/ports.ts'
import { AishipError, bundle, fsck, mark, openRegistry, promote, rollback } from '../../src/index.ts'
import { digestIn, lookAtPack } from '../../src/store/pack-rows.ts'
import { SHARE } from '../share.ts'

const ANA: Actor = { name: 'ana', kind: 'human' }

/** Registries are read tens of thousands of times here: in memory, where the system has such a folder. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

let dir = ''
let root = ''
let ctx: Context

/** A small release with a history: two versions, three moves, a label, marks that the rollback and a person have set. */
beforeAll(async () => {
  dir = mkdtempSync(join(BASE, 'aiship-damage-'))
  root = join(dir, '.aiship')
  writeFileSync(
    join(dir, 'aiship.yaml'),
    `version: 1
app: small
components:
  model: {role: model-weights, path: model.bin}
  prompts: {role: prompt, path: prompts}
  llm: {role: model, value: {provider: acme, model: chat-2026-08-01}}
pointers:
  prod: {}
`,
  )
  mkdirSync(join(dir, 'prompts', 'deep'), { recursive: true })
  writeFileSync(join(dir, 'model.bin'), Buffer.from([0, 255, 1, 2, 3]))
  writeFileSync(join(dir, 'prompts', 'deep', 'system.txt'), 'Be kind.\n')
  writeFileSync(join(dir, 'prompts', 'empty.txt'), '')
  const open = (): Promise<Context> => openRegistry({ dir, actor: ANA, create: true, yes: true })
  const input = { message: null, labels: [], allowSecrets: null }
  const move = { pointer: 'prod', reason: null, override: null, create: false, resetRoute: false, leavingBad: null }
  await bundle(await open(), { ...input, labels: ['first'] })
  await promote(await open(), { ...move, ref: 'v1' })
  writeFileSync(join(dir, 'prompts', 'deep', 'system.txt'), 'Be rude.\n')
  await bundle(await open(), input)
  await promote(await open(), { ...move, ref: 'v2' })
  await rollback(await open(), { pointer: 'prod', to: null, reason: 'rude', hold: true, mark: true })
  await mark(await open(), { subject: 'v1', verdict: 'good', reason: 'kind' })
  ctx = await openRegistry({ dir, actor: ANA })
  for (const file of filesOf('')) chmodSync(join(root, file), 0o644)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const filesOf = (folder: string): string[] =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(root, name)).isFile())
    .sort()

async function findings(context: Context = ctx): Promise<readonly Finding[]> {
  try {
    const { data } = await fsck(context, { readData: true, repair: false })
    return data.findings
  } catch (error) {
    if (error instanceof AishipError && error.code === 'FINDINGS') return error.details.findings as readonly Finding[]
    throw error
  }
}

/** Whose byte it is, of each byte of a pack; null for what is no object's. */
function ownersIn(file: string): (at: number) => string | null {
  const rows = lookAtPack(join(root, file), file.slice(-69, -5))?.rows
  if (rows === undefined || rows === null) throw new Error(`${file} is no pack`)
  return (at) => {
    const row = rows.offsets.findIndex((offset, i) => at >= offset && at < offset + (rows.lengths[i] as number))
    return row === -1 ? null : digestIn(rows, row)
  }
}

/** What must be found of a damaged file: an id and a subject. In: where the damage is, null where the rest is gone. */
function expected(file: string, at: number | null, ownerOf: (at: number) => string | null): Expected {
  const [top = '', ...rest] = file.split('/')
  const name = rest.join('/').replace(/\.json$/, '')
  if (file.endsWith('.pack')) {
    const owner = at === null ? null : ownerOf(at)
    return owner === null ? { id: 'packBroken', subject: file } : { id: 'objDigestMismatch', subject: owner }
  }
  if (top === 'objects') return { id: 'objDigestMismatch', subject: `sha256:${rest.join('')}` }
  if (top === 'labels') return { id: 'labelBroken', subject: `labels/${name}` }
  if (top === 'index') return { id: 'indexStale', subject: `index/${name}` }
  if (file.endsWith('/hint')) return { id: 'hintStale', subject: file }
  const seq = Number(name.slice(-12))
  return { id: 'entryIdMismatch', subject: `${name.slice(0, -13)}@${seq}` }
}

interface Expected {
  readonly id: string
  readonly subject: string
}

const SEVERITY: Readonly<Record<string, string>> = { indexStale: 'warning', hintStale: 'info' }

interface Damage {
  readonly what: string
  readonly damaged: Buffer
  readonly at: number | null
}

function* damages(bytes: Buffer): Generator<Damage> {
  let n = 0
  for (const damage of allDamages(bytes)) if (n++ % SHARE === 0) yield damage
}

/** Every single-bit flip and every truncation of these bytes. */
function* allDamages(bytes: Buffer): Generator<Damage> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    yield { what: `bit ${bit & 7} of byte ${bit >> 3}`, damaged, at: bit >> 3 }
  }
  for (let length = 0; length < bytes.length; length++)
    yield { what: `cut to ${length} bytes`, damaged: bytes.subarray(0, length), at: null }
}

const FOLDERS = ['objects', 'logs/versions', 'logs/pointers', 'logs/marks', 'labels', 'index'] as const

describe('every single-bit flip and every truncation is found and named', () => {
  test('the registry is sound and has every kind of file', async () => {
    expect(await findings()).toEqual([])
    for (const folder of FOLDERS) expect(filesOf(folder).length).toBeGreaterThan(0)
  })

  test.each(FOLDERS)('%s', { timeout: 900_000 }, async (folder) => {
    let tried = 0
    const missed: string[] = []
    for (const file of filesOf(folder)) {
      const bytes = readFileSync(join(root, file))
      const ownerOf = file.endsWith('.pack') ? ownersIn(file) : () => null
      for (const { what, damaged, at } of damages(bytes)) {
        const { id, subject } = expected(file, at, ownerOf)
        tried++
        writeFileSync(join(root, file), damaged)
        const found = await findings()
        const isNamed = found.some(
          (one) => one.id === id && one.subject === subject && one.severity === (SEVERITY[id] ?? 'error'),
        )
        if (!isNamed) missed.push(`${file}, ${what}: ${JSON.stringify(found)}`)
      }
      writeFileSync(join(root, file), bytes)
    }
    process.stdout.write(`${folder}: ${filesOf(folder).length} files, ${tried} damages, ${missed.length} missed\n`)
    expect(missed).toEqual([])
    expect(tried).toBeGreaterThan(0)
    expect(await findings()).toEqual([])
  })

  test('format.json', async () => {
    const file = join(root, 'format.json')
    const bytes = readFileSync(file)
    const missed: string[] = []
    for (const { what, damaged } of damages(bytes)) {
      writeFileSync(file, damaged)
      const found = await openRegistry({ dir, actor: ANA }).then(
        async (context) => (await findings(context)).map((one) => one.id),
        (error: unknown) => (error instanceof AishipError ? [error.code] : [String(error)]),
      )
      // Not to be read at all, or the id of another registry, which no entry has.
      if (!['CORRUPT', 'FORMAT_NEWER', 'entryWrongRegistry'].some((id) => found.includes(id)))
        missed.push(`${what}: ${found}`)
    }
    writeFileSync(file, bytes)
    expect(missed).toEqual([])
  })
})
