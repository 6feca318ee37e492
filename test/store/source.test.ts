import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const SMALL = 4000
const LARGE = 9 * 1024 * 1024

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

/** Changes the file when `n` of its chunks have been read; once, or each time it is read. */
function changing(change: () => void, times: number): { tap: (chunk: Uint8Array) => void; reads: () => number } {
  let reads = 1
  let changed = 0
  let isFirst = true
  return {
    reads: () => reads,
    tap: (chunk) => {
      if (chunk.length === 0) {
        reads++
        isFirst = true
      } else if (isFirst) {
        isFirst = false
        if (changed++ < times) change()
      }
    },
  }
}

function poke(path: string, text: string, at: number): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, text, at)
  closeSync(fd)
}

describe('a large file that changes while it is read', () => {
  const changes: readonly (readonly [string, (path: string) => void])[] = [
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path) => truncate(path, LARGE - 5)],
    ['is written in place, far behind', (path) => poke(path, 'XXXX', 10)],
    ['is written in place, far ahead', (path) => poke(path, 'XXXX', LARGE - 10)],
    ['is replaced', (path) => replace(path)],
    ['is written in place and its times put back', (path) => pokeAndRestore(path)],
  ]

  test.each(changes)('%s: once is read again, always is SOURCE_CHANGED', async (_, change) => {
    const { root, path } = setup(LARGE)
    const { objects } = open(root)
    const batch = await objects.batch()
    const once = changing(() => change(path), 1)
    const stored = await batch.file(path, once.tap)
    expect(once.reads()).toBe(2)
    await batch.flush()
    expect(sha256(await collect(objects.get(stored.digest)))).toBe(stored.digest)
    const always = changing(() => change(path), 99)
    const error = await batch.file(path, always.tap).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AishipError)
    if (error instanceof AishipError) {
      expect([error.code, error.exit]).toEqual(['SOURCE_CHANGED', 1])
      expect(error.message).toContain(path)
    }
    expect(always.reads()).toBe(3)
    await batch.close()
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('the tap sees an empty chunk before it sees the file again', async () => {
    const { root, path } = setup(LARGE)
    const batch = await open(root).objects.batch()
    const seen: Buffer[][] = [[]]
    const stored = await batch.file(path, (chunk) => {
      if (chunk.length === 0) seen.push([])
      else seen.at(-1)?.push(Buffer.from(chunk))
      if (seen.length === 1 && seen[0]?.length === 1) poke(path, 'YYYY', 0)
    })
    expect(seen).toHaveLength(2)
    expect(sha256(Buffer.concat(seen[1] ?? []))).toBe(stored.digest)
    await batch.close()
  })
})

function truncate(path: string, size: number): void {
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, size)
  closeSync(fd)
  if (size < LARGE - 5000) throw new Error('shrunk too often')
}

function replace(path: string): void {
  writeFileSync(`${path}.new`, randomBytes(LARGE))
  renameSync(`${path}.new`, path)
}

function pokeAndRestore(path: string): void {
  poke(path, 'ZZZZ', 100)
  utimesSync(path, 1_000_000, 1_000_000)
}

describe('what a writer in another process does', () => {
  test.each([SMALL, LARGE])('the digest of %i bytes is that of the stored bytes, or SOURCE_CHANGED', async (size) => {
    const { root, path } = setup(size)
    const { objects } = open(root)
    const script = `const fs = require('fs'); const fd = fs.openSync(process.argv[1], 'r+'); const end = Date.now() + 1500
      for (let n = 0; Date.now() < end; n++) {
        fs.writeSync(fd, Buffer.alloc(${size}, 65 + (n % 26)), 0, ${size}, 0)
        if (n === 0) console.log('started')
      }`
    const writer = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = new Promise((resolve) => writer.once('exit', resolve))
    await new Promise((resolve) => writer.stdout.once('data', resolve))
    const outcomes = new Map<string, number>()
    for (let n = 0; n < 10; n++) {
      const batch = await objects.batch()
      let outcome = 'stored'
      try {
        const { digest } = await batch.file(path)
        await batch.flush()
        const bytes = await collect(objects.get(digest))
        expect(sha256(bytes)).toBe(digest)
        // A half-written file would show two letters.
        expect(new Set(bytes).size).toBe(1)
      } catch (error) {
        if (!(error instanceof AishipError)) throw error
        outcome = error.code
      }
      await batch.close()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    await gone
    expect([...outcomes.keys()].filter((outcome) => outcome !== 'stored' && outcome !== 'SOURCE_CHANGED')).toEqual([])
    expect(outcomes.get('SOURCE_CHANGED')).toBeGreaterThan(0)
  })
})

describe('what is no readable file', () => {
  test('nothing there, a folder, a link to nothing', async () => {
    const dir = freshDir()
    const batch = await open(join(dir, 'registry')).objects.batch()
    mkdirSync(join(dir, 'folder'))
    symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'))
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'))
    expect(await codeOf(batch.file(join(dir, 'nowhere')))).toBe('FILE_MISSING')
    expect(await codeOf(batch.file(join(dir, 'dangling')))).toBe('FILE_MISSING')
    expect(await codeOf(batch.file(join(dir, 'folder')))).toBe('COMPONENT_INVALID')
    expect(await codeOf(batch.file(join(dir, 'loop')))).toBe('COMPONENT_INVALID')
    await batch.close()
  })

  test('a pipe that nobody writes to is refused, not waited for', async () => {
    const dir = freshDir()
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const batch = await open(join(dir, 'registry')).objects.batch()
    expect(await codeOf(batch.file(join(dir, 'pipe')))).toBe('COMPONENT_INVALID')
    await batch.close()
  })
})

test('a file that is being opened in the tick in which it was written is left alone until the tick is over', async () => {
  const { root, path } = setup(SMALL)
  const batch = await open(root).objects.batch()
  writeFileSync(path, 'first')
  const storing = batch.file(path)
  writeFileSync(path, 'final')
  expect((await storing).digest).toBe(sha256('final'))
  await batch.close()
})
