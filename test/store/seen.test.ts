import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { Registry } from '../../src/core/ports.ts'
import { rememberTips } from '../../src/store/seen.ts'
import { codeOf } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const LOG = 'pointers/app/prod'
const entry = (seq: number, who = 'a'): Uint8Array =>
  canonicalBytes({ seq, who, id: digestOf(canonicalBytes({ seq, who })) })

interface Setup {
  readonly root: string
  readonly cache: string
  /** As the next command would open it, with the warnings that it gives. */
  readonly next: () => { registry: Registry; warnings: string[] }
}

async function setup(entries: number): Promise<Setup> {
  const dir = freshDir()
  const [root, cache] = [join(dir, 'registry'), join(dir, 'cache', 'seen')]
  const next = (): { registry: Registry; warnings: string[] } => {
    const warnings: string[] = []
    return { registry: rememberTips(open(root), cache, (message) => warnings.push(message)), warnings }
  }
  const { registry } = next()
  for (let seq = 1; seq <= entries; seq++) await registry.logs.append(LOG, seq, entry(seq))
  return { root, cache, next }
}

/** Puts back an older state of the registry, as from a backup. */
function cutTo(root: string, seq: number): void {
  const folder = join(root, 'logs', LOG)
  for (const name of readdirSync(folder))
    if (name === 'hint' || Number(name.slice(0, 12)) > seq) unlinkSync(join(folder, name))
}

describe('a log that went back', () => {
  test('an older newest entry warns a reader once a log, and refuses a writer', async () => {
    const { root, next } = await setup(5)
    cutTo(root, 3)
    const { registry, warnings } = next()
    expect((await registry.logs.tip(LOG))?.seq).toBe(3)
    await registry.logs.tip(LOG)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('entry 3')
    expect(warnings[0]).toContain('entry 5')
    const error = await registry.logs.append(LOG, 4, entry(4, 'b')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AishipError)
    if (error instanceof AishipError) {
      expect([error.code, error.exit]).toEqual(['LOG_WENT_BACK', 7])
      expect(error.next.at(-1)).toBe('aiship log prod')
      expect(existsSync(String(error.details.remembered_in))).toBe(true)
    }
    expect(await registry.logs.numbers(LOG)).toEqual([1, 2, 3])
  })

  test('a writer that has not looked is refused as well', async () => {
    const { root, next } = await setup(5)
    cutTo(root, 3)
    expect(await codeOf(next().registry.logs.append(LOG, 4, entry(4)))).toBe('LOG_WENT_BACK')
  })

  test('what is no entry is not remembered: the next writer is not refused for it', async () => {
    const { root, cache, next } = await setup(2)
    const damaged = open(root)
    const tip = async () => ({ seq: 2, bytes: Buffer.from('<html>log in first</html>') })
    const met = rememberTips({ ...damaged, logs: { ...damaged.logs, tip } }, join(cache, 'new'), () => undefined)
    await met.logs.tip(LOG)
    const again = rememberTips(open(root), join(cache, 'new'), () => undefined)
    expect(await again.logs.append(LOG, 3, entry(3))).toBe('won')
    expect(await next().registry.logs.append(LOG, 4, entry(4))).toBe('won')
  })

  test('a log that is gone went back', async () => {
    const { root, next } = await setup(2)
    rmSync(join(root, 'logs'), { recursive: true })
    const { registry, warnings } = next()
    expect(await registry.logs.tip(LOG)).toBeNull()
    expect(warnings[0]).toContain('no entry')
    expect(await codeOf(registry.logs.append(LOG, 1, entry(1)))).toBe('LOG_WENT_BACK')
  })

  test('another entry at the number that was newest', async () => {
    const { root, next } = await setup(3)
    cutTo(root, 2)
    await open(root).logs.append(LOG, 3, entry(3, 'rewritten'))
    const { registry, warnings } = next()
    await registry.logs.tip(LOG)
    expect(warnings[0]).toContain('entry 3')
    expect(await codeOf(registry.logs.append(LOG, 4, entry(4)))).toBe('LOG_WENT_BACK')
  })

  test('is told of by name, and among all that are remembered, also where it is gone', async () => {
    const { root, next } = await setup(5)
    expect(await next().registry.logs.lost?.()).toEqual([])
    rmSync(join(root, 'logs'), { recursive: true })
    for (const log of [LOG, undefined])
      expect(await next().registry.logs.lost?.(log)).toMatchObject([{ code: 'LOG_WENT_BACK', details: { log: LOG } }])
    expect(await next().registry.logs.lost?.('pointers/app/other')).toEqual([])
  })

  test('a rewritten tail that has grown past what was seen', async () => {
    const { root, next } = await setup(3)
    cutTo(root, 2)
    for (const seq of [3, 4, 5]) await open(root).logs.append(LOG, seq, entry(seq, 'rewritten'))
    const { registry, warnings } = next()
    expect((await registry.logs.tip(LOG))?.seq).toBe(5)
    expect(warnings).toHaveLength(1)
    expect(await codeOf(registry.logs.append(LOG, 6, entry(6)))).toBe('LOG_WENT_BACK')
  })

  test('stays remembered until what remembers it is deleted', async () => {
    const { root, cache, next } = await setup(4)
    cutTo(root, 2)
    await next().registry.logs.tip(LOG)
    const { registry, warnings } = next()
    await registry.logs.tip(LOG)
    expect(warnings).toHaveLength(1)
    rmSync(cache, { recursive: true })
    const again = next()
    await again.registry.logs.tip(LOG)
    expect(again.warnings).toEqual([])
    expect(await again.registry.logs.append(LOG, 3, entry(3, 'b'))).toBe('won')
  })

  test('the other logs go on', async () => {
    const { root, next } = await setup(3)
    cutTo(root, 1)
    const { registry } = next()
    await registry.logs.tip(LOG)
    expect(await registry.logs.append('pointers/app/staging', 1, entry(1))).toBe('won')
    expect(await registry.logs.append('versions/app', 1, entry(1))).toBe('won')
  })
})

describe('a log that did not go back', () => {
  test('others may append in between', async () => {
    const { root, next } = await setup(2)
    for (const seq of [3, 4]) await open(root).logs.append(LOG, seq, entry(seq, 'other'))
    const { registry, warnings } = next()
    expect((await registry.logs.tip(LOG))?.seq).toBe(4)
    expect(await registry.logs.append(LOG, 5, entry(5))).toBe('won')
    expect(await next().registry.logs.append(LOG, 5, entry(5))).toBe('lost')
    expect(warnings).toEqual([])
  })

  test('marks are not remembered', async () => {
    const { root, cache, next } = await setup(0)
    const log = `marks/${'a'.repeat(64)}`
    await next().registry.logs.append(log, 1, entry(1))
    rmSync(join(root, 'logs'), { recursive: true })
    expect(await next().registry.logs.append(log, 1, entry(1))).toBe('won')
    expect(existsSync(cache)).toBe(false)
  })

  test('two registries under one cache do not disturb each other', async () => {
    const { root, cache } = await setup(3)
    const other = rememberTips(open(join(freshDir(), 'other')), cache, (message) => {
      throw new Error(message)
    })
    expect(await other.logs.append(LOG, 1, entry(1, 'other'))).toBe('won')
    expect(open(root).id).not.toBe(other.id)
  })

  test('nothing is written to the cache when nothing is new', async () => {
    const { cache, next } = await setup(3)
    const copy = join(freshDir(), 'copy')
    cpSync(cache, copy, { recursive: true, preserveTimestamps: true })
    const { registry } = next()
    const [folder = ''] = readdirSync(cache)
    chmodSync(join(cache, folder, readdirSync(join(cache, folder))[0] ?? ''), 0o444)
    await registry.logs.tip(LOG)
    expect(readdirSync(join(cache, folder))).toEqual(readdirSync(join(copy, folder)))
  })
})

describe('the cache is not trusted', () => {
  test.each(['', 'garbage', '0 sha256:x', `9 sha256:${'z'.repeat(64)}`, `-1 sha256:${'a'.repeat(64)}`])(
    '%j remembers nothing',
    async (text) => {
      const { cache, next } = await setup(3)
      const [folder = ''] = readdirSync(cache)
      const [file = ''] = readdirSync(join(cache, folder))
      writeFileSync(join(cache, folder, file), text)
      const { registry, warnings } = next()
      expect((await registry.logs.tip(LOG))?.seq).toBe(3)
      expect(warnings).toEqual([])
    },
  )

  test('one that cannot be written is ignored', async () => {
    const dir = freshDir()
    writeFileSync(join(dir, 'cache'), 'a file where a folder should be')
    const registry = rememberTips(open(join(dir, 'registry')), join(dir, 'cache', 'seen'), (message) => {
      throw new Error(message)
    })
    expect(await registry.logs.append(LOG, 1, entry(1))).toBe('won')
    expect((await registry.logs.tip(LOG))?.seq).toBe(1)
  })

  test('a log name cannot lead out of it', async () => {
    const { cache, next } = await setup(1)
    mkdirSync(join(cache, '..', 'outside'))
    const { registry } = next()
    expect(await codeOf(registry.logs.tip('pointers/../../../outside/x'))).toBe('NAME_UNSAFE')
    expect(await codeOf(registry.logs.append('pointers/../../../outside/x', 1, entry(1)))).toBe('NAME_UNSAFE')
    expect(readdirSync(join(cache, '..', 'outside'))).toEqual([])
  })
})
