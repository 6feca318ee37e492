import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { Bytes, ObjectStore } from '../../src/core/ports.ts'

/** Node's own hash, not ours: the suite must not share a mistake with what it checks. */
export const sha256 = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

export async function collect(bytes: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The code that a promise fails with; an unknown failure comes out as it is. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AishipError) return error.code
    throw error
  }
  return 'no error'
}

const SIZES = [0, 1, 1023, 65_536, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024 + 3]

export interface ObjectStoreTraits {
  /** False for a store that hashes files and does not keep them. */
  readonly keepsFiles: boolean
}

/** The laws of ObjectStore (src/core/ports.ts). `open` makes a fresh, empty store. */
export function objectStoreContract(
  name: string,
  open: () => Promise<ObjectStore> | ObjectStore,
  traits: ObjectStoreTraits,
): void {
  describe(`${name} keeps objects`, () => {
    let dir = ''
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'aiship-objects-'))
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    const sourceOf = (bytes: Uint8Array): string => {
      const path = join(dir, randomBytes(6).toString('hex'))
      writeFileSync(path, bytes)
      return path
    }

    test.each(SIZES)('%i bytes come back to the bit', async (size) => {
      const store = await open()
      const bytes = randomBytes(size)
      const batch = await store.batch()
      expect(await batch.bytes(bytes)).toEqual({ digest: sha256(bytes), size, isNew: true })
      await batch.flush()
      await batch.close()
      expect((await collect(store.get(sha256(bytes)))).equals(bytes)).toBe(true)
      expect(await store.size(sha256(bytes))).toBe(size)
    })

    test.each(SIZES)(
      'a file of %i bytes gets the digest of its bytes, and the tap sees each of them once',
      async (size) => {
        const store = await open()
        const bytes = randomBytes(size)
        const seen: Buffer[] = []
        const batch = await store.batch()
        const stored = await batch.file(sourceOf(bytes), (chunk) => seen.push(Buffer.from(chunk)))
        await batch.flush()
        await batch.close()
        expect(stored).toEqual({ digest: sha256(bytes), size, isNew: true })
        expect(Buffer.concat(seen).equals(bytes)).toBe(true)
        expect(await store.has([stored.digest])).toEqual(new Set([stored.digest]))
        expect(await store.size(stored.digest)).toBe(size)
        if (traits.keepsFiles) expect((await collect(store.get(stored.digest))).equals(bytes)).toBe(true)
      },
    )

    test('large objects come in chunks of at most 1 MiB', async () => {
      const store = await open()
      const bytes = randomBytes(3 * 1024 * 1024 + 17)
      const batch = await store.batch()
      await batch.bytes(bytes)
      await batch.flush()
      const sizes: number[] = []
      for await (const chunk of store.get(sha256(bytes))) sizes.push(chunk.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024)
    })

    test('a reader may stop early', async () => {
      const store = await open()
      const bytes = randomBytes(4 * 1024 * 1024)
      const batch = await store.batch()
      await batch.bytes(bytes)
      await batch.flush()
      for await (const chunk of store.get(sha256(bytes))) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    })

    test('putting twice changes nothing', async () => {
      const store = await open()
      const first = await store.batch()
      expect((await first.bytes(Buffer.from('same'))).isNew).toBe(true)
      expect((await first.bytes(Buffer.from('same'))).isNew).toBe(false)
      expect((await first.file(sourceOf(Buffer.from('same')))).isNew).toBe(false)
      await first.flush()
      await first.close()
      const second = await store.batch()
      expect((await second.bytes(Buffer.from('same'))).isNew).toBe(false)
      expect((await second.file(sourceOf(Buffer.from('same')))).isNew).toBe(false)
      await second.flush()
      await second.close()
      const all: Digest[] = []
      for await (const object of store.list()) all.push(object.digest)
      expect(all).toEqual([sha256('same')])
    })

    test('nothing is visible before the flush, and all of it after', async () => {
      const store = await open()
      const batch = await store.batch()
      const digests = [await batch.bytes(Buffer.from('a')), await batch.file(sourceOf(Buffer.from('b')))].map(
        (stored) => stored.digest,
      )
      expect(await store.has(digests)).toEqual(new Set())
      await batch.flush()
      expect(await store.has(digests)).toEqual(new Set(digests))
    })

    test('a closed batch has dropped what was not flushed, and takes no more', async () => {
      const store = await open()
      const batch = await store.batch()
      const kept = await batch.bytes(Buffer.from('kept'))
      await batch.flush()
      const dropped = await batch.bytes(Buffer.from('dropped'))
      await batch.close()
      await batch.close()
      expect(await store.has([kept.digest, dropped.digest])).toEqual(new Set([kept.digest]))
      await expect(batch.bytes(Buffer.from('late'))).rejects.toThrow('closed')
      await expect(batch.flush()).rejects.toThrow('closed')
    })

    test('a batch can be flushed again and again', async () => {
      const store = await open()
      const batch = await store.batch()
      for (const text of ['one', 'two', 'three']) {
        await batch.bytes(Buffer.from(text))
        await batch.flush()
        expect(await store.size(sha256(text))).toBe(text.length)
      }
      await batch.flush()
      await batch.close()
    })

    test('several files at once, the same content among them', async () => {
      const store = await open()
      const contents = Array.from({ length: 40 }, (_, n) => randomBytes(n % 4 === 0 ? 1_500_000 : 5000))
      const same = randomBytes(2_000_000)
      const batch = await store.batch()
      const all = [...contents, same, same, same]
      const stored = await Promise.all(all.map((bytes) => batch.file(sourceOf(bytes))))
      await batch.flush()
      await batch.close()
      expect(stored.map((one) => one.digest)).toEqual(all.map((bytes) => sha256(bytes)))
      if (!traits.keepsFiles) return
      for (const bytes of all) expect(sha256(await collect(store.get(sha256(bytes))))).toBe(sha256(bytes))
    })

    test('two batches of the same content do not disturb each other', async () => {
      const store = await open()
      const [a, b] = [await store.batch(), await store.batch()]
      await Promise.all([a.bytes(Buffer.from('shared')), b.bytes(Buffer.from('shared'))])
      await Promise.all([a.flush(), b.flush()])
      await a.close()
      await b.close()
      expect((await collect(store.get(sha256('shared')))).toString()).toBe('shared')
    })

    test('list has every object once, with its size', async () => {
      const store = await open()
      const batch = await store.batch()
      const texts = ['', 'x', 'yy', 'zzz']
      for (const text of texts) await batch.bytes(Buffer.from(text))
      await batch.flush()
      const found = new Map<Digest, number>()
      for await (const { digest, size } of store.list()) {
        expect(found.has(digest)).toBe(false)
        found.set(digest, size)
      }
      expect(found).toEqual(new Map(texts.map((text) => [sha256(text), text.length])))
    })

    test('what is not there: has says no, size null, get OBJECT_MISSING', async () => {
      const store = await open()
      const digest = sha256('nowhere')
      expect(await store.has([digest])).toEqual(new Set())
      expect(await store.size(digest)).toBeNull()
      expect(await codeOf(collect(store.get(digest)))).toBe('OBJECT_MISSING')
    })

    test('more than maxBytes is CORRUPT, before a byte is given', async () => {
      const store = await open()
      const batch = await store.batch()
      const { digest } = await batch.bytes(Buffer.from('12345'))
      await batch.flush()
      expect((await collect(store.get(digest, 5))).toString()).toBe('12345')
      expect(await codeOf(collect(store.get(digest, 4)))).toBe('CORRUPT')
    })

    test.each([
      'sha256:../../../../etc/passwd',
      'sha256:',
      `sha256:${'A'.repeat(64)}`,
      `sha256:${'a'.repeat(63)}/`,
      `${'a'.repeat(64)}`,
    ])('a digest such as %j reaches nothing', async (text) => {
      const store = await open()
      const digest = text as Digest
      expect(await codeOf(store.has([digest]))).toBe('NAME_UNSAFE')
      expect(await codeOf(store.size(digest))).toBe('NAME_UNSAFE')
      expect(await codeOf((async () => collect(store.get(digest)))())).toBe('NAME_UNSAFE')
    })
  })
}
