import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { journalText } from '../../../src/core/journal.ts'
import { hooksOf } from '../../../src/serving/hook.ts'
import { openJournal } from '../../../src/store/journal.ts'
import { onSmallDisk } from '../../store/small-disk.ts'
import { refusal } from '../context.ts'
import { human } from '../registry.ts'
import { type Desk, HOOK, makeDesk } from './desk.ts'

// Who runs a repair: another machine, a process that was killed, a hook that outlived it.

let desk: Desk
beforeEach(() => {
  desk = makeDesk()
})
afterEach(() => desk.end())

async function approved(count: number) {
  const made = await desk.planned(count)
  await desk.approve(made.plan)
  return made
}

const keysOf = (some: readonly { readonly key: string }[]): readonly string[] => some.map(({ key }) => key).sort()

test('of two machines that begin at once one does, and the other is told who', async () => {
  const { plan, work } = await approved(40)
  const both = await Promise.allSettled([
    desk.apply(plan, { slow: 5 }, {}, { machine: 'laptop' }),
    desk.apply(plan, { slow: 5 }, {}, { machine: 'desktop' }),
  ])
  const lost = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(lost.reason).toMatchObject({
    code: 'RUNNING_ALREADY',
    message: expect.stringMatching(/is applied by ana on (laptop|desktop) since /),
  })
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
})

test('a second one on the same machine is refused while the first runs', async () => {
  const { plan, work } = await approved(40)
  const running = desk.apply(plan, { slow: 20 }, { with: { concurrency: 1 } })
  await expect.poll(() => desk.effects().length).toBeGreaterThan(0)
  await refusal(desk.resume(plan, {}), 'RUNNING_ALREADY')
  await running
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
})

/** As a machine leaves it that lost its power in a run: the log says that it runs, and so does its journal. */
async function dead(plan: `sha256:${string}`, items: number, machine: string): Promise<void> {
  const { journal, diff } = {
    journal: openAt(plan, machine),
    diff: (await desk.log(plan)).findLast(({ action }) => action === 'diffed')?.diff,
  }
  journal.claim('op-dead')
  journal.read(() => {})
  const boot = 'a boot before'
  const options = {
    ...{
      hook: [process.execPath, HOOK, join(desk.home, 'effects.jsonl'), '{}'],
      env: [],
      rate: null,
      concurrency: 4,
      deadline_ms: 5000,
      attempts: 8,
    },
    ...{
      stages: [],
      pause: false,
      verify: null,
      verify_ms: 1000,
      breaker: { in_a_row: 5, failed_share: 0.02, conflict_share: 0.05 },
    },
  }
  const process_ = { pid: 1, host: hooksOf({}, new AbortController().signal).own.host, boot, started: '1' }
  const sent = Array.from({ length: items }, (_, i) => i)
  journal.append([
    {
      t: 'open',
      plan,
      diff: diff ?? plan,
      items,
      generation: 1,
      op: 'op-dead',
      host: machine,
      process: process_,
      at: '2026-10-01T12:00:00.000Z',
      options,
    },
    { t: 'group', sent, acks: [] },
    { t: 'group', sent: [], acks: [{ i: 0, s: 'applied' }] },
  ])
  journal.close()
  const approval = (await desk.log(plan)).findLast(({ action }) => action === 'approved')?.seq ?? null
  await desk.addStep(
    plan,
    { action: 'applying', diff: diff ?? null, approval, generation: 1, host: machine },
    human('ana'),
    'op-dead',
  )
}

function openAt(plan: string, machine: string) {
  const top = join(desk.home, machine, '.aiship')
  return openJournal(top, join(top, 'remediations', desk.registry.id, 'fraud', plan.slice(7)))
}

test('one that was cut off goes on here by itself, and sends what has no answer', async () => {
  const { plan, work } = await approved(10)
  await dead(plan, 10, 'laptop')
  expect(await desk.status(plan)).toMatchObject({
    step: 'applying',
    running: false,
    counts: { applied: 1, in_doubt: 9 },
  })
  await desk.resume(plan)
  // The journal says that the first was done.
  expect(keysOf(desk.effects())).toEqual(keysOf(work.slice(1)))
  expect(desk.effects().every(({ attempt }) => attempt === 2)).toBe(true)
})

test('one of another machine is taken over only on somebody’s word, and all that it may have sent is sent again', async () => {
  const { plan, work } = await approved(10)
  await dead(plan, 10, 'desktop')
  const error = await refusal(desk.resume(plan, {}), 'RUNNING_ALREADY')
  expect(error.message).toMatch(/is applied by ana on desktop since/)
  expect(error.next[0]).toMatch(/remediate resume [0-9a-f]{12} --take-over$/)
  await desk.resume(plan, {}, { takeOver: true })
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
  expect((await desk.receipt(plan)).data).toMatchObject({ counts: { applied: 10 }, hosts: ['laptop'] })
})

test('one that was taken over sends nothing more once it sees that', async () => {
  const { plan, work } = await approved(80)
  const running = desk.apply(plan, { slow: 40 }, { with: { concurrency: 1 } }, { machine: 'desktop' })
  await expect.poll(() => desk.effects().length).toBeGreaterThan(0)
  const taken = desk.resume(plan, { slow: 40 }, { takeOver: true, with: { concurrency: 1 } })
  const error = await refusal(running, 'OVERTAKEN')
  expect(error.exit).toBe(5)
  await taken
  expect(new Set(keysOf(desk.effects()))).toEqual(new Set(keysOf(work)))
})

test('one that was paused on another machine goes on here with its journal, without anybody being dead', async () => {
  const { plan, work } = await approved(30)
  await desk.apply(plan, { undo: true }, { with: { pause: true, stages: [10] } }, { machine: 'desktop' })
  await desk.resume(plan)
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
  expect((await desk.receipt(plan)).data.hosts).toEqual(['desktop', 'laptop'])
  // What the other machine's hook gave is in the receipt too.
  expect((await desk.results(plan)).every(({ undo }) => undo !== undefined)).toBe(true)
})

test('a hook that outlived its run is ended before the next one begins', async () => {
  const { plan, work } = await approved(10)
  const orphan = spawn(
    process.execPath,
    ['-e', 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1000)'],
    { detached: true, stdio: 'ignore' },
  )
  const own = hooksOf({}, new AbortController().signal).own
  await dead(plan, 10, 'laptop')
  const stat = fs.readFileSync(`/proc/${orphan.pid}/stat`, 'utf8')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string
  const journal = openAt(plan, 'laptop')
  journal.read(() => {})
  journal.append([{ t: 'hook', process: { ...own, pid: orphan.pid as number, started } }])
  journal.close()
  const ended = once(orphan, 'exit')
  const resumed = desk.resume(plan)
  // It is waited for first: it may be at an item.
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(desk.effects()).toEqual([])
  orphan.kill('SIGTERM')
  await ended
  await resumed
  expect(keysOf(desk.effects())).toEqual(keysOf(work.slice(1)))
})

test('where a power cut took the journal’s name, all of it is sent again with the same keys', async () => {
  const { plan, work } = await approved(10)
  await dead(plan, 10, 'laptop')
  fs.rmSync(openAt(plan, 'laptop').path)
  await desk.resume(plan, {})
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
  expect((await desk.receipt(plan)).data.counts).toMatchObject({ applied: 10 })
})

test('where it took the whole folder, somebody has to say that nothing runs', async () => {
  const { plan, work } = await approved(10)
  await dead(plan, 10, 'laptop')
  fs.rmSync(dirname(openAt(plan, 'laptop').path), { recursive: true })
  await refusal(desk.resume(plan, {}), 'RUNNING_ALREADY')
  expect(desk.effects()).toEqual([])
  await desk.resume(plan, {}, { takeOver: true })
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
})

test('a journal that is damaged in its middle is not guessed at', async () => {
  const { plan } = await approved(10)
  await dead(plan, 10, 'laptop')
  const { path } = openAt(plan, 'laptop')
  const text = fs.readFileSync(path, 'utf8').replace('"sent":[0,1,2', '"sent":[0,1,7')
  fs.writeFileSync(path, text)
  const error = await refusal(desk.resume(plan), 'CORRUPT')
  expect(error.message).toMatch(/the journal is damaged at byte/)
  expect(desk.effects()).toEqual([])
})

test('one that is damaged in its middle is closed with what is known of it', async () => {
  const { plan, work } = await approved(10)
  await dead(plan, 10, 'laptop')
  const { path } = openAt(plan, 'laptop')
  fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('"sent":[0,1,2', '"sent":[0,1,7'))
  expect(await desk.status(plan)).toMatchObject({ counts: { applied: 1, in_doubt: 9 } })
  await desk.abort(plan)
  expect((await desk.receipt(plan)).data.counts).toMatchObject({ applied: 1, in_doubt: 9, not_sent: 0 })
  expect((await desk.results(plan)).map(({ key }) => key)).toEqual(work.map(({ key }) => key))
})

test.each([
  ['emptied', () => ''],
  ['overwritten', () => 'no journal at all\n'],
  ['cut short', (text: string) => text.slice(0, 900)],
])('where it was %s, what an earlier run gave back to undo with comes from the registry', async (_, left) => {
  const { plan, work } = await approved(16)
  await desk.apply(plan, { undo: true }, { with: { pause: true, stages: [8] } })
  const { path } = openAt(plan, 'laptop')
  fs.writeFileSync(path, left(fs.readFileSync(path, 'utf8')))
  await desk.resume(plan, null, { with: { pause: false, stages: [] } })
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
  expect((await desk.results(plan)).every(({ undo }) => undo !== undefined)).toBe(true)
  expect(desk.warnings()).toEqual([expect.stringMatching(/journal of the run before has gone from this machine/)])
})

test('a sum tells one line from the same line elsewhere', () => {
  const line = { t: 'stage', done: 1 } as const
  expect(journalText(line, 'a'.repeat(16)).sum).not.toBe(journalText(line, 'b'.repeat(16)).sum)
})

test.skipIf(process.getuid?.() !== 0)('on a full disk it stops, and goes on when there is room', async () => {
  const disk = onSmallDisk(6)
  const { plan, work } = await approved(3000)
  fs.rmSync(join(desk.home, 'laptop'), { recursive: true })
  fs.symlinkSync(disk.dir, join(desk.home, 'laptop'))
  const options = { with: { concurrency: 64 } }
  disk.leave(0.1)
  const error = await refusal(desk.apply(plan, { undo: true }, options), 'DISK_FULL')
  expect(error.exit).toBe(8)
  expect(error.next).toEqual([`aiship remediate resume ${plan.slice(7, 19)}`])
  expect(desk.effects().length).toBeLessThan(3000)
  disk.leave(4)
  await desk.resume(plan, { undo: true }, options)
  expect(keysOf(desk.effects())).toEqual(keysOf(work))
})
