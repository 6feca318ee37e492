import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { Finding, ObjectBatch } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { bundled, type Ran, run } from './bundled.ts'
import { freshDir, open, requestOf, storeFile } from './place.ts'

const LOG = 'pointers/app/prod'
const entry = (seq: number): Uint8Array => Buffer.from(`{"seq":${seq}}`)

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

function whyNoMount(): string | null {
  try {
    const dir = mount('size=1m')
    writeFileSync(join(dir, 'x'), 'x')
    return null
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error)
  }
}
const noMount = whyNoMount()
if (noMount !== null)
  process.stderr.write(`full and read-only disks are not tested: nothing can be mounted here (${noMount})\n`)

/** Writes zeros until nothing more fits. */
function fill(dir: string): void {
  try {
    for (let n = 0; ; n++) writeFileSync(join(dir, `filler-${n}`), Buffer.alloc(4096))
  } catch {
    // Full.
  }
}

const fillers = (dir: string): readonly string[] => readdirSync(dir).filter((name) => name.startsWith('filler-'))

const unfill = (dir: string): void => {
  for (const name of fillers(dir)) unlinkSync(join(dir, name))
}

/** A file of random bytes, on another disk. */
function filled(size: number): string {
  const path = join(freshDir(), 'source')
  writeFileSync(path, randomBytes(size))
  return path
}

async function findings(root: string): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found
}

describe.skipIf(noMount !== null)('a full disk', () => {
  const acts: Readonly<Record<string, (batch: ObjectBatch) => Promise<unknown>>> = {
    'a file': (batch) => storeFile(batch, filled(8_000_000)),
    'a file that a thread copies': (batch) => storeFile(batch, filled(9_000_000)),
    'a file that one thread copies and another hashes': (batch) => storeFile(batch, filled(40_000_000)),
    'files that threads pack': (batch) => {
      const dir = freshDir()
      for (let n = 0; n < 2000; n++) writeFileSync(join(dir, String(n)), randomBytes(3000))
      return batch.files(readdirSync(dir).map((name) => requestOf(join(dir, name))))
    },
    bytes: (batch) => batch.bytes(randomBytes(8_000_000)),
    'many bytes, each alone': async (batch) => {
      for (;;) await batch.bytes(randomBytes(3000), { alone: true })
    },
    'many bytes': async (batch) => {
      for (;;) await batch.bytes(randomBytes(3000))
    },
  }

  test.each(Object.keys(acts))('%s: DISK_FULL with the path, nothing visible, nothing left', async (what) => {
    const dir = mount('size=3m')
    const root = join(dir, 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const error = await acts[what]?.(batch).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AishipError)
    if (error instanceof AishipError) {
      expect([error.code, error.exit]).toEqual(['DISK_FULL', 8])
      expect(error.message).toContain(root)
      expect(error.hint).toContain('free some space')
    }
    await batch.close()
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
    expect(await findings(root)).toEqual([])
    const again = await objects.batch()
    await again.bytes(Buffer.from('fits'))
    await again.flush()
    await again.close()
  })

  test('a pack that a full disk has cut is never given a name, even if there is room again before the flush', async () => {
    const dir = mount('size=9m')
    const root = join(dir, 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const small = await batch.bytes(Buffer.from('before'))
    fill(dir)
    // The buffer of a pack holds 4 MiB.
    const fillPack = async (): Promise<void> => {
      for (let n = 0; n < 10; n++) await batch.bytes(randomBytes(1024 * 1024))
    }
    expect(await codeOf(fillPack())).toBe('DISK_FULL')
    unfill(dir)
    expect(await codeOf(batch.bytes(Buffer.from('after')).then(() => batch.flush()))).toBe('DISK_FULL')
    await batch.close()
    expect(await objects.has([small.digest])).toEqual(new Set())
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
    expect(await findings(root)).toEqual([])
  })

  test.each([...Array(30).keys()])(
    'with room for %i more pages, a batch is stored whole or not at all',
    async (room) => {
      const dir = mount('size=1m')
      const root = join(dir, 'registry')
      const { objects } = open(root)
      const source = filled(20_000)
      fill(dir)
      for (const name of fillers(dir).slice(0, room)) unlinkSync(join(dir, name))
      const batch = await objects.batch()
      const digests: Digest[] = []
      const store = async (): Promise<void> => {
        for (let n = 0; n < 10; n++) digests.push((await batch.bytes(randomBytes(3000))).digest)
        digests.push((await storeFile(batch, source, { alone: true })).digest)
        await batch.flush()
      }
      const outcome = await codeOf(store())
      await batch.close()
      const there = await objects.has(digests)
      if (outcome === 'no error') expect(there.size).toBe(11)
      else expect(outcome).toBe('DISK_FULL')
      for (const digest of there) expect(sha256(await collect(objects.get(digest)))).toBe(digest)
      expect(readdirSync(join(root, 'tmp'))).toEqual([])
      expect(await findings(root)).toEqual([])
      unfill(dir)
      const again = await objects.batch()
      await again.bytes(Buffer.from('fits'))
      await again.flush()
      await again.close()
    },
  )

  test('a move is refused, and works once there is room', async () => {
    const dir = mount('size=1m')
    const root = join(dir, 'registry')
    const { logs, names } = open(root)
    await logs.append(LOG, 1, entry(1))
    fill(dir)
    expect(await codeOf(logs.append(LOG, 2, entry(2)))).toBe('DISK_FULL')
    expect(await codeOf(names.create('labels/app/x', entry(1)))).toBe('DISK_FULL')
    expect((await logs.tip(LOG))?.seq).toBe(1)
    expect(await findings(root)).toEqual([])
    unfill(dir)
    expect(await logs.append(LOG, 2, entry(2))).toBe('won')
  })

  test.each([...Array(24).keys()])('with room for %i more files, a move is made whole or not at all', async (room) => {
    const dir = mount('size=4m,nr_inodes=64')
    const root = join(dir, 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    fill(dir)
    for (const name of fillers(dir).slice(0, room)) unlinkSync(join(dir, name))
    let seq = 1
    let code = 'won'
    while (code === 'won') {
      seq++
      code = await logs
        .append(LOG, seq, entry(seq))
        .catch((error: unknown) => (error instanceof AishipError ? error.code : String(error)))
    }
    expect(code).toBe('DISK_FULL')
    expect((await logs.tip(LOG))?.seq).toBe(seq - 1)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
    const bad = (await findings(root)).filter((finding) => finding.id !== 'hintStale')
    expect(bad).toEqual([])
  })

  test('no registry is made on it', () => {
    const dir = mount('size=1m')
    fill(dir)
    expect(() => open(join(dir, 'registry'))).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    unfill(dir)
    expect(existsSync(join(dir, 'registry', 'format.json'))).toBe(false)
    expect(open(join(dir, 'registry')).id).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe.skipIf(noMount !== null)('a read-only file system', () => {
  test('reads work; whatever writes is READ_ONLY', async () => {
    const dir = mount('size=2m')
    const root = join(dir, 'registry')
    const before = open(root)
    const batch = await before.objects.batch()
    const { digest } = await batch.bytes(Buffer.from('kept'))
    await batch.flush()
    await before.logs.append(LOG, 1, entry(1))
    execFileSync('mount', ['-o', 'remount,ro', dir])
    const { objects, logs, names } = open(root)
    expect((await collect(objects.get(digest))).toString()).toBe('kept')
    expect((await logs.tip(LOG))?.seq).toBe(1)
    expect(await logs.append(LOG, 1, entry(1))).toBe('lost')
    expect(await codeOf(logs.append(LOG, 2, entry(2)))).toBe('READ_ONLY')
    expect(await codeOf(logs.append('pointers/app/new', 1, entry(1)))).toBe('READ_ONLY')
    expect(await codeOf(names.create('labels/app/x', entry(1)))).toBe('READ_ONLY')
    const again = await objects.batch()
    expect((await again.bytes(Buffer.from('kept'))).isNew).toBe(false)
    expect(await codeOf(again.bytes(Buffer.from('new')))).toBe('READ_ONLY')
    await again.close()
    expect(() => open(join(dir, 'another'))).toThrowError(expect.objectContaining({ code: 'READ_ONLY' }))
    expect(await findings(root)).toEqual([])
  })
})

describe('other processes', () => {
  let dir = ''
  let script = ''
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'aiship-child-'))
    script = await bundled(join(import.meta.dirname, 'child.ts'), dir)
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  const outcomeOf = (ran: Ran): string => {
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    return JSON.parse(ran.stdout) as string
  }

  test('who may not write reads, and gets NOT_PERMITTED with the path for the rest', async () => {
    const root = join(dir, 'theirs')
    await open(root).logs.append(LOG, 1, entry(1))
    for (const name of ['', 'tmp', 'logs', 'logs/pointers', 'logs/pointers/app', 'logs/pointers/app/prod'])
      chmodSync(join(root, name), 0o555)
    // Root may write anywhere, so the child is somebody else.
    const options = process.getuid?.() === 0 ? { uid: 65534 } : {}
    const as = async (what: string): Promise<string> => outcomeOf(await run(script, [what, root], options))
    expect(await as('read')).toBe('seq 1')
    for (const what of ['append', 'first', 'name', 'put']) {
      const outcome = await as(what)
      expect(outcome).toMatch(/^NOT_PERMITTED 4: /)
      expect(outcome).toContain(root)
    }
    mkdirSync(join(dir, 'closed'), { mode: 0o555 })
    expect(outcomeOf(await run(script, ['create', join(dir, 'closed', 'registry')], options))).toMatch(
      /^NOT_PERMITTED 4: /,
    )
    for (const name of ['', 'tmp', 'logs', 'logs/pointers', 'logs/pointers/app', 'logs/pointers/app/prod'])
      chmodSync(join(root, name), 0o755)
  })

  test('of eight that create one registry at once, all open the same one', async () => {
    for (let round = 0; round < 4; round++) {
      const root = join(dir, `shared-${round}`)
      const start = Date.now() + 1500
      const ran = await Promise.all(Array.from({ length: 8 }, () => run(script, ['create', root, String(start)])))
      const ids = new Set(ran.map(outcomeOf))
      expect([...ids]).toEqual([open(root, { create: false }).id])
      expect(readdirSync(root).sort()).toEqual(['.gitignore', 'format.json', 'tmp'])
      expect(readdirSync(join(root, 'tmp'))).toEqual([])
    }
  })

  test('of eight that append one entry at once, one wins', async () => {
    const root = join(dir, 'appended')
    await open(root).logs.append(LOG, 1, entry(1))
    const start = Date.now() + 1500
    const ran = await Promise.all(Array.from({ length: 8 }, () => run(script, ['append', root, String(start)])))
    expect(ran.map(outcomeOf).sort()).toEqual(['lost', 'lost', 'lost', 'lost', 'lost', 'lost', 'lost', 'won'])
  })
})
