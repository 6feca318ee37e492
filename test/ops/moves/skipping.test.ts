import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/core/digest.ts'
import type { Stage } from '../registry.ts'
import { makeStage, plain, refused, routed } from '../registry.ts'

// A rollback follows `back` to the first settled entry none of whose bundles is bad, here or in the registry, themselves or in a
// component. Only bad ones left: exit 3, with a command for each that can be typed.

async function served(count: number): Promise<Stage> {
  const stage = makeStage()
  for (let n = 1; n <= count; n++) {
    await stage.bundle({ model: `m${n}`, features: `f${n}` })
    await stage.ana.promote(`v${n}`, 'prod')
  }
  return stage
}

const version = async (stage: Stage, pointer = 'prod'): Promise<string | undefined> => {
  const { route } = await stage.newest(pointer)
  return route?.arms[route.fallback]?.version
}

test('a bundle marked for the registry is passed over; who marked it and why is said', async () => {
  const stage = await served(3)
  await stage.ben.mark('v2', 'bad', { reason: 'leaks prompts' })
  const { data } = await stage.ana.rollback('prod')
  expect(data.to_version).toBe('v1')
  expect(data.skipped).toMatchObject([{ seq: 2, version: 'v2' }])
  expect(data.skipped[0]?.why).toMatch(/v2 was marked bad by ben at 2026-10-01T.*: leaks prompts/)
})

test('so is one that was marked for this pointer', async () => {
  const stage = await served(2)
  await stage.ana.rollback('prod')
  await stage.ana.promote('v2', 'prod', { override: 'one more try' })
  await stage.bundle({ model: 'm3' })
  await stage.ana.promote('v3', 'prod', { override: 'next' })
  const { data } = await stage.ana.rollback('prod')
  expect([data.to_version, data.skipped.map((one) => one.version)]).toEqual(['v1', ['v2']])
})

test('one that was marked for another pointer is not', async () => {
  const stage = await served(3)
  await stage.ana.promote('v1', 'canary')
  await stage.ana.promote('v2', 'canary')
  await stage.ana.rollback('canary')
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to_version: 'v2', skipped: [] })
})

test('a bundle with a bad component is passed over, and the component is named', async () => {
  const stage = await served(3)
  await stage.ben.mark(digestOf('f2'), 'bad', { reason: 'poisoned' })
  const { data } = await stage.ana.rollback('prod')
  expect(data.to_version).toBe('v1')
  expect(data.skipped[0]?.why).toMatch(/v2 contains features, which was marked bad by ben at .*: poisoned/)
})

test('a route is passed over for any of its bundles, not only for the main one', async () => {
  const stage = makeStage()
  const [a, b, c] = [
    await stage.bundle({ model: 'a' }),
    await stage.bundle({ model: 'b' }),
    await stage.bundle({ model: 'c' }),
  ]
  await stage.write('prod', { route: plain(a) })
  await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
  await stage.write('prod', { route: plain(c) })
  await stage.ben.mark('v2', 'bad')
  const { data } = await stage.ana.rollback('prod')
  expect(data.skipped).toMatchObject([{ seq: 2 }])
  expect((await stage.newest('prod')).route).toEqual(plain(a))
})

test('good again, it is restored again', async () => {
  const stage = await served(3)
  await stage.ben.mark('v2', 'bad')
  await stage.ana.mark('v2', 'good')
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to_version: 'v2', skipped: [] })
})

describe('only bad ones left', () => {
  const cornered = async (): Promise<Stage> => {
    const stage = await served(3)
    await stage.ben.mark('v1', 'bad', { reason: 'old' })
    await stage.ben.mark('v2', 'bad', { reason: 'leaks' })
    return stage
  }

  test('exit 3, nothing written, and a command for each', async () => {
    const stage = await cornered()
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.exit]).toEqual(['NOTHING_TO_ROLL_BACK', 3])
    expect(error.message).toMatch(/v2 was marked bad by ben .*leaks.*v1 was marked bad by ben .*old/)
    expect(error.next).toEqual(['aiship rollback prod --to v2', 'aiship rollback prod --to v1'])
    expect(await stage.entries('prod')).toHaveLength(3)
  })

  test('each of the commands runs as printed for a person, with a warning', async () => {
    for (const n of [0, 1]) {
      const stage = await cornered()
      const error = await refused(stage.ana.rollback('prod'))
      await stage.ana.type(error.next[n] ?? '')
      expect(await version(stage)).toBe(['v2', 'v1'][n])
      expect(stage.warnings).toMatchObject([
        { code: 'MARKED_BAD', message: expect.stringContaining('marked bad by ben') },
      ])
    }
  })

  test('automation may not go to a bad one by name: exit 6', async () => {
    const stage = await cornered()
    const error = await refused(stage.retrain.rollback('prod', { to: 'v2' }))
    expect([error.code, error.exit]).toEqual(['PERSON_NEEDED', 6])
    expect(await version(stage)).toBe('v3')
  })

  test('where a route is left whose candidate is bad, its main bundle is offered', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.write('prod', { route: plain(c) })
    await stage.ben.mark('v2', 'bad')
    const error = await refused(stage.ana.rollback('prod'))
    expect(error.next).toEqual(['aiship rollback prod --to v1'])
    await stage.ana.type(error.next[0] ?? '')
    expect((await stage.newest('prod')).route).toEqual(plain(a))
  })
})

test('after a rollback to a bad bundle by name, the next plain one still leaves bad ones out', async () => {
  const stage = await served(4)
  await stage.ben.mark('v2', 'bad')
  await stage.ana.rollback('prod', { to: 'v2' })
  expect((await stage.ana.rollback('prod')).data.to_version).toBe('v1')
})
