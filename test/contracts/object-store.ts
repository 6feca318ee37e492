import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { inspect } from '../../src/core/inspect.ts'
import type { Bytes, Incoming, ObjectStore } from '../../src/core/ports.ts'
import { requestOf, storeFile } from '../store/place.ts'

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

/** Something that a scan finds. */
const TOKEN = Buffer.from(`\nkey = "AKIA${'Q'.repeat(16)}"\n`)

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
      'a file of %i bytes gets the digest of its bytes, and each of them passes once: what is in it is seen',
      async (size) => {
        const store = await open()
        const bytes = Buffer.concat([TOKEN, randomBytes(size)]).subarray(0, size)
        const watch = { app: 'app', path: 'serve/app.py', scan: 'tokens' } as const
        let passed = 0
        const batch = await store.batch()
        const [stored] = await batch.files([requestOf(sourceOf(bytes), { watch })], {
          progress: (count) => {
            passed += count
          },
        })
        await batch.flush()
        await batch.close()
        expect(stored).toEqual({
          digest: sha256(bytes),
          size,
          isNew: true,
          newBytes: size,
          seen: inspect(bytes, watch),
        })
        expect(passed).toBe(size)
        expect(await store.has([sha256(bytes)])).toEqual(new Set([sha256(bytes)]))
        expect(await store.size(sha256(bytes))).toBe(size)
        if (traits.keepsFiles) expect((await collect(store.get(sha256(bytes)))).equals(bytes)).toBe(true)
      },
    )

    test('what is not looked for is not seen; what is, is seen in each file by itself', async () => {
      const store = await open()
      const batch = await store.batch()
      const watch = (path: string) => ({ app: 'app', path, scan: 'tokens' }) as const
      const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`
      const texts = ['nothing', key, key, 'GGUF and more']
      const requests = texts.map((text, n) =>
        requestOf(sourceOf(Buffer.from(text)), { watch: n === 2 ? null : watch(`file-${n}`) }),
      )
      const seen = (await batch.files(requests)).map((one) => one.seen)
      await batch.close()
      expect(seen[0]).toEqual({ findings: [], format: null })
      expect(seen[1]?.findings.map(({ path, rule }) => [path, rule])).toEqual([['file-1', 'private-key']])
      expect(seen[2]).toBeNull()
      expect(seen[3]).toEqual({ findings: [], format: 'gguf' })
    })

    test('a signal that was given before stops everything: its reason comes out, and nothing is visible', async () => {
      const store = await open()
      const batch = await store.batch()
      const stop = new AbortController()
      stop.abort(new Error('enough'))
      const request = requestOf(sourceOf(Buffer.from('stopped')))
      await expect(batch.files([request], { signal: stop.signal })).rejects.toThrow('enough')
      await batch.flush()
      expect(await store.has([sha256('stopped')])).toEqual(new Set())
      await batch.close()
    })

    test('one file that is not there names itself, and the batch goes on', async () => {
      const store = await open()
      const batch = await store.batch()
      const paths = ['a', 'b', 'c'].map((text) => sourceOf(Buffer.from(text)))
      const missing = join(dir, 'nowhere')
      const error = await batch
        .files([...paths, missing].map((path) => requestOf(path)))
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(AishipError)
      if (error instanceof AishipError)
        expect([error.code, error.message]).toEqual(['FILE_MISSING', `${missing} is not there`])
      expect((await storeFile(batch, paths[0] as string)).isNew).toBe(true)
      await batch.flush()
      await batch.close()
      expect(await store.size(sha256('a'))).toBe(1)
    })

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
      expect((await storeFile(first, sourceOf(Buffer.from('same')))).isNew).toBe(false)
      expect((await first.bytes(Buffer.from('same'), { alone: true })).isNew).toBe(false)
      expect((await storeFile(first, sourceOf(Buffer.from('same')), { alone: true })).isNew).toBe(false)
      await first.flush()
      await first.close()
      const second = await store.batch()
      expect((await second.bytes(Buffer.from('same'))).isNew).toBe(false)
      expect((await storeFile(second, sourceOf(Buffer.from('same')))).isNew).toBe(false)
      expect((await second.bytes(Buffer.from('same'), { alone: true })).isNew).toBe(false)
      expect((await storeFile(second, sourceOf(Buffer.from('same')), { alone: true })).isNew).toBe(false)
      await second.flush()
      await second.close()
      const all: Digest[] = []
      for await (const object of store.list()) all.push(object.digest)
      expect(all).toEqual([sha256('same')])
    })

    test('nothing is visible before the flush, and all of it after', async () => {
      const store = await open()
      const batch = await store.batch()
      const digests = [await batch.bytes(Buffer.from('a')), await storeFile(batch, sourceOf(Buffer.from('b')))].map(
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
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const stored = await Promise.all(all.map((bytes) => storeFile(batch, sourceOf(bytes))))
      // Of listeners that are taken for a leak, on somebody's terminal.
      expect(warned).not.toHaveBeenCalled()
      warned.mockRestore()
      await batch.flush()
      await batch.close()
      expect(stored.map((one) => one.digest)).toEqual(all.map((bytes) => sha256(bytes)))
      if (!traits.keepsFiles) return
      for (const bytes of all) expect(sha256(await collect(store.get(sha256(bytes))))).toBe(sha256(bytes))
    })

    test('the same file twice, in one list and as one request', async () => {
      const store = await open()
      const batch = await store.batch()
      for (const size of [10, 3_000_000]) {
        const bytes = randomBytes(size)
        const path = sourceOf(bytes)
        const request = requestOf(path)
        const stored = await batch.files([request, request, requestOf(path)])
        expect(stored.map(({ digest, isNew }) => [digest, isNew])).toEqual([
          [sha256(bytes), true],
          [sha256(bytes), false],
          [sha256(bytes), false],
        ])
        await batch.flush()
        expect(await store.size(sha256(bytes))).toBe(size)
      }
      await batch.close()
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

    const incoming = (bytes: Uint8Array, more: Partial<Incoming> = {}): Incoming => ({
      ...{ digest: sha256(bytes), size: bytes.length, alone: false },
      bytes: async function* () {
        for (let at = 0; at < bytes.length; at += 700_000) yield bytes.subarray(at, at + 700_000)
      },
      ...more,
    })

    test('objects that come from elsewhere are stored, and what is here already is not read', async () => {
      const store = await open()
      const batch = await store.batch()
      const contents = SIZES.map((size) => randomBytes(size))
      const total = SIZES.reduce((sum, size) => sum + size, 0)
      let passed = 0
      const objects = contents.map((bytes, i) => incoming(bytes, { alone: i % 2 === 0 }))
      const progress = (bytes: number): void => {
        passed += bytes
      }
      expect(await batch.receive(objects, { progress })).toEqual({ objects: SIZES.length, bytes: total })
      await batch.flush()
      if (traits.keepsFiles) {
        expect(passed).toBe(total)
        for (const bytes of contents) expect(sha256(await collect(store.get(sha256(bytes))))).toBe(sha256(bytes))
      }
      const unread = contents.map((bytes) =>
        incoming(bytes, {
          bytes: () => {
            throw new Error('it is here')
          },
        }),
      )
      expect(await batch.receive(unread)).toEqual({ objects: 0, bytes: 0 })
      await batch.close()
    })

    test.each([10, 3_000_000])('of %i bytes, none that are not what was announced are kept', async (size) => {
      if (!traits.keepsFiles) return
      const store = await open()
      const bytes = randomBytes(size)
      const digest = sha256(bytes)
      const flipped = Uint8Array.from(bytes)
      flipped[size >> 1] = (flipped[size >> 1] as number) ^ 1
      for (const wrong of [flipped, bytes.subarray(1), Buffer.concat([bytes, bytes])]) {
        const batch = await store.batch()
        expect(await codeOf(batch.receive([incoming(wrong, { digest, size })]))).toBe('CORRUPT')
        await batch.flush()
        await batch.close()
        expect(await store.has([digest])).toEqual(new Set())
      }
    })

    test('a failure of the source ends it, and what came before may be flushed', async () => {
      const store = await open()
      const batch = await store.batch()
      const [first, second] = [randomBytes(2_000_000), randomBytes(2_000_000)]
      const torn = async function* (): AsyncGenerator<Uint8Array> {
        yield second.subarray(0, 1_000_000)
        throw new Error('the line is cut')
      }
      const comes = batch.receive([incoming(first), incoming(second, { bytes: torn })])
      if (traits.keepsFiles) await expect(comes).rejects.toThrow('the line is cut')
      else await comes
      await batch.flush()
      await batch.close()
      if (traits.keepsFiles) expect(await store.has([sha256(first), sha256(second)])).toEqual(new Set([sha256(first)]))
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
