import fs from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Finding, ObjectBatch } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { beginCollection } from '../../src/store/gc.ts'
import { repackFolder } from '../../src/store/repack.ts'
import { markVerified } from '../../src/store/verified.ts'
import { codeOf, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

let root: string
let outside: string
const LOG = 'pointers/app/prod'
/** Lies in a file of its own, and is worth a row of what was verified. */
const LARGE = Buffer.alloc(2 * 1024 * 1024, 'large')

async function store(text: string | Uint8Array): Promise<void> {
  let batch: ObjectBatch | null = null
  try {
    batch = await open(root).objects.batch()
    await batch.bytes(Buffer.from(text))
    await batch.bytes(LARGE)
    await batch.flush()
  } finally {
    await batch?.close()
  }
}

beforeEach(async () => {
  root = join(freshDir(), 'registry')
  outside = join(freshDir(), 'outside')
  await open(root).logs.append(LOG, 1, Buffer.from('{}'))
  await open(root).names.create('labels/app/one', Buffer.from('one'))
  await store('first')
  fs.mkdirSync(join(root, 'trash'))
})

/** Puts a link in the place of a folder, to where it is now. */
function moveOut(folder: string): void {
  fs.mkdirSync(join(root, folder), { recursive: true })
  fs.renameSync(join(root, folder), outside)
  fs.symlinkSync(outside, join(root, folder))
}

/** All that is outside, with its bytes. */
const seen = (): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(outside, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => [join(one.parentPath, one.name), fs.readFileSync(join(one.parentPath, one.name), 'base64')]),
  )

async function findings(repair: boolean): Promise<Finding[]> {
  const found: Finding[] = []
  // A week later, so that a repair would remove what lies in tmp/.
  const later = new Date(Date.now() + 7 * 86_400_000)
  for await (const one of checkFolder(root, () => later).check({ readData: true, repair })) found.push(one)
  return found
}

const collect = async (): Promise<unknown> =>
  beginCollection(root, false).sweep(() => false, {
    ...{ olderThanMs: 0, first: new Set([sha256(LARGE)]), signal: new AbortController().signal },
  })
const repack = async (): Promise<unknown> =>
  repackFolder(root, {
    ...{ mayPack: () => true, alone: [], pairs: [], signal: new AbortController().signal },
  })

test.each(['tmp', 'objects', 'objects/packs', 'logs', 'labels', 'trash', 'quarantine'])(
  '%s that is a link: nothing is written through it, and fsck says so',
  async (folder) => {
    moveOut(folder)
    fs.writeFileSync(join(outside, 'old'), 'of somebody else')
    fs.utimesSync(join(outside, 'old'), 7, 7)
    const before = seen()
    expect(await codeOf(store('second'))).toBe('CORRUPT')
    // A move writes to two of them, and the others are no reason to refuse it.
    const isInTheWay = ['tmp', 'logs'].includes(folder)
    expect(await codeOf(open(root).logs.append(LOG, 2, Buffer.from('{}')))).toBe(isInTheWay ? 'CORRUPT' : 'no error')
    expect(await codeOf(open(root).names.create('labels/app/two', Buffer.from('two')))).toBe('CORRUPT')
    expect(await codeOf(collect())).toBe('CORRUPT')
    expect(await codeOf(repack())).toBe('CORRUPT')
    for (const repair of [false, true]) {
      const found = (await findings(repair)).filter(
        ({ subject, severity }) => subject === folder && severity === 'error',
      )
      expect(found).toHaveLength(1)
      expect(found[0]?.message).toContain('is a link where a registry has a folder of its own')
    }
    expect(seen()).toEqual(before)
    // Reading goes on.
    expect((await open(root).logs.tip(LOG))?.seq).toBe(isInTheWay ? 1 : 2)
    expect(await open(root).objects.has([sha256('first')])).toEqual(new Set([sha256('first')]))
  },
)

test('a link deeper inside leads no write out either', async () => {
  moveOut('logs/pointers/app')
  expect(await codeOf(open(root).logs.append(LOG, 2, Buffer.from('{}')))).toBe('CORRUPT')
  fs.rmSync(join(root, 'logs/pointers/app'))
  fs.renameSync(outside, join(root, 'logs/pointers/app'))
  moveOut(`objects/${sha256(LARGE).slice(7, 9)}`)
  const before = seen()
  await codeOf(collect())
  expect(await codeOf(store(Buffer.concat([LARGE])))).toBe('CORRUPT')
  expect(seen()).toEqual(before)
})

test('a cache that is a link is not written to', () => {
  moveOut('cache')
  const before = seen()
  markVerified(root, [sha256(LARGE)])
  expect(seen()).toEqual(before)
})
