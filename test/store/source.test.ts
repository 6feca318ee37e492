import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { FileRequest } from '../../src/core/ports.ts'
import { fillFrom, readSmall, readSteadily } from '../../src/store/source.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open, requestOf, storeFile } from './place.ts'

const SMALL = 4000
const MIDDLE = 9 * 1024 * 1024
const LARGE = 40 * 1024 * 1024

interface Setup {
  readonly root: string
  readonly path: string
  readonly bytes: Buffer
}

function setup(size: number): Setup {
  const dir = freshDir()
  const bytes = randomBytes(size)
  const path = join(dir, 'source')
  writeFileSync(path, bytes)
  return { root: join(dir, 'registry'), path, bytes }
}

function poke(path: string, text: string, at: number): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, text, at)
  closeSync(fd)
}

/** Reads a file to its end, and calls `half` in the middle of it. Null where it ended early. */
function readHalves(path: string, half: () => void): string {
  return readSteadily(path, (fd, { size }) => {
    const hash = createHash('sha256')
    const middle = Math.floor(Number(size) / 2)
    const bytes = Buffer.alloc(Number(size))
    let done = fillFrom(fd, bytes.subarray(0, middle))
    half()
    done += fillFrom(fd, bytes.subarray(middle))
    return done < Number(size) ? null : `sha256:${hash.update(bytes).digest('hex')}`
  })
}

afterEach(() => vi.restoreAllMocks())

describe('a file that changes while it is read', () => {
  const changes: readonly (readonly [string, (path: string, size: number) => void])[] = [
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path, size) => truncate(path, size - 5)],
    ['is emptied', (path) => truncate(path, 0)],
    ['is written in place, far behind', (path) => poke(path, 'ZZZZ', 10)],
    ['is written in place, far ahead', (path, size) => poke(path, 'ZZZZ', size - 10)],
    ['is replaced', (path, size) => replace(path, size)],
    ['is written in place and its times put back', (path) => pokeAndRestore(path)],
  ]

  for (const size of [SMALL, MIDDLE]) {
    test.each(changes)(`${size} bytes, %s: once is read again, always is SOURCE_CHANGED`, (_, change) => {
      const { path } = setup(size)
      let reads = 0
      const found = readHalves(path, () => {
        if (reads++ === 0) change(path, size)
      })
      expect(reads).toBe(2)
      expect(found).toBe(readHalves(path, () => undefined))
      writeFileSync(path, randomBytes(size))
      let [always, error]: [number, unknown] = [0, null]
      try {
        // A file that is emptied is no other file when it is emptied again.
        readHalves(path, () => (always++ % 2 === 0 ? change(path, size) : appendFileSync(path, '.')))
      } catch (thrown) {
        error = thrown
      }
      expect(always).toBe(3)
      expect(error).toBeInstanceOf(AishipError)
      if (!(error instanceof AishipError)) return
      expect([error.code, error.exit]).toEqual(['SOURCE_CHANGED', 1])
      expect(error.message).toContain(path)
    })
  }

  test('what is written in the very tick in which it is read is not read before the tick is over', () => {
    const { path } = setup(SMALL)
    const wait = Atomics.wait
    let waits = 0
    vi.spyOn(Atomics, 'wait').mockImplementation(((...args: Parameters<typeof wait>) => {
      if (waits++ === 0) writeFileSync(path, 'final')
      return wait(...args)
    }) as typeof wait)
    writeFileSync(path, 'first')
    const seen: string[] = []
    const got = readSteadily(path, (fd) => {
      const bytes = Buffer.alloc(5)
      readSync(fd, bytes)
      seen.push(bytes.toString())
      return bytes.toString()
    })
    expect(waits).toBeGreaterThan(0)
    expect([got, seen]).toEqual(['final', ['final']])
  })

  test('an error of the reader is not tried again', () => {
    const { path } = setup(SMALL)
    let reads = 0
    const fail = (): never => {
      reads++
      throw new Error('of the reader')
    }
    expect(() => readSteadily(path, fail)).toThrow('of the reader')
    expect(reads).toBe(1)
  })
})

function truncate(path: string, size: number): void {
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, size)
  closeSync(fd)
}

function replace(path: string, size: number): void {
  writeFileSync(`${path}.new`, randomBytes(size))
  renameSync(`${path}.new`, path)
}

function pokeAndRestore(path: string): void {
  poke(path, 'ZZZZ', 100)
  utimesSync(path, 1_000_000, 1_000_000)
}

interface Writer {
  readonly what: string
  /** One round of it: the path, the file open for writing, its size, the number of the round, and bytes of the round's letter are there. */
  readonly act: string
  /** True if these bytes may have stood in the file at one time. */
  readonly mayBe: (bytes: Buffer) => boolean
  /** Whether it leaves no time for a file to be read in. */
  readonly isRestless: boolean
}

const isOneLetter = (bytes: Buffer): boolean => bytes.equals(Buffer.alloc(bytes.length, bytes[0]))

/** The start of one round, and the rest of the round before. */
function isOneRound(bytes: Buffer): boolean {
  const last = bytes.at(-1) as number
  const from = bytes.indexOf(last)
  const follows = bytes[0] === last || bytes[0] === ((last - 65 + 1) % 26) + 65
  return follows && isOneLetter(bytes.subarray(0, from)) && isOneLetter(bytes.subarray(from))
}

const WRITERS: readonly Writer[] = [
  {
    what: 'writes the whole of',
    act: 'for (let at = 0; at < size; at += bytes.length) fs.writeSync(fd, bytes, 0, Math.min(bytes.length, size - at), at)',
    mayBe: isOneRound,
    isRestless: true,
  },
  {
    what: 'replaces',
    act: "fs.writeFileSync(path + '.new', Buffer.alloc(size, bytes[0])); fs.renameSync(path + '.new', path)",
    mayBe: isOneLetter,
    isRestless: false,
  },
  {
    what: 'empties and fills',
    act: 'fs.ftruncateSync(fd, 0); for (let at = 0; at < size; at += bytes.length) fs.writeSync(fd, bytes, 0, bytes.length, at)',
    mayBe: isOneLetter,
    isRestless: false,
  },
  {
    what: 'appends to',
    act: "fs.appendFileSync(path, 'A'.repeat(100)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)",
    mayBe: isOneLetter,
    isRestless: true,
  },
]

/** Starts a process that writes for `ms`, or until it is stopped; resolves once it has begun. */
async function startWriter(
  path: string,
  { act }: Writer,
  size: number,
  ms: number,
): Promise<{ gone: Promise<unknown>; stop: () => Promise<unknown> }> {
  const script = `const fs = require('fs'); const [, path] = process.argv; const size = ${size}
    const rounds = Array.from({ length: 26 }, (_, n) => Buffer.alloc(65536, 65 + n))
    fs.writeFileSync(path, Buffer.alloc(size, 65)); const fd = fs.openSync(path, 'r+'); const end = Date.now() + ${ms}
    for (let n = 0; Date.now() < end; n++) { const bytes = rounds[n % 26]; ${act}; if (n === 0) console.log('started') }`
  const writer = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = new Promise((resolve) => writer.once('exit', resolve))
  await new Promise((resolve) => writer.stdout.once('data', resolve))
  const stop = (): Promise<unknown> => {
    writer.kill('SIGKILL')
    return gone
  }
  return { gone, stop }
}

describe('what a writer in another process does', () => {
  const cases = WRITERS.flatMap((writer) => [SMALL, MIDDLE, LARGE].map((size) => ({ ...writer, size })))

  test.each(cases)(
    'one that $what $size bytes: what is stored stood there at one time, or SOURCE_CHANGED',
    async ({ size, ...writer }) => {
      const { root, path } = setup(size)
      const { objects } = open(root)
      const { stop } = await startWriter(path, writer, size, 25_000)
      const outcomes = new Map<string, number>()
      // On a busy machine the writer may pause for as long as a small file takes.
      const isMissing = (): boolean => writer.isRestless && !outcomes.has('SOURCE_CHANGED')
      for (let n = 0; n < 8 || (n < 500 && isMissing()); n++) {
        const batch = await objects.batch()
        let outcome = 'stored'
        try {
          const { digest } = await storeFile(batch, path, { size })
          await batch.flush()
          const bytes = await collect(objects.get(digest))
          expect(sha256(bytes)).toBe(digest)
          expect(bytes.length === 0 || writer.mayBe(bytes)).toBe(true)
        } catch (error) {
          if (!(error instanceof AishipError)) throw error
          outcome = error.code
        }
        await batch.close()
        expect(readdirSync(join(root, 'tmp'))).toEqual([])
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      await stop()
      expect([...outcomes.keys()].filter((outcome) => outcome !== 'stored' && outcome !== 'SOURCE_CHANGED')).toEqual([])
      if (writer.isRestless) expect(outcomes.get('SOURCE_CHANGED')).toBeGreaterThan(0)
    },
  )

  test.each([SMALL, MIDDLE, LARGE])(
    'one file of %i bytes that grows for ever among others: nothing is left',
    async (size) => {
      const { root, path } = setup(size)
      const dir = freshDir()
      const others = Array.from({ length: 600 }, (_, n) => join(dir, String(n)))
      for (const other of others) writeFileSync(other, other)
      const { gone } = await startWriter(path, WRITERS[3] as Writer, size, 3000)
      const requests = [...others.map((other) => requestOf(other)), requestOf(path, { size })]
      let error: unknown = null
      // On a busy machine the writer may pause for as long as a small file takes.
      for (let tries = 0; error === null && tries < 10; tries++) {
        const batch = await open(root).objects.batch()
        error = await batch.files(requests).then(
          () => null,
          (thrown: unknown) => thrown,
        )
        if (error !== null) expect(readdirSync(join(root, 'tmp'))).toEqual([])
        await batch.close()
      }
      expect(error).toBeInstanceOf(AishipError)
      if (error instanceof AishipError) {
        expect(error.code).toBe('SOURCE_CHANGED')
        expect(error.message).toContain(path)
      }
      await gone
    },
  )
})

describe('what is no readable file', () => {
  /** As it is planned: packed, alone, copied in one thread, copied in one and hashed in another. */
  const plans: readonly Partial<FileRequest>[] = [{}, { alone: true }, { size: MIDDLE }, { size: LARGE }]

  test.each(plans)('nothing there, a folder, a link to nothing: planned as %j', async (plan) => {
    const dir = freshDir()
    const batch = await open(join(dir, 'registry')).objects.batch()
    mkdirSync(join(dir, 'folder'))
    symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'))
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'))
    const outcome = (name: string): Promise<string> =>
      codeOf(batch.files([{ path: join(dir, name), size: 0, watch: null, alone: false, like: [], ...plan }]))
    expect(await outcome('nowhere')).toBe('FILE_MISSING')
    expect(await outcome('dangling')).toBe('FILE_MISSING')
    expect(await outcome('folder')).toBe('COMPONENT_INVALID')
    expect(await outcome('loop')).toBe('COMPONENT_INVALID')
    expect(readdirSync(join(dir, 'registry', 'tmp'))).toEqual([])
    await batch.close()
  })

  test.each(plans)('a pipe that nobody writes to is refused, not waited for: planned as %j', async (plan) => {
    const dir = freshDir()
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const batch = await open(join(dir, 'registry')).objects.batch()
    expect(await codeOf(storeFile(batch, join(dir, 'pipe'), plan))).toBe('COMPONENT_INVALID')
    await batch.close()
  })

  test.each(plans)('one that says that it is empty, and is not: planned as %j', async (plan) => {
    const batch = await open(join(freshDir(), 'registry')).objects.batch()
    expect(await codeOf(storeFile(batch, '/proc/self/status', plan))).toBe('COMPONENT_INVALID')
    await batch.close()
  })

  test('more than fits is not read at all', () => {
    const { path, bytes } = setup(SMALL)
    expect(readSmall(path, Buffer.alloc(SMALL))?.equals(bytes)).toBe(true)
    expect(readSmall(path, Buffer.alloc(SMALL - 1))).toBeNull()
  })
})
