import { randomInt, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEntry } from '../../src/core/entry.ts'
import type { PointerEntry, VersionEntry } from '../../src/core/model.gen.ts'
import type { LogRecord, Registry } from '../../src/core/ports.ts'
import { startSession } from '../cli/transcript.ts'
import { write } from '../hostile/outcome.ts'
import { openBucket, openMade, removeDirs } from '../registries/bucket.ts'
import { type Desk, release, startDesk } from '../registries/desk.ts'
import { type S3Process, startS3Process } from '../s3/process.ts'
import { REAL, type Store, sayIfAbsent } from '../s3/real.ts'
import { OWNER } from '../s3/server.ts'
import { runAiship } from './victim.ts'

// Commands against a bucket that are killed at any moment: what was acknowledged is there, and the registry is sound.
// AISHIP_TEST_S3_KILLS sets how many; a few hundred take minutes.

const KILLS = Number(process.env.AISHIP_TEST_S3_KILLS ?? 20)
const POINTER = 'pointers/scorer/prod'
const VERSIONS = 'versions/scorer'
const VERBS = ['bundle', 'promote', 'rollback'] as const
/** What an interrupted command may leave: shortcuts that are behind, marks and labels that the next command writes. */
const LEFTOVERS = new Set(['hintStale', 'indexMissing', 'markMissing', 'labelMissing'])

const session = startSession('scripts')
let double: S3Process
beforeAll(async () => {
  double = await startS3Process(session.dir)
})
afterAll(async () => {
  await double.close()
  session.end()
  removeDirs()
})

sayIfAbsent('kills of commands against a real bucket', REAL, 'AISHIP_TEST_S3_ENDPOINT')
const STORES: Readonly<Record<string, () => Store>> = {
  'the double': () => ({ name: 'the double', endpoint: double.endpoint, region: 'us-east-1', key: OWNER }),
  ...(REAL === null ? {} : { 'a real server': () => REAL as Store }),
}

const tip = async ({ logs }: Registry, log: string): Promise<LogRecord> => {
  const record = await logs.tip(log)
  if (record === null) throw new Error(`${log} is empty`)
  return record
}

async function findings(desk: Desk): Promise<readonly string[]> {
  const { stdout } = await desk.run('fsck --read-data --json')
  const { ok, data, error } = JSON.parse(stdout)
  const found: readonly { readonly id: string }[] = ok ? data.findings : (error.details.findings ?? [error])
  return found.map(({ id }) => id).filter((id) => !LEFTOVERS.has(id))
}

test.each(Object.keys(STORES))(`${KILLS} kills of commands against %s`, { timeout: 1_200_000 }, async (name) => {
  const store = (STORES[name] as () => Store)()
  const desk = startDesk(store, { key: store.key, prefix: `kill-${Date.now()}` })
  const promised = new Map<string, readonly [string, number]>()
  const counts = { before: 0, after: 0, finished: 0, resumed: 0 }
  const whole: Record<string, number> = { bundle: 900, promote: 500, rollback: 500 }
  // Looks from another machine: what the killed one keeps says nothing.
  const look = async () => (await openBucket(store, desk)).registry
  try {
    await openMade(store, { ...desk, key: store.key })
    await release(desk)
    // What comes after the commit is short: it goes on until both sides have been hit.
    const isEnough = (): boolean => counts.before + counts.after >= KILLS && Math.min(counts.before, counts.after) > 0
    for (let n = 0; n < 10 * KILLS && !isEnough(); n++) {
      const registry = await look()
      const [pointer, version] = [await tip(registry, POINTER), await tip(registry, VERSIONS)]
      const serving = readEntry('pointers', POINTER, pointer, registry.id).entry.route?.arms.stable?.version
      const verb = VERBS[randomInt(3)] as (typeof VERBS)[number]
      const log = verb === 'bundle' ? VERSIONS : POINTER
      const target = serving === 'v1' ? `v${version.seq}` : 'v1'
      if (verb === 'bundle')
        write(desk.dir, { 'prompts/system.txt': `prompt ${n}\n`, 'model.bin': Buffer.alloc(200_000, n) })
      const words = {
        bundle: ['bundle', '-m', `release ${n}`],
        promote: ['promote', target, 'prod', '--override', 'chaos', '--yes'],
        rollback: ['rollback', 'prod', '--to', target === 'v1' ? 'v1' : 'v2', '--no-mark', '--reason', 'chaos'],
      }[verb]
      const op = randomUUID()
      const isMeasured = n < 6
      const moment = isMeasured
        ? ({ kind: 'never' } as const)
        : ({
            kind: 'after-start',
            ms: (n % 2 === 0 ? Math.random() : 0.7 + 0.4 * Math.random()) * (whole[verb] as number),
          } as const)
      const before = log === VERSIONS ? version : pointer
      const outcome = await runAiship(desk.dir, [...words, '--op', op], moment, desk.dir, desk.env)
      if (!outcome.killed) whole[verb] = 0.5 * (whole[verb] as number) + 0.5 * outcome.ms

      const after = await tip(await look(), log)
      const isCommitted = after.seq === before.seq + 1
      const opOf = (record: LogRecord): string =>
        (
          (log === VERSIONS
            ? readEntry('versions', log, record, registry.id)
            : readEntry('pointers', log, record, registry.id)
          ).entry as PointerEntry | VersionEntry
        ).op
      if (isCommitted) expect(opOf(after)).toBe(op)
      else expect(after).toEqual(before)
      if (outcome.killed) counts[isCommitted ? 'after' : 'before']++
      else counts.finished++
      if (outcome.printed?.ok === true) {
        expect(isCommitted || !outcome.printed.changed).toBe(true)
        if (isCommitted) promised.set(op, [log, after.seq])
      } else if (!outcome.killed) throw new Error(`${words.join(' ')}: ${JSON.stringify(outcome)}`)
      if (outcome.killed && Math.random() < 0.2) {
        const again = await runAiship(desk.dir, [...words, '--op', op], { kind: 'never' }, desk.dir, desk.env)
        expect([again.code, again.printed?.ok, again.stderr]).toEqual([0, true, ''])
        if (isCommitted) expect(again.printed?.changed).toBe(false)
        counts.resumed++
      }
      if (n % 10 === 0) expect(await findings(desk)).toEqual([])
    }
    const registry = await look()
    for (const [op, [log, seq]] of promised) {
      const record = await registry.logs.read(log, seq)
      expect(record === null ? null : JSON.parse(Buffer.from(record.bytes).toString()).op, `${log}@${seq}`).toBe(op)
    }
    expect(await findings(desk)).toEqual([])
    process.stdout.write(`${name}: ${JSON.stringify({ ...counts, acknowledged: promised.size })}\n`)
    expect(isEnough()).toBe(true)
  } finally {
    desk.end()
  }
})
