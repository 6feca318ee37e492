import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const LOG = 'pointers/app/prod'
const ID = '5e6b7c8d-0000-4000-8000-000000000001'

function entry(seq: number): Uint8Array {
  const whole = { prev: seq === 1 ? null : digestOf(entry(seq - 1)), registry: ID, seq, v: 1 }
  return canonicalBytes({ ...whole, id: digestOf(canonicalBytes(whole)) })
}

/** A registry with three objects, a log of three entries, a label and an index record. */
async function registry(): Promise<{ root: string; objects: readonly string[] }> {
  const root = join(freshDir(), 'registry')
  const { objects, logs, names } = open(root, { uuid: () => ID })
  const batch = await objects.batch()
  for (const text of ['', 'one', 'x'.repeat(2_000_000)]) await batch.bytes(Buffer.from(text), { alone: true })
  await batch.flush()
  for (const seq of [1, 2, 3]) await logs.append(LOG, seq, entry(seq))
  await names.create('labels/app/v1.0', Buffer.from('{}'))
  await names.replace(`index/app/${'a'.repeat(64)}`, Buffer.from('{}'))
  const files = ['', 'one', 'x'.repeat(2_000_000)].map((text) => {
    const hex = sha256(text).slice(7)
    return join(root, 'objects', hex.slice(0, 2), hex.slice(2))
  })
  return { root, objects: files }
}

async function findings(
  root: string,
  options: { readData?: boolean; repair?: boolean; now?: () => Date } = {},
): Promise<Finding[]> {
  const found: Finding[] = []
  const { readData = true, repair = false, now } = options
  for await (const finding of checkFolder(root, now).check({ readData, repair })) found.push(finding)
  return found
}

const brief = (found: readonly Finding[]): string[] =>
  found.map((finding) => `${finding.severity} ${finding.id} ${finding.subject}`)

const overwrite = (file: string, bytes: Uint8Array | string): void => {
  chmodSync(file, 0o644)
  writeFileSync(file, bytes)
}

test('a sound registry has no findings', async () => {
  const { root } = await registry()
  mkdirSync(join(root, 'cache', 'seen'), { recursive: true })
  expect(await findings(root)).toEqual([])
})

describe('objects', () => {
  test('damage is found where every byte is read, and moved aside by a repair', async () => {
    const { root, objects } = await registry()
    overwrite(objects[1] as string, 'onE')
    expect(await findings(root, { readData: false })).toEqual([])
    expect(brief(await findings(root))).toEqual([`error objDigestMismatch ${sha256('one')}`])
    expect(brief(await findings(root, { repair: true }))).toEqual([
      `error objDigestMismatch ${sha256('one')}`,
      `info quarantined quarantine/${sha256('one').slice(7)}-1`,
    ])
    expect(readFileSync(join(root, 'quarantine', `${sha256('one').slice(7)}-1`), 'utf8')).toBe('onE')
    expect(await codeOf(collect(open(root).objects.get(sha256('one'))))).toBe('OBJECT_MISSING')
    expect(brief(await findings(root))).toEqual([`info quarantined quarantine/${sha256('one').slice(7)}-1`])
  })

  test('a large one too, and a truncated one, and one that has grown', async () => {
    const { root, objects } = await registry()
    const file = objects[2] as string
    for (const bytes of [`${'x'.repeat(1_999_999)}y`, 'x'.repeat(1_999_999), 'x'.repeat(2_000_001), 'x']) {
      overwrite(file, bytes)
      expect(brief(await findings(root))).toEqual([`error objDigestMismatch ${sha256('x'.repeat(2_000_000))}`])
    }
  })

  test('an empty file is no object, and that shows without reading', async () => {
    const { root, objects } = await registry()
    overwrite(objects[1] as string, '')
    expect(brief(await findings(root, { readData: false }))).toEqual([`error objDigestMismatch ${sha256('one')}`])
  })

  test('names that are no object', async () => {
    const { root, objects } = await registry()
    writeFileSync(join(root, 'objects', 'README'), '')
    mkdirSync(join(root, 'objects', 'zz'))
    writeFileSync(join(objects[0] as string, '..', 'short'), '')
    expect(brief(await findings(root))).toEqual([
      'warning nameUnexpected objects/README',
      `warning nameUnexpected objects/${sha256('').slice(7, 9)}/short`,
      'warning nameUnexpected objects/zz',
    ])
  })

  test('a folder in the place of an object', async () => {
    const { root, objects } = await registry()
    unlinkSync(objects[1] as string)
    mkdirSync(objects[1] as string)
    const hex = sha256('one').slice(7)
    expect(brief(await findings(root))).toEqual([`warning nameUnexpected objects/${hex.slice(0, 2)}/${hex.slice(2)}`])
  })
})

describe('format.json', () => {
  test.each(['', '{}', '{"format":1,"hash":"sha256","id":"short","layout":1}'])('%j is formatBroken', async (text) => {
    const { root } = await registry()
    overwrite(join(root, 'format.json'), text)
    expect(brief(await findings(root))).toEqual(['error formatBroken format.json'])
  })

  test('missing', async () => {
    const { root } = await registry()
    unlinkSync(join(root, 'format.json'))
    expect(brief(await findings(root))).toEqual(['error formatBroken format.json'])
  })

  test('a repair makes it again, with the id that the entries have', async () => {
    const { root } = await registry()
    const was = readFileSync(join(root, 'format.json'))
    unlinkSync(join(root, 'format.json'))
    expect(brief(await findings(root, { repair: true }))).toEqual(['warning formatBroken format.json'])
    expect(readFileSync(join(root, 'format.json')).equals(was)).toBe(true)
    expect(await findings(root)).toEqual([])
  })

  test('where no entry is whole, it is not made up', async () => {
    const { root } = await registry()
    unlinkSync(join(root, 'format.json'))
    for (const seq of [1, 2, 3]) overwrite(join(root, 'logs', LOG, `00000000000${seq}.json`), '{}')
    expect(brief(await findings(root, { repair: true }))).toContain('error formatBroken format.json')
    expect(existsSync(join(root, 'format.json'))).toBe(false)
  })
})

describe('logs', () => {
  const hintOf = (root: string): string => join(root, 'logs', LOG, 'hint')

  test.each([
    ['stale', entry(2)],
    ['garbage', 'x'],
    ['empty', ''],
    ['missing', null],
  ] as const)('a hint that is %s is told, and written again by a repair', async (_, hint) => {
    const { root } = await registry()
    if (hint === null) unlinkSync(hintOf(root))
    else overwrite(hintOf(root), hint)
    expect(brief(await findings(root))).toEqual([`info hintStale logs/${LOG}/hint`])
    await findings(root, { repair: true })
    expect(readFileSync(hintOf(root)).equals(entry(3))).toBe(true)
    expect(await findings(root)).toEqual([])
  })

  const entryOf = (root: string, seq: number): string => join(root, 'logs', LOG, `00000000000${seq}.json`)

  test('a whole hint of an entry that is gone says that it is lost; a repair puts it back if it came next', async () => {
    const { root } = await registry()
    unlinkSync(entryOf(root, 3))
    const [finding] = await findings(root)
    expect(finding).toMatchObject({ id: 'tipWentBack', severity: 'error', subject: LOG })
    expect(finding?.message).toContain('--repair puts it back')
    expect(brief(await findings(root, { repair: true }))).toEqual([`warning tipWentBack ${LOG}`])
    expect(readFileSync(entryOf(root, 3)).equals(entry(3))).toBe(true)
    expect(await findings(root)).toEqual([])
  })

  test.each([
    ['two are gone', [2, 3]],
    ['all are gone', [1, 2, 3]],
  ])('where %s, a repair leaves the hint, and a backup is asked for', async (_, gone) => {
    const { root } = await registry()
    for (const seq of gone) unlinkSync(entryOf(root, seq))
    const [finding] = await findings(root, { repair: true })
    expect(finding).toMatchObject({ id: 'tipWentBack', severity: 'error', subject: LOG })
    expect(finding?.message).toContain(`bring entries ${gone[0]} to 3 back from a backup`)
    expect(readFileSync(hintOf(root)).equals(entry(3))).toBe(true)
  })

  test('names that are no entry', async () => {
    const { root } = await registry()
    const folder = join(root, 'logs', LOG)
    writeFileSync(join(folder, '4.json'), '')
    writeFileSync(join(folder, '000000000002.json~'), '')
    writeFileSync(join(root, 'logs', 'notes.txt'), '')
    expect(brief(await findings(root))).toEqual([
      'warning nameUnexpected logs/notes.txt',
      `warning nameUnexpected logs/${LOG}/000000000002.json~`,
      `warning nameUnexpected logs/${LOG}/4.json`,
    ])
  })
})

test('names that are not part of a registry', async () => {
  const { root } = await registry()
  writeFileSync(join(root, 'thesis.tex'), '')
  writeFileSync(join(root, 'labels', 'app', 'x.txt'), '')
  renameSync(join(root, 'index', 'app'), join(root, 'index', 'a b'))
  expect(brief(await findings(root))).toEqual([
    'warning nameUnexpected thesis.tex',
    'warning nameUnexpected labels/app/x.txt',
    'warning nameUnexpected index/a b',
  ])
})

test('leftovers are told in one line; a repair removes what nobody has touched for an hour', async () => {
  const { root } = await registry()
  for (const [name, hours] of [
    ['old', 2],
    ['older', 30],
    ['new', 0],
  ] as const) {
    writeFileSync(join(root, 'tmp', name), 'x')
    const time = Date.now() / 1000 - hours * 3600
    utimesSync(join(root, 'tmp', name), time, time)
  }
  const [finding, ...more] = await findings(root)
  expect(more).toEqual([])
  expect(brief(finding === undefined ? [] : [finding])).toEqual(['info tmpLeftover tmp'])
  expect(finding?.message).toContain('3 unfinished files')
  await findings(root, { repair: true })
  expect(readdirSync(join(root, 'tmp'))).toEqual(['new'])
  await findings(root, { repair: true, now: () => new Date(Date.now() + 2 * 3600 * 1000) })
  expect(existsSync(join(root, 'tmp', 'new'))).toBe(false)
})
