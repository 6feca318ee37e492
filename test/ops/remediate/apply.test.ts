import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from '../context.ts'
import { automation, human } from '../registry.ts'
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

describe('an approval', () => {
  test('is of one diff: another diff since is not approved', async () => {
    const { plan, work } = await approved(5)
    await desk.diffed(plan, work.slice(0, 4), null)
    const error = await refusal(desk.apply(plan), 'NOT_APPROVED')
    expect(error.exit).toBe(6)
    expect(error.next).toEqual([`aiship remediate approve ${plan.slice(7, 19)}`])
    expect(desk.effects()).toEqual([])
    await desk.approve(plan)
    await desk.apply(plan)
    exactly(work.slice(0, 4))
  })
  test('that names a diff is refused when that is not the newest', async () => {
    const { plan, work, diff } = await desk.planned(3)
    await desk.diffed(plan, work.slice(1), null)
    await refusal(desk.approve(plan, human('ana'), null, diff.slice(7, 19)), 'NOT_APPROVED')
  })
  test('is a person’s', async () => {
    const { plan } = await desk.planned(1)
    await refusal(desk.approve(plan, automation('retrain')), 'PERSON_NEEDED')
  })
  test('may be the author’s, unless the rules of the pointer ask for others', async () => {
    const { plan, work } = await desk.planned(2)
    desk.stage.configure('gates: {four: {approvals: 2}}\npointers: {prod: {require: [four]}}')
    await refusal(desk.approve(plan), 'PERSON_NEEDED')
    await desk.approve(plan, human('ben'))
    const error = await refusal(desk.apply(plan), 'NOT_APPROVED')
    expect(error.message).toMatch(/needs 2 approvals that are not its author's, and has 1/)
    await desk.approve(plan, human('cleo'))
    await desk.apply(plan)
    exactly(work)
  })
  test('of a diff that is not reproducible needs a word, and its reason is kept', async () => {
    const { plan } = await desk.planned(1, { manual: 'the bad bundle gave 40 of 500 of its own answers' })
    const error = await refusal(desk.approve(plan), 'NOT_APPROVED')
    expect(error.next.at(-1)).toMatch(/--not-reproducible "/)
    await desk.approve(plan, human('ana'), 'looked at by hand')
    expect((await desk.log(plan)).at(-1)).toMatchObject({ action: 'approved', word: 'looked at by hand' })
    await desk.apply(plan)
    expect(desk.effects()).toHaveLength(1)
  })
  test('that somebody put down without the word is none', async () => {
    const { plan, diff } = await desk.planned(1, { manual: 'chance' })
    await desk.addStep(plan, { action: 'approved', diff }, human('eve'))
    await refusal(desk.apply(plan), 'NOT_APPROVED')
    expect(desk.effects()).toEqual([])
  })
  test('holds a week: after that keys may be forgotten', async () => {
    const { plan, work } = await approved(2)
    desk.skip(8)
    const error = await refusal(desk.apply(plan), 'NOT_APPROVED')
    expect(error.message).toMatch(/approved 8 days ago/)
    await desk.approve(plan)
    await desk.apply(plan)
    exactly(work)
  })
  test('twice is one', async () => {
    const { plan } = await desk.planned(1)
    expect((await desk.approve(plan)).changed).toBe(true)
    expect((await desk.approve(plan)).changed).toBe(false)
    expect((await desk.approve(plan, human('ben'))).data.approved_by).toEqual(['ben', 'ana'])
  })
})

describe('apply', () => {
  test('does each item once, and closes with a receipt', async () => {
    const { plan, work, diff } = await approved(1500)
    const { data, changed } = await desk.apply(plan, { undo: true })
    exactly(work)
    expect(changed).toBe(true)
    expect(data).toMatchObject({ step: 'closed', items: 1500, counts: { applied: 1500, not_sent: 0 } })
    expect((await desk.log(plan)).map(({ action }) => action)).toEqual([
      ...['planned', 'diffed', 'approved', 'applying', 'stage', 'stage', 'closed'],
    ])
    const results = await desk.results(plan)
    expect(results).toEqual(work.map(({ key }) => ({ key, status: 'applied', undo: { was: 'block' } })))
    const receipt = (await desk.receipt(plan)).data
    expect(receipt).toMatchObject({
      diff,
      counts: { applied: 1500 },
      hosts: ['laptop'],
      approval: { actor: { name: 'ana' } },
    })
    expect((await desk.apply(plan)).changed).toBe(false)
    expect(desk.effects()).toHaveLength(1500)
  })

  test('keeps the order of an entity, one at a time', async () => {
    const { plan, work } = await approved(60, { each: 6 })
    await desk.apply(plan, { slow: 1 }, { with: { concurrency: 8 } })
    const order = desk.effects()
    for (const entity of new Set(work.map((one) => one.entity)))
      expect(order.filter((one) => one.entity === entity).map(({ key }) => key)).toEqual(
        work.filter((one) => one.entity === entity).map(({ key }) => key),
      )
  })

  test('leaves a conflict alone, and lists for people what cannot be undone', async () => {
    const { plan, work } = await approved(100)
    const [first, second] = [work[3]?.entity, work[9]?.entity]
    const { data } = await desk.apply(plan, { conflict: [first], irreversible: [second] })
    expect(data.counts).toMatchObject({ applied: 98, conflict: 1, irreversible: 1 })
    expect(desk.effects()).toHaveLength(98)
    const { rows } = (await desk.receipt(plan, 'irreversible')).data
    expect(rows).toEqual([
      { entity: second, request_id: 'r9', from: 'block', to: 'release', note: 'an e-mail, "sent"', key: work[9]?.key },
    ])
    expect((await desk.receipt(plan, 'conflict')).data.rows.map(({ entity }) => entity)).toEqual([first])
  })

  test('tries again what asks for it, after the time that it asks for', async () => {
    const { plan, work } = await approved(20)
    const began = Date.now()
    await desk.apply(plan, { retry: [work[0]?.entity], after: 150 })
    exactly(work)
    // Two answers asked for that.
    expect(Date.now() - began).toBeGreaterThanOrEqual(300)
    expect(desk.effects().find(({ key }) => key === work[0]?.key)?.attempt).toBe(3)
  })

  test('gives up what asks for it for ever, and does the rest', async () => {
    const { plan, work } = await approved(20)
    const error = await refusal(
      desk.apply(plan, { retryForEver: [work[0]?.entity] }, { with: { attempts: 3 } }),
      'ITEMS_OPEN',
    )
    expect(error.message).toMatch(/1 items are not done: 1 failed, 0 in doubt; 19 of 20 items are done/)
    exactly(work.slice(1))
    await desk.resume(plan, {})
    exactly(work)
  })

  test('sends again what was done and not answered, with the same key: it is done once', async () => {
    const { plan, work } = await approved(30)
    const lost = work.slice(0, 3).map(({ entity }) => entity)
    const { data } = await desk.apply(plan, { lose: lost }, { with: { deadline_ms: 100 } })
    exactly(work)
    expect(data.counts).toMatchObject({ applied: 27, already_applied: 3 })
  })

  test('never takes silence for an answer', async () => {
    const { plan, work } = await approved(10)
    const error = await refusal(
      desk.apply(plan, { silent: [work[4]?.entity] }, { with: { deadline_ms: 30, attempts: 2 } }),
      'ITEMS_OPEN',
    )
    expect(error.message).toMatch(/0 failed, 1 in doubt/)
    expect(desk.journal(plan, 10).state.counts()).toMatchObject({ in_doubt: 1, applied: 9 })
  })

  test.each([
    ['answers twice', { twice: true }, /an answer to nothing that it was asked, 30 times/],
    ['answers for a key that it was not sent', { unknown: true }, /an answer to nothing that it was asked, 30 times/],
    ['prints a line of its log', { noise: true }, /a line that is no answer, 2 times: connected to the mailbox/],
    ['answers out of order', { shuffle: true }, null],
  ])('goes on with a hook that %s', async (_, options, warning) => {
    const { plan, work } = await approved(30)
    const { data } = await desk.apply(plan, options)
    exactly(work)
    expect(data.counts).toMatchObject({ applied: 30 })
    if (warning === null) expect(desk.warnings()).toEqual([])
    else expect(desk.warnings().join('\n')).toMatch(warning)
  })

  test('starts a hook that died again, and sends what it had no answer for', async () => {
    const { plan, work } = await approved(40)
    await desk.apply(plan, { dieAt: 7 })
    exactly(work)
    expect(desk.warnings().join('\n')).toMatch(/its end, \d times: ended with exit code 3/)
  })

  test('an item that kills the hook does not take the others with it', async () => {
    const { plan, work } = await approved(12)
    const error = await refusal(
      desk.apply(plan, { dieOn: [work[2]?.entity] }, { with: { attempts: 3, concurrency: 1 } }),
      'ITEMS_OPEN',
    )
    expect(error.message).toMatch(/1 in doubt/)
    exactly(work.filter((_, i) => i !== 2))
  })

  test('a hook that hangs opens the breaker, and is ended', async () => {
    const { plan } = await approved(12)
    const error = await refusal(desk.apply(plan, { hangAt: 4 }, { with: { deadline_ms: 700 } }), 'BREAKER_OPEN')
    expect(error.message).toMatch(/5 failures in a row; 3 of 12 items are done/)
    const { hook } = desk.journal(plan, 12).state
    expect(() => process.kill(-(hook?.pid ?? 0), 0)).toThrow(/ESRCH/)
  })

  test('a hook that is not there is a mistake at once', async () => {
    const { plan } = await approved(2)
    const none = { with: { hook: ['/nowhere/hook'] } }
    const error = await refusal(desk.apply(plan, {}, none), 'HOOK_FAILED')
    expect(error.message).toMatch(/could not be started: there is no such program/)
    expect(error.exit).toBe(2)
  })

  test('honours the rate', async () => {
    const { plan } = await approved(30)
    const began = Date.now()
    await desk.apply(plan, {}, { with: { rate: 100 } })
    expect(Date.now() - began).toBeGreaterThanOrEqual(200)
    expect(desk.effects()).toHaveLength(30)
  })

  test('of nothing is closed at once', async () => {
    const { plan } = await approved(0)
    expect((await desk.apply(plan)).data).toMatchObject({ step: 'closed', items: 0 })
  })
})

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
    expect((await desk.log(plan)).map(({ action, stage }) => `${action} ${stage ?? ''}`.trim()).slice(3)).toEqual([
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
    await desk.pause(plan)
    const error = await refusal(running, 'HELD')
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

test('a dry run goes through the hook, and leaves nothing', async () => {
  const { plan } = await desk.planned(80)
  const { data, changed } = await desk.apply(plan, { conflict: ['order:000003'] }, { dry: true })
  expect(changed).toBe(false)
  expect(data).toMatchObject({ step: 'dry', counts: { applied: 79, conflict: 1 } })
  expect(desk.effects()).toEqual([])
  expect((await desk.log(plan)).map(({ action }) => action)).toEqual(['planned', 'diffed'])
  await refusal(desk.apply(plan), 'NOT_APPROVED')
})

describe('an undo', () => {
  test('takes back what was applied, with what the hook gave for it, last first, under other keys', async () => {
    const { plan, work } = await approved(12, { each: 3 })
    await desk.apply(plan, { undo: true, irreversible: ['order:000001'] })
    const { data } = await desk.undo(plan)
    expect(data).toMatchObject({ items: 9 })
    await refusal(desk.apply(data.plan), 'NOT_APPROVED')
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

  test('of what is not closed is refused', async () => {
    const { plan } = await approved(4)
    await refusal(desk.undo(plan), 'OUT_OF_ORDER')
  })
})
