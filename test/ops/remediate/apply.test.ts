import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hooksOf } from '../../../src/serving/hook.ts'
import { refusal } from '../context.ts'
import { automation, human } from '../registry.ts'
import { type Desk, makeDesk } from './desk.ts'

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
      ...['planned', 'replayed', 'diffed', 'approved', 'applying', 'stage', 'stage', 'closed'],
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
    const { data } = await desk.apply(plan, { lose: lost }, { with: { deadline_ms: 600 } })
    exactly(work)
    expect(data.counts).toMatchObject({ applied: 27, already_applied: 3 })
  })

  test('never takes silence for an answer', async () => {
    const { plan, work } = await approved(10)
    const error = await refusal(
      desk.apply(plan, { silent: [work[4]?.entity] }, { with: { deadline_ms: 600, attempts: 2 } }),
      'ITEMS_OPEN',
    )
    expect(error.message).toMatch(/0 failed, 1 in doubt/)
    expect(desk.journal(plan, 10).state.counts()).toMatchObject({ in_doubt: 1, applied: 9 })
  })

  test.each([
    // What is too much may come when nobody listens any more.
    ['answers twice', { twice: true }, /an answer to nothing that it was asked, (?:29|30) times/],
    [
      'answers for a key that it was not sent',
      { unknown: true },
      /an answer to nothing that it was asked, (?:29|30) times/,
    ],
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
    expect(hook === null ? null : hooksOf({}, new AbortController().signal).isAlive(hook)).toBe(false)
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
