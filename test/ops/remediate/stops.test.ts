import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { repairView } from '../../../src/cli/repair-view.ts'
import { inkFor, type Style } from '../../../src/cli/style.ts'
import { wordsOf } from '../../../src/core/follow.ts'
import type { RepairStatus } from '../../../src/core/model.gen.ts'
import { closedRepairs } from '../../../src/ops/remediation-repairs.ts'
import { refusal } from '../context.ts'
import { human } from '../registry.ts'
import { type Desk, makeDesk } from './desk.ts'
import { BAD, GOOD } from './plans.ts'

let desk: Desk
beforeEach(() => {
  desk = makeDesk()
})
afterEach(() => desk.end())

/** A plan whose diff ana has approved. */
async function approved(count: number, options: Parameters<Desk['planned']>[1] = {}) {
  const made = await desk.planned(count, options)
  await desk.approve(made.plan, human('ana'), options.manual === undefined ? null : 'we looked at each')
  return made
}

/** Each effect once, and only those of the work. */
function exactly(work: readonly { readonly key: string }[]): void {
  expect(
    desk
      .effects()
      .map(({ key }) => key)
      .sort(),
  ).toEqual(work.map(({ key }) => key).sort())
}

describe('it stops by itself', () => {
  test('after five failures in a row; what failed is sent again when it goes on', async () => {
    const { plan, work } = await approved(300)
    const error = await refusal(desk.apply(plan, { fail: true }), 'BREAKER_OPEN')
    expect(error.exit).toBe(6)
    expect(error.next).toEqual([`aiship remediate resume ${plan.slice(7, 19)}`])
    const { failed } = desk.journal(plan, 300).state.counts()
    expect(failed).toBeGreaterThanOrEqual(5)
    expect(failed).toBeLessThan(20)
    expect((await desk.log(plan)).at(-1)).toMatchObject({ action: 'paused', reason: '5 failures in a row' })
    await refusal(desk.apply(plan), 'OUT_OF_ORDER')
    await desk.resume(plan, {})
    exactly(work)
  })

  test('when too many are conflicts', async () => {
    const { plan, work } = await approved(400)
    const decided = work.filter((_, i) => i % 8 === 0).map(({ entity }) => entity)
    const error = await refusal(desk.apply(plan, { conflict: decided }), 'BREAKER_OPEN')
    expect(error.message).toMatch(/26 of the last \d+ were conflicts/)
    expect(desk.effects().length).toBeLessThan(250)
    // Somebody has looked, and lets it go on.
    const breaker = { in_a_row: 5, failed_share: 0.02, conflict_share: 0.5 }
    const { data } = await desk.resume(plan, { conflict: decided }, { with: { breaker } })
    expect(data.counts).toMatchObject({ conflict: 50, applied: 350 })
  })

  test('after a stage, and goes on where it was', async () => {
    const { plan, work } = await approved(50)
    const staged = { with: { pause: true, stages: [10, 30] } }
    const first = await desk.apply(plan, {}, staged)
    expect(first.data).toMatchObject({ step: 'paused', counts: { applied: 10, not_sent: 40 } })
    exactly(work.slice(0, 10))
    await desk.resume(plan)
    exactly(work.slice(0, 30))
    expect((await desk.resume(plan)).data.step).toBe('closed')
    exactly(work)
    expect((await desk.log(plan)).map(({ action, stage }) => `${action} ${stage ?? ''}`.trim()).slice(4)).toEqual([
      ...['applying', 'stage 10', 'paused', 'resumed', 'stage 30', 'paused', 'resumed', 'closed'],
    ])
  })

  test('when verify fails after a stage', async () => {
    const { plan, work } = await approved(50)
    const verify = [
      process.execPath,
      '-e',
      'console.log("12 customers called"); process.exit(process.env.AISHIP_STAGE === "10" ? 1 : 0)',
    ]
    const error = await refusal(desk.apply(plan, {}, { with: { stages: [10], verify } }), 'VERIFY_FAILED')
    expect(error.message).toMatch(/after 10 items, verify ended with exit code 1: 12 customers called; 10 of 50/)
    exactly(work.slice(0, 10))
    await desk.resume(plan)
    exactly(work)
  })

  test('before it begins, and while it runs, where the bad bundle is served', async () => {
    const { plan, work } = await approved(60)
    const serve = (bundle: typeof BAD) =>
      desk.stage.write('prod', {
        route: {
          arms: { stable: { bundle, version: 'v1' } },
          serve: [{ to: { stable: 100_000 } }],
          fallback: 'stable',
        },
      })
    await serve(BAD)
    await refusal(desk.apply(plan), 'SERVED_AGAIN')
    expect(desk.effects()).toEqual([])
    await serve(GOOD)
    const running = desk.apply(plan, { slow: 40 }, { with: { concurrency: 1 } })
    await expect.poll(() => desk.effects().length).toBeGreaterThan(2)
    await serve(BAD)
    const error = await refusal(running, 'SERVED_AGAIN')
    expect(error.message).toMatch(/prod serves the bad bundle since entry 3; \d+ of 60 items are done/)
    expect(desk.effects().length).toBeLessThan(60)
    await serve(GOOD)
    await desk.resume(plan, {})
    exactly(work)
  })

  test('when it is interrupted, once what is on its way has come back', async () => {
    const { plan, work } = await approved(60)
    const stopper = new AbortController()
    const running = desk.apply(plan, { slow: 30 }, { with: { concurrency: 2 } }, { signal: stopper.signal })
    await expect.poll(() => desk.effects().length).toBeGreaterThan(2)
    stopper.abort('SIGINT')
    const error = await refusal(running, 'INTERRUPTED')
    expect(error.exit).toBe(130)
    expect(error.next).toEqual([`aiship remediate resume ${plan.slice(7, 19)}`])
    const counts = desk.journal(plan, 60).state.counts()
    expect(counts.in_doubt).toBe(0)
    expect(counts.applied).toBe(desk.effects().length)
    await desk.resume(plan)
    exactly(work)
  })

  test('when somebody pauses it elsewhere', async () => {
    const { plan, work } = await approved(60)
    const running = desk.apply(plan, { slow: 40 }, { with: { concurrency: 1 } })
    await expect.poll(() => desk.effects().length).toBeGreaterThan(1)
    expect(await desk.status(plan)).toMatchObject({ step: 'applying', running: true, host: 'laptop' })
    const style: Style = {
      ...(await inkFor(false)),
      command: String,
      now: new Date(),
      columns: 80,
      verbose: false,
      quiet: false,
    }
    const seen = repairView((await desk.status(plan)) as RepairStatus, style)
    expect(seen).toMatch(/\d+ on their way/)
    const { data } = await desk.pause(plan)
    expect(repairView(data, style)).toMatch(/\d+ on their way/)
    const error = await refusal(running, 'HELD')
    expect(repairView((await desk.status(plan)) as RepairStatus, style)).not.toContain('on their way')
    expect(error.message).toMatch(/paused by ben: the mailbox is slow/)
    await refusal(desk.apply(plan), 'OUT_OF_ORDER')
    await desk.resume(plan, {})
    exactly(work)
  })

  test('when somebody aborts it: what was done is sealed, the rest never sent', async () => {
    const { plan } = await approved(60)
    const running = desk.apply(plan, { slow: 40 }, { with: { concurrency: 1 } })
    await expect.poll(() => desk.effects().length).toBeGreaterThan(1)
    await desk.abort(plan)
    await refusal(running, 'OUT_OF_ORDER')
    const { counts } = (await desk.receipt(plan)).data
    expect(counts.applied).toBe(desk.effects().length)
    expect(counts.not_sent).toBe(60 - desk.effects().length)
    await refusal(desk.resume(plan), 'OUT_OF_ORDER')
  })
})

describe('what was answered is told', () => {
  test('where the breaker opens, and by the status of what is paused', async () => {
    const { plan, work } = await approved(30)
    const failing = { conflict: [work[1]?.entity], done: true, says: 'is it "done"?' }
    const error = await refusal(desk.apply(plan, failing, { with: { concurrency: 1 } }), 'BREAKER_OPEN')
    const answers = [
      { status: 'failed', note: 'it answered the status "done"', count: 6, entity: 'order:000000', key: work[0]?.key },
      { status: 'conflict', note: 'decided again', count: 1, entity: 'order:000001', key: work[1]?.key },
    ]
    expect(error.hint).toBe(
      '6 failed, e.g. order:000000: it answered the status "done"; 1 left alone (conflict), e.g. order:000001: decided again; the hook printed: is it "done"?',
    )
    expect(error.details).toMatchObject({ answers, hook_stderr: 'is it "done"?' })
    expect((await desk.status(plan))?.answers).toEqual(answers)
    await desk.resume(plan, {})
    expect((await desk.status(plan))?.answers).toEqual([])
  })

  test.each([
    [
      'that dies',
      { dieOn: true, says: 'no token' },
      /in doubt, e.g. order:000000: the hook ended with exit code 4: no token/,
    ],
    ['that says nothing', { silent: true }, /5 in doubt, e.g. order:000000: no answer within 300 ms$/],
    ['that answers otherwise', { done: true }, /failed, e.g. order:000000: it answered the status "done"$/],
  ])('by a dry run of a hook %s, which is what is done again', async (_, options, hint) => {
    const { plan } = await desk.planned(30)
    const typed = { concurrency: 5, deadline_ms: 300, env: ['TOKEN'] }
    const error = await refusal(desk.apply(plan, options, { dry: true, with: typed }), 'BREAKER_OPEN')
    expect(error.hint).toMatch(hint)
    expect(error.next).toHaveLength(1)
    const [, hook, rest] =
      /^aiship remediate apply [0-9a-f]{12} --hook '(.*)' (--env TOKEN --dry-run)$/.exec(error.next[0] ?? '') ?? []
    expect(wordsOf(wordsOf(`'${hook}'`, '--hook')[0] as string, '--hook')).toEqual(
      desk.input(plan, options).options.hook,
    )
    expect(rest).toBe('--env TOKEN --dry-run')
  })

  test('of the few that failed where the rest was done', async () => {
    const { plan, work } = await approved(30)
    const failing = { fail: [work[3]?.entity] }
    expect((await desk.apply(plan, failing, { dry: true })).data.answers).toMatchObject([
      { note: 'no such order', count: 1 },
    ])
    const error = await refusal(desk.apply(plan, failing), 'ITEMS_OPEN')
    expect(error.hint).toBe('1 failed, e.g. order:000003: no such order')
  })

  test('three notes of a status at most, the commonest first', async () => {
    const { plan, work } = await approved(9)
    const named = work.map(({ entity }) => entity)
    const more = { irreversible: named.slice(0, 2), each: named.slice(2, 7) }
    const { data } = await desk.apply(plan, more, { with: { pause: true, stages: [8] } })
    expect(data.answers.map(({ status, count }) => [status, count])).toEqual([
      ['irreversible', 2],
      ...Array(3).fill(['conflict', 1]),
    ])
  })
})

test('a dry run goes through the hook, and leaves nothing', async () => {
  const { plan } = await desk.planned(80)
  const { data, changed } = await desk.apply(plan, { conflict: ['order:000003'] }, { dry: true })
  expect(changed).toBe(false)
  expect(data).toMatchObject({ step: 'dry', counts: { applied: 79, conflict: 1 } })
  expect(desk.effects()).toEqual([])
  expect((await desk.log(plan)).map(({ action }) => action)).toEqual(['planned', 'replayed', 'diffed'])
  await refusal(desk.apply(plan), 'NOT_APPROVED')
})

test('what is closed stays closed, whatever comes after it in the log', async () => {
  const { plan } = await approved(4)
  const { data } = await desk.apply(plan)
  await desk.addStep(plan, { action: 'replayed', objects: [] }, human('eve'))
  expect(await desk.status(plan)).toMatchObject({ step: 'closed', receipt: data.receipt })
  await refusal(desk.abort(plan), 'OUT_OF_ORDER')
  expect((await desk.apply(plan)).data).toMatchObject({ step: 'closed', receipt: data.receipt })
  await desk.addStep(plan, { action: 'closed', receipt: BAD, objects: [] }, human('eve'))
  expect(await desk.status(plan)).toMatchObject({ receipt: data.receipt })
})

describe('an undo', () => {
  test('takes back what was applied, with what the hook gave for it, last first, under other keys', async () => {
    const { plan, work } = await approved(12, { each: 3 })
    await desk.apply(plan, { undo: true, irreversible: ['order:000001'] })
    const { data } = await desk.undo(plan)
    expect(data).toMatchObject({ items: 9 })
    await refusal(desk.apply(data.plan), 'NOT_APPROVED')
    const before = await desk.log(data.plan)
    const shown = await desk.diff(data.plan)
    expect(shown).toMatchObject({ changed: false, data: { diff: data.diff, undoes: data.undoes, work: 9, by: [] } })
    expect(shown.data.moves).toEqual([{ from: 'release', to: 'block', count: 9, value: 0 }])
    expect(shown.data.examples[0]).toMatchObject({ entity: 'order:000000', from: 'release', to: 'block', ts: null })
    expect(await desk.log(data.plan)).toEqual(before)
    await desk.approve(data.plan)
    await desk.apply(data.plan, { undo: true })
    const undone = desk.effects().slice(9)
    expect(undone.map(({ action, undo }) => ({ action, undo }))).toEqual(
      Array(9).fill({ action: 'block', undo: { was: 'block' } }),
    )
    expect(new Set(desk.effects().map(({ key }) => key)).size).toBe(18)
    for (const entity of ['order:000000', 'order:000002', 'order:000003']) {
      const mine = work.filter((one) => one.entity === entity)
      expect(undone.filter((one) => one.entity === entity)).toHaveLength(mine.length)
    }
    expect(await desk.undo(plan)).toMatchObject({ changed: true })
  })

  test('of an undo, and a repair after that, never meet a key again', async () => {
    const { plan } = await approved(4)
    const { data } = await desk.apply(plan, { undo: true })
    const keys = new Set(desk.effects().map(({ key }) => key))
    let last = data.receipt as string
    for (let round = 0; round < 3; round++) {
      const undo = (await desk.undo(last)).data
      await desk.approve(undo.plan)
      last = (await desk.apply(undo.plan, { undo: true })).data.receipt as string
      const fresh = desk
        .effects()
        .slice(-4)
        .map(({ key }) => key)
      for (const key of fresh) expect(keys.has(key)).toBe(false)
      for (const key of fresh) keys.add(key)
    }
    expect(keys.size).toBe(16)
  })

  test('makes plans of before it out of date: their keys were used', async () => {
    const { plan, work } = await approved(6)
    const later = await desk.planned(6)
    await desk.approve(later.plan)
    await desk.apply(plan, { undo: true })
    const undo = (await desk.undo(plan)).data
    await desk.approve(undo.plan)
    await desk.apply(undo.plan)
    expect(later.work.map(({ key }) => key)).toEqual(work.map(({ key }) => key))
    const error = await refusal(desk.apply(later.plan), 'OUT_OF_ORDER')
    expect(error.next).toEqual([`aiship remediate refresh ${later.plan.slice(7, 19)}`])
    await refusal(desk.approve(later.plan), 'OUT_OF_ORDER')
    expect(desk.effects()).toHaveLength(12)
  })

  test('of what the mailbox of the example did is done by it', async () => {
    const { plan, work } = await approved(8)
    const file = join(desk.home, 'mailbox.jsonl')
    const lies = work.map(({ entity, expected: { action, request_id: by } }) => ({ entity, action, by }))
    fs.writeFileSync(file, lies.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const hook = [
      process.execPath,
      join(import.meta.dirname, '../../../examples/spam-filter/mailbox.mjs'),
      'hook',
      file,
    ]
    await desk.apply(plan, {}, { with: { hook } })
    const undo = (await desk.undo(plan)).data
    await desk.approve(undo.plan)
    const { data } = await desk.apply(undo.plan, {}, { with: { hook } })
    expect(data.counts).toMatchObject({ applied: 8, conflict: 0 })
    const actions = new Map<string, string>()
    for (const line of fs
      .readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one)))
      actions.set(line.entity, line.action)
    expect([...actions.values()]).toEqual(Array(8).fill('block'))
  })

  test('says of how many items nothing is left to take them back with', async () => {
    const { plan } = await approved(4)
    await desk.apply(plan, { undo: ['order:000001'] })
    await desk.undo(plan)
    expect(desk.warnings()).toEqual([expect.stringMatching(/^of 4 items, 3 have no undo from the hook/)])
  })

  test('is known to who looks again: what was put right, and what was taken back', async () => {
    const { plan } = await approved(6)
    const look = async () => (await closedRepairs(desk.context(), [BAD])).map(({ plan, done }) => ({ plan, done }))
    expect(await look()).toEqual([])
    await desk.apply(plan, { irreversible: ['order:000001'] })
    expect(await look()).toEqual([{ plan, done: 5 }])
    expect(await closedRepairs(desk.context(), [GOOD])).toEqual([])
    const undo = (await desk.undo(plan)).data
    expect(desk.warnings()).toEqual([])
    await desk.approve(undo.plan)
    await desk.apply(undo.plan)
    expect(await look()).toEqual([])
    await desk.undo(plan)
    expect(desk.warnings()).toEqual([
      `receipt ${undo.undoes.slice(7, 19)} was taken back already, by plan ${undo.plan.slice(7, 19)}`,
    ])
  })

  test('of what is not closed is refused', async () => {
    const { plan } = await approved(4)
    await refusal(desk.undo(plan), 'OUT_OF_ORDER')
  })
})
