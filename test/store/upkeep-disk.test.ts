import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { beginCollection } from '../../src/store/gc.ts'
import { objectFile } from '../../src/store/layout.ts'
import { packFiles } from '../../src/store/merge.ts'
import { packFile } from '../../src/store/places.ts'
import { planRepack, repackFolder } from '../../src/store/repack.ts'
import { codeOf, collect } from '../contracts/object-store.ts'
import { open } from './place.ts'

/** Small file systems of our own: only root may mount them. */
const mounts: string[] = []
function mount(options: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-mount-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { stdio: 'pipe' })
  mounts.push(dir)
  return dir
}
afterAll(() => {
  for (const dir of mounts) {
    execFileSync('umount', ['-l', dir])
    rmSync(dir, { recursive: true })
  }
})

function canMount(): boolean {
  try {
    mount('size=1m')
    return true
  } catch {
    return false
  }
}

/** Writes until nothing more fits. */
function fill(dir: string): void {
  try {
    for (let n = 0; ; n++) writeFileSync(join(dir, `filler-${n}`), Buffer.alloc(4096))
  } catch {
    // Full.
  }
}
const unfill = (dir: string): void => {
  for (const name of readdirSync(dir)) if (name.startsWith('filler-')) unlinkSync(join(dir, name))
}

/** Batches of small objects, alone or together; everything two days old. */
async function store(root: string, batches: number, alone: boolean): Promise<readonly Digest[]> {
  const digests: Digest[] = []
  for (let n = 0; n < batches; n++) {
    const batch = await open(root).objects.batch()
    for (let i = 0; i < 5; i++) digests.push((await batch.bytes(randomBytes(9000), { alone })).digest)
    await batch.flush()
    await batch.close()
  }
  const time = Date.now() / 1000 - 2 * 24 * 3600
  const files = alone
    ? digests.map((digest) => objectFile(root, digest))
    : packFiles(root).map(({ name }) => packFile(root, name))
  for (const file of files) utimesSync(file, time, time)
  return digests
}

async function findings(root: string): Promise<string[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found.map(({ severity, id }) => `${severity} ${id}`)
}

async function expectAll(root: string, digests: readonly Digest[]): Promise<void> {
  const { objects } = open(root)
  for (const digest of digests) expect(await codeOf(collect(objects.get(digest)))).toBe('no error')
  expect(await findings(root)).toEqual([])
}

const signal = new AbortController().signal
const options = { mayPack: () => true, alone: [], pairs: [], signal }
const sweep = async (root: string, needed: ReadonlySet<Digest>) =>
  beginCollection(root, false).sweep((digest) => needed.has(digest), {
    ...{ olderThanMs: 0, first: new Set<Digest>(), signal },
  })

describe.skipIf(!canMount())('a disk that fills', () => {
  test.each([0, 1, 3, 6, 12])('while objects are put into a pack, with room for %i blocks', async (room) => {
    const dir = mount('size=4m')
    const root = join(dir, 'registry')
    const digests = await store(root, 4, true)
    fill(dir)
    for (let n = 0; n < room; n++) unlinkSync(join(dir, `filler-${n}`))
    expect(await codeOf(repackFolder(root, options))).toBe('DISK_FULL')
    await expectAll(root, digests)
    unfill(dir)
    expect(await repackFolder(root, options)).toMatchObject({ packed: { objects: 20 } })
    await expectAll(root, digests)
  })

  test.each([0, 1, 3, 6, 12])('while packs are merged by a batch, with room for %i blocks', async (room) => {
    const dir = mount('size=4m')
    const root = join(dir, 'registry')
    const digests = [...(await store(root, 8, false))]
    const batch = await open(root).objects.batch()
    digests.push((await batch.bytes(Buffer.from('one more'))).digest)
    fill(dir)
    for (let n = 0; n < room; n++) unlinkSync(join(dir, `filler-${n}`))
    const code = await codeOf(batch.flush())
    await batch.close()
    // The batch itself may not fit. If it does, that its packs can't be merged now is no failure of it.
    if (code === 'DISK_FULL') digests.pop()
    else expect(code).toBe('no error')
    await expectAll(root, digests)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test.each([0, 1, 3, 6, 12])('while a gc writes a pack anew, with room for %i blocks', async (room) => {
    const dir = mount('size=4m')
    const root = join(dir, 'registry')
    const digests = await store(root, 4, false)
    const needed = new Set(digests.filter((_, i) => i % 2 === 0))
    fill(dir)
    for (let n = 0; n < room; n++) unlinkSync(join(dir, `filler-${n}`))
    const code = await codeOf(sweep(root, needed))
    expect(code).toBe(room < 12 ? 'DISK_FULL' : code)
    await expectAll(root, digests)
    unfill(dir)
    await sweep(root, needed)
    await expectAll(root, digests)
    expect(packFiles(root)).toHaveLength(4)
  })
})

describe.skipIf(!canMount())('a read-only registry', () => {
  test('is checked and looked at; whatever changes it is READ_ONLY', async () => {
    const dir = mount('size=4m')
    const root = join(dir, 'registry')
    const digests = await store(root, 2, true)
    execFileSync('mount', ['-o', 'remount,ro', dir])
    expect(await findings(root)).toEqual([])
    const garbage: Digest[] = []
    for await (const { digest } of beginCollection(root, true).garbage(() => false, 0)) garbage.push(digest)
    expect(garbage.toSorted()).toEqual(digests.toSorted())
    expect(planRepack(root, options)).toMatchObject({ packed: { objects: 10 } })
    expect(() => beginCollection(root, false)).toThrow(expect.objectContaining({ code: 'READ_ONLY' }))
    expect(await codeOf(repackFolder(root, options))).toBe('READ_ONLY')
    await expectAll(root, digests)
  })
})
