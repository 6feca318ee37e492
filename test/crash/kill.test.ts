import { randomInt, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEntry } from '../../src/core/entry.ts'
import type { PointerEntry, VersionEntry } from '../../src/core/model.gen.ts'
import type { Actor, Finding } from '../../src/core/ports.ts'
import { AishipError, bundle, fsck, openRegistry, promote } from '../../src/index.ts'
import { openFolder } from '../../src/store/folder.ts'
import { share } from '../share.ts'
import { type Moment, type Outcome, runAiship } from './victim.ts'

const KILLS = share(1000)
/** A registry is used for so many kills, then a fresh one: looking at all of it after each kill stays quick. */
const KILLS_EACH = 40
const AT_ONCE = 3

const ANA: Actor = { name: 'ana', kind: 'human' }
const POINTER = 'pointers/app/prod'
const VERSIONS = 'versions/app'

/** What an interrupted command may leave: files that nobody sees, shortcuts that are behind, marks that the next command appends. */
const LEFTOVERS = new Set(['tmpLeftover', 'hintStale', 'indexMissing', 'markMissing', 'labelMissing'])

const VERBS = ['bundle', 'promote', 'rollback'] as const
type Verb = (typeof VERBS)[number]

const seed = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))
let state = seed
/** xorshift32: the same choices for the same seed, as far as the machine's timing allows. */
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}
const pick = (most: number): number => Math.floor(random() * most)

/** How long a whole run takes, and how long until its entry is there: medians of what was measured so far. */
const timing: Record<Verb, { whole: number[]; commit: number[] }> = {
  bundle: { whole: [], commit: [] },
  promote: { whole: [], commit: [] },
  rollback: { whole: [], commit: [] },
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 100

const counts = { kills: 0, before: 0, after: 0, acknowledged: 0, diedAfter: 0, finished: 0, resumed: 0, leftovers: 0 }
const byVerb: Record<Verb, { before: number; after: number }> = {
  bundle: { before: 0, after: 0 },
  promote: { before: 0, after: 0 },
  rollback: { before: 0, after: 0 },
}

type Site = ReturnType<typeof makeSite>

/** A project with a registry of its own. */
function makeSite(dir: string) {
  const registry = () => openFolder(join(dir, '.aiship'), { create: false, now: () => new Date(), uuid: randomUUID })

  /** New content for the next bundle; the large file alternates between few. */
  function change(n: number): void {
    writeFileSync(join(dir, 'model.bin'), Buffer.alloc(1_300_000, n % 3))
    for (let file = 0; file < 6; file++)
      writeFileSync(join(dir, 'prompts', `${file}.txt`), `prompt ${file} of ${n * (file % 2)}\n`)
    writeFileSync(join(dir, 'params.json'), JSON.stringify({ n }))
  }

  async function setUp(): Promise<void> {
    mkdirSync(join(dir, 'prompts'), { recursive: true })
    writeFileSync(join(dir, 'aiship.yaml'), YAML)
    const open = () => openRegistry({ dir, actor: ANA, create: true, yes: true })
    const input = { message: null, labels: [], allowSecrets: null }
    const move = {
      ...{ pointer: 'prod', reason: null, override: null },
      ...{ create: false, resetRoute: false, leavingBad: null },
    }
    for (const n of [1, 2]) {
      change(n)
      await bundle(await open(), input)
      await promote(await open(), { ...move, ref: `v${n}` })
    }
  }

  async function newest<K extends 'pointers' | 'versions'>(
    kind: K,
  ): Promise<K extends 'pointers' ? PointerEntry : VersionEntry> {
    const { logs, id } = registry()
    const log = kind === 'pointers' ? POINTER : VERSIONS
    const record = await logs.tip(log)
    if (record === null) throw new Error(`${log} is empty`)
    return readEntry(kind, log, record, id).entry as K extends 'pointers' ? PointerEntry : VersionEntry
  }

  /** The findings of a full fsck; an error of any other kind fails the test. */
  async function findings(): Promise<readonly Finding[]> {
    try {
      const ctx = await openRegistry({ dir, actor: ANA })
      return (await fsck(ctx, { readData: true, repair: false })).data.findings
    } catch (error) {
      if (error instanceof AishipError && error.code === 'FINDINGS') return error.details.findings as readonly Finding[]
      throw error
    }
  }

  return {
    ...{ dir, registry, change, setUp, newest, findings },
    /** Every move that was acknowledged: its op, and the entry that it must be for ever. */
    promised: new Map<string, string>(),
  }
}

const YAML = `version: 1
app: app
components:
  model: {role: model-weights, path: model.bin}
  prompts: {role: prompt, path: prompts}
  params: {role: hyperparameters, path: params.json}
  llm: {role: model, value: {provider: acme, model: chat-2026-08-01}}
pointers:
  prod: {}
`

/** A command that has something to do now. */
async function choose(site: Site, n: number): Promise<{ verb: Verb; words: string[] }> {
  const [pointer, version] = [await site.newest('pointers'), await site.newest('versions')]
  const verb = VERBS[pick(3)] as Verb
  if (verb === 'bundle') {
    site.change(1000 + n)
    return { verb, words: ['bundle', '-m', `release ${n}`] }
  }
  if (verb === 'rollback' && pointer.back !== null) {
    return {
      verb,
      words: [
        'rollback',
        'prod',
        '--to',
        `v${await servedBefore(site, pointer)}`,
        '--reason',
        'chaos',
        ...(random() < 0.5 ? ['--no-mark'] : []),
      ],
    }
  }
  const current = pointer.route?.arms.stable?.version
  const others = Array.from({ length: version.seq }, (_, i) => `v${i + 1}`).filter((one) => one !== current)
  return {
    verb: 'promote',
    words: ['promote', others[pick(others.length)] as string, 'prod', '--override', 'chaos', '--yes'],
  }
}

/** The version of another bundle that the pointer has served. */
async function servedBefore(site: Site, newest: PointerEntry): Promise<string> {
  const { logs, id } = site.registry()
  for (;;) {
    const record = await logs.read(POINTER, 1 + pick(newest.seq))
    if (record === null) throw new Error('an entry is gone')
    const arm = readEntry('pointers', POINTER, record, id).entry.route?.arms.stable
    if (arm !== undefined && arm.bundle !== newest.to) return arm.version.slice(1)
  }
}

function momentFor(verb: Verb, folder: string): Moment {
  const { whole, commit } = timing[verb]
  // Uniformly over the whole run, and half of the time over what comes after the commit, which is short.
  if (random() < 0.5) return { kind: 'after-start', ms: random() * median(whole) }
  return { kind: 'after-commit', folder, ms: random() * Math.max(1, median(whole) - median(commit)) }
}

async function attack(site: Site, n: number): Promise<void> {
  const { verb, words } = await choose(site, n)
  const op = randomUUID()
  const log = verb === 'bundle' ? VERSIONS : POINTER
  const folder = join(site.dir, '.aiship', 'logs', log)
  const before = await site.registry().logs.tip(log)
  const isMeasured = timing[verb].whole.length < 5
  const moment: Moment = isMeasured ? { kind: 'never' } : momentFor(verb, folder)
  const outcome = await runAiship(site.dir, [...words, '--op', op], moment, folder)
  const after = await site.registry().logs.tip(log)
  if (before === null || after === null) throw new Error(`${log} is empty`)

  const isCommitted = after.seq === before.seq + 1
  if (isCommitted) {
    const { entry } =
      log === VERSIONS
        ? readEntry('versions', log, after, site.registry().id)
        : readEntry('pointers', log, after, site.registry().id)
    expect(entry.op).toBe(op)
  } else {
    expect(after).toEqual(before)
  }
  if (outcome.printed?.ok === true) {
    // Acknowledged: from now on it must be there.
    expect(isCommitted || !outcome.printed.changed).toBe(true)
    site.promised.set(op, `${log}@${after.seq}`)
    counts.acknowledged++
    if (outcome.killed) counts.diedAfter++
  }
  count(verb, outcome, isCommitted)
  const findings = await site.findings()
  expect(findings.filter((finding) => !LEFTOVERS.has(finding.id))).toEqual([])
  counts.leftovers += findings.length
  if (outcome.killed && random() < 0.1) await resume(site, words, op, log, isCommitted)
}

function count(verb: Verb, outcome: Outcome, isCommitted: boolean): void {
  if (outcome.killed) {
    counts.kills++
    counts[isCommitted ? 'after' : 'before']++
    byVerb[verb][isCommitted ? 'after' : 'before']++
    return
  }
  expect([outcome.code, outcome.stderr, outcome.printed?.ok]).toEqual([0, expect.any(String), true])
  counts.finished++
  timing[verb].whole.push(outcome.ms)
  if (outcome.commitMs !== null) timing[verb].commit.push(outcome.commitMs)
}

/** The same command with the same --op settles what the killed one left: done once, whoever did it. */
async function resume(
  site: Site,
  words: readonly string[],
  op: string,
  log: string,
  wasCommitted: boolean,
): Promise<void> {
  const before = await site.registry().logs.tip(log)
  const again = await runAiship(
    site.dir,
    [...words, '--op', op],
    { kind: 'never' },
    join(site.dir, '.aiship', 'logs', log),
  )
  expect([again.code, again.printed?.ok], again.stderr).toEqual([0, true])
  const after = await site.registry().logs.tip(log)
  expect(after?.seq).toBe((before?.seq ?? 0) + (wasCommitted ? 0 : 1))
  if (wasCommitted) expect(again.printed?.changed).toBe(false)
  site.promised.set(op, `${log}@${after?.seq}`)
  counts.resumed++
}

/** At the end of a registry's use: everything that was ever acknowledged is there, and it goes on working. */
async function settle(site: Site): Promise<void> {
  const { logs, id } = site.registry()
  for (const [op, where] of site.promised) {
    const [log = '', seq] = where.split('@')
    const record = await logs.read(log, Number(seq))
    expect(record, `${where}, acknowledged as ${op}, is gone`).not.toBeNull()
    if (record !== null)
      expect(
        (log === VERSIONS ? readEntry('versions', log, record, id) : readEntry('pointers', log, record, id)).entry.op,
      ).toBe(op)
  }
  const version = (await site.newest('versions')).seq
  for (const words of [
    ['promote', `v${version}`, 'prod', '--override', 'end', '--yes'],
    ['fsck', '--read-data', '--repair'],
  ]) {
    const done = await runAiship(site.dir, words, { kind: 'never' }, site.dir)
    expect([done.code, done.printed?.ok], done.stderr).toEqual([0, true])
  }
  const left = (await site.findings()).filter(
    (finding) => finding.id !== 'tmpLeftover' && finding.id !== 'labelMissing',
  )
  expect(left).toEqual([])
}

describe(`${KILLS} kill -9 at random moments of bundle, promote and rollback`, () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'aiship-kill-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('no acknowledged move is lost, the registry stays readable, fsck finds leftovers only', {
    timeout: 900_000,
  }, async () => {
    process.stdout.write(`seed ${seed}\n`)
    const began = performance.now()
    let sites = 0
    let n = 0
    let failure: unknown = null
    const useSites = async (): Promise<void> => {
      while (counts.kills < KILLS && failure === null) {
        const site = makeSite(join(dir, `site-${sites++}`))
        await site.setUp()
        const goal = Math.min(KILLS, counts.kills + KILLS_EACH * AT_ONCE)
        for (let tries = 0; tries < 2 * KILLS_EACH && counts.kills < goal; tries++) await attack(site, n++)
        await settle(site)
        rmSync(site.dir, { recursive: true })
      }
    }
    const note = (error: unknown): void => {
      failure ??= error
    }
    await Promise.all(Array.from({ length: AT_ONCE }, () => useSites().catch(note)))
    if (failure !== null) throw failure
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    const shares = VERBS.map(
      (verb) =>
        `${verb} ${byVerb[verb].before}/${byVerb[verb].after} (${median(timing[verb].commit).toFixed(0)} of ${median(timing[verb].whole).toFixed(0)} ms)`,
    )
    process.stdout.write(
      `${counts.kills} kills in ${seconds} s, before/after the commit point ${counts.before}/${counts.after}: ${shares.join(', ')}\n`,
    )
    process.stdout.write(
      `${counts.acknowledged} moves acknowledged (${counts.diedAfter} by a process that was then killed), ${counts.finished} ran to the end, ${counts.resumed} settled with --op, ${counts.leftovers} leftovers seen, ${sites} registries\n`,
    )
    expect(counts.kills).toBeGreaterThanOrEqual(KILLS)
    expect(counts.before).toBeGreaterThanOrEqual(counts.kills / 5)
    expect(counts.after).toBeGreaterThanOrEqual(counts.kills / 5)
    for (const verb of VERBS) expect(byVerb[verb].before + byVerb[verb].after).toBeGreaterThan(counts.kills / 10)
    expect(readdirSync(dir)).toEqual([])
  })
})
