import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canMount } from '../hostile/outcome.ts'
import { share } from '../share.ts'
import { type Outcome, runAiship } from './victim.ts'

const VERSIONS = 3
const AT_ONCE = 8
const ROUNDS = share(3)

const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))
let state = seed
/** xorshift32: the same choices for the same seed, as far as the machine's timing allows. */
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

let dir = ''
/** What each version's files are. */
const wanted: Record<string, string>[] = []

beforeAll(async () => {
  dir = fs.mkdtempSync(join(tmpdir(), 'aiship-crowd-'))
  fs.writeFileSync(join(dir, 'aiship.yaml'), 'version: 1\napp: app\ncomponents: {data: {role: dataset, path: data}}\n')
  for (let n = 1; n <= VERSIONS; n++) {
    const files: Record<string, string> = n === 2 ? { 'data/swap/x': 'a folder' } : { 'data/swap': 'a file' }
    for (let i = 0; i < 260; i++)
      files[`data/d${(i * n) % 17}/f${i}`] = i % 3 === 0 ? `same ${i}` : `v${n} ${i} `.repeat(1 + (i % 50))
    fs.rmSync(join(dir, 'data'), { recursive: true, force: true })
    for (const [path, text] of Object.entries(files)) {
      fs.mkdirSync(join(dir, path, '..'), { recursive: true })
      fs.writeFileSync(join(dir, path), text)
    }
    wanted.push(files)
    expect(await aiship('bundle')).toMatchObject({ code: 0 })
  }
}, 60_000)
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }))

const aiship = (...words: readonly string[]): Promise<Outcome> => runAiship(dir, words, { kind: 'never' }, dir)
const anyVersion = (): number => 1 + Math.floor(random() * VERSIONS)

/** Where a crowd meets, and how that comes to be. */
const PLACES: Readonly<Record<string, (target: string) => Promise<unknown> | unknown>> = {
  'a folder that is not there': () => undefined,
  'an empty folder': (target) => fs.mkdirSync(target),
  'an earlier checkout': (target) => aiship('checkout', `v${anyVersion()}`, target),
  'the root of a file system': (target) => {
    fs.mkdirSync(target)
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', target])
  },
}
const places = Object.keys(PLACES).filter((name) => canMount || !name.includes('file system'))

async function crowd(
  name: string,
  killed: boolean,
  check: (target: string, ended: readonly Outcome[]) => Promise<void>,
) {
  const target = join(dir, 'out')
  await PLACES[name]?.(target)
  try {
    const runs = Array.from({ length: AT_ONCE }, async (_, i) => {
      const version = anyVersion()
      const moment = killed && i % 2 === 0 ? 60 + random() * 250 : null
      await delay(random() * 200)
      const words = ['checkout', `v${version}`, target]
      return runAiship(dir, words, moment === null ? { kind: 'never' } : { kind: 'after-start', ms: moment }, dir)
    })
    await check(target, await Promise.all(runs))
  } finally {
    if (name.includes('file system')) execFileSync('umount', [target])
    fs.rmSync(target, { recursive: true, force: true })
  }
}

/** The version whose files stand there, exactly; 0 for none. Fails where aiship's own files say anything else. */
function versionIn(target: string): number {
  const found: Record<string, string> = {}
  const own: string[] = []
  for (const name of fs.readdirSync(target, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.startsWith('.aiship')) own.push(name)
    else if (fs.lstatSync(join(target, name)).isFile()) found[name] = fs.readFileSync(join(target, name), 'utf8')
  }
  expect(own).toEqual(['.aiship-checkout.json', '.aiship-release.json'])
  const version = wanted.findIndex((files) => {
    const paths = Object.keys(files)
    return paths.length === Object.keys(found).length && paths.every((path) => files[path] === found[path])
  })
  const release = JSON.parse(fs.readFileSync(join(target, '.aiship-release.json'), 'utf8'))
  expect(release.version).toBe(`v${version + 1}`)
  return version + 1
}

describe(`${AT_ONCE} checkouts at once, seed ${seed}`, () => {
  test.each(places)(
    'into %s: one bundle stands there whole, and nobody fails otherwise than by a lost race',
    {
      timeout: 120_000,
    },
    async (name) => {
      for (let round = 0; round < ROUNDS; round++) {
        await crowd(name, false, async (target, ended) => {
          expect(ended.filter(({ code }) => code === null || ![0, 5, 6].includes(code))).toEqual([])
          expect(ended.some(({ code }) => code === 0)).toBe(true)
          expect(versionIn(target)).toBeGreaterThan(0)
          const next = anyVersion()
          expect(await aiship('checkout', `v${next}`, target)).toMatchObject({ code: 0 })
          expect(versionIn(target)).toBe(next)
        })
      }
    },
  )

  test.each(places)('into %s, half of them killed: the next one works', { timeout: 120_000 }, async (name) => {
    for (let round = 0; round < ROUNDS; round++) {
      await crowd(name, true, async (target, ended) => {
        expect(ended.filter(({ code, killed }) => !killed && (code === null || ![0, 5, 6].includes(code)))).toEqual([])
        const next = anyVersion()
        expect(await aiship('checkout', `v${next}`, target)).toMatchObject({ code: 0 })
        expect(versionIn(target)).toBe(next)
      })
    }
  })
})
