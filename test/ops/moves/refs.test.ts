import { describe, expect, test } from 'vitest'
import { canonicalBytes, hexOf } from '../../../src/core/digest.ts'
import { labelBytes } from '../../../src/core/label.ts'
import { makeStage, plain, refused, routed, type Stage } from '../registry.ts'

// A ref is tried as @…, x@N or x~N, vN, sha256:…, pointer, label, then 7–64 hex digits. A pointer means its main bundle.

/** prod: v1, v2, hold, unhold, v3, rollback to v2. staging: v4. */
async function named(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3, 4]) await stage.bundle({ model: `m${n}` })
  await stage.ana.promote('v1', 'prod')
  await stage.ana.promote('v2', 'prod')
  await stage.ana.hold('prod')
  await stage.ana.unhold('prod')
  await stage.ana.promote('v3', 'prod')
  await stage.ana.rollback('prod')
  await stage.ana.promote('v4', 'staging')
  return stage
}

const version = async (stage: Stage, ref: string): Promise<string> => (await stage.ana.resolve(ref)).data.version

describe('a pointer', () => {
  test.each<[string, string]>([
    ['prod', 'v2'],
    ['prod@1', 'v1'],
    ['prod@2', 'v2'],
    ['prod@3', 'v2'],
    ['prod@5', 'v3'],
    ['prod@6', 'v2'],
    ['prod~0', 'v2'],
    ['prod~1', 'v3'],
    ['prod~2', 'v2'],
    ['prod~3', 'v1'],
    ['staging', 'v4'],
    ['staging~0', 'v4'],
  ])('%s is %s', async (ref, expected) => {
    expect(await version(await named(), ref)).toBe(expected)
  })

  test('says which entry it was read from', async () => {
    const stage = await named()
    expect((await stage.ana.resolve('prod')).data).toMatchObject({
      app: 'fraud',
      pointer: 'prod',
      seq: 6,
      version: 'v2',
    })
    expect((await stage.ana.resolve('prod~1')).data).toMatchObject({ pointer: 'prod', seq: 5 })
    expect((await stage.ana.resolve('v2')).data).toMatchObject({ pointer: null, seq: null })
  })

  test.each([
    ['prod@7', 'prod has 6 entries', 'aiship log prod'],
    ['prod~4', 'prod has said only 4 things, so there is no prod~4', 'aiship log prod'],
    ['staging~1', 'staging has said only 1 thing, so there is no staging~1', 'aiship log staging'],
    ['prdo@1', 'no pointer "prdo"', 'aiship status'],
    ['prdo~1', 'no pointer "prdo"', 'aiship status'],
    ['canary~1', 'no pointer "canary"', 'aiship promote @last canary'],
  ])('%s is not there: exit 3', async (ref, message, next) => {
    const stage = await named()
    stage.memory.set('last', Buffer.from((await stage.ana.resolve('v1')).data.bundle))
    const error = await refused(stage.ana.resolve(ref))
    expect(error.exit).toBe(3)
    expect(error.message).toContain(message)
    expect(error.next).toContain(next)
  })

  test('that is retired says nothing: exit 3, and its history still resolves', async () => {
    const stage = await named()
    await stage.ana.retire('staging')
    const error = await refused(stage.ana.resolve('staging'))
    expect([error.exit, error.message]).toEqual([3, 'staging was retired by entry 2 and says nothing'])
    expect(await version(stage, 'staging~1')).toBe('v4')
    expect(await version(stage, 'staging@1')).toBe('v4')
    await stage.ana.type(error.next[0] ?? '')
    expect(await version(stage, 'staging')).toBe('v4')
  })

  test('with arms means its main bundle, the fallback arm’s; --arm another', async () => {
    const stage = makeStage()
    const [a, b] = [await stage.bundle({ model: 'a' }), await stage.bundle({ model: 'b' })]
    await stage.write('prod', { route: plain(b) })
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 99_000, stable: 1000 }) })
    expect(await version(stage, 'prod')).toBe('v1')
    expect((await stage.ana.resolve('prod', 'candidate')).data.version).toBe('v2')
    expect((await stage.ana.resolve('prod@2', 'candidate')).data.version).toBe('v2')
    const error = await refused(stage.ana.resolve('prod', 'shadow'))
    expect([error.exit, error.hint]).toEqual([3, 'it has candidate, stable'])
    expect((await refused(stage.ana.resolve('prod', '__proto__'))).exit).toBe(3)
    expect((await refused(stage.ana.resolve('v1', 'candidate'))).exit).toBe(2)
  })
})

describe('the order in which a ref is tried', () => {
  test('a pointer before a label', async () => {
    const stage = await named()
    const v1 = (await stage.ana.resolve('v1')).data
    await stage.label('prod', { bundle: v1.bundle, version: 'v1' })
    expect(await version(stage, 'prod')).toBe('v2')
  })

  test('a label where no pointer has the name', async () => {
    const stage = await named()
    const v1 = (await stage.ana.resolve('v1')).data
    for (const label of ['v1.4.0', 'Release-7', 'golden', 'v1.4.0-rc.1+build']) {
      await stage.label(label, { bundle: v1.bundle, version: 'v1' })
      expect(await version(stage, label)).toBe('v1')
    }
  })

  test('hex digits last, and never as a name: a label that somebody forced in does not hide a digest', async () => {
    const stage = await named()
    const [v1, v2] = [(await stage.ana.resolve('v1')).data, (await stage.ana.resolve('v2')).data]
    const prefix = hexOf(v1.bundle).slice(0, 12)
    await stage.bare.names.create(
      `labels/fraud/${prefix}`,
      labelBytes({ label: prefix, bundle: v2.bundle, version: 'v2', actor: stage.ana.actor, at: stage.now() }),
    )
    expect(await version(stage, prefix)).toBe('v1')
  })

  test('vN is a version, whatever else has that name', async () => {
    const stage = await named()
    expect(await version(stage, 'v3')).toBe('v3')
    expect((await refused(stage.ana.resolve('v99'))).message).toBe('fraud has no version v99')
  })
})

describe('a digest', () => {
  test('whole, with and without sha256:, and the start of it from 7 digits', async () => {
    const stage = await named()
    const { bundle } = (await stage.ana.resolve('v3')).data
    for (const ref of [
      bundle,
      hexOf(bundle),
      bundle.slice(0, 14),
      hexOf(bundle).slice(0, 7),
      hexOf(bundle).slice(0, 63),
    ])
      expect(await version(stage, ref)).toBe('v3')
    expect((await refused(stage.ana.resolve(hexOf(bundle).slice(0, 6)))).exit).toBe(3)
  })

  test('a component is no bundle: exit 3', async () => {
    const stage = makeStage()
    await stage.bundle({ model: 'm1' })
    const { digestOf } = await import('../../../src/core/digest.ts')
    expect((await refused(stage.ana.resolve(digestOf('m1')))).exit).toBe(3)
    expect((await refused(stage.ana.resolve(hexOf(digestOf('m1')).slice(0, 12)))).exit).toBe(3)
  })

  test('the start of two bundles: exit 3 with the candidates and their versions', async () => {
    const stage = makeStage()
    // 200 bundles share their first digits with somebody; 7 are looked for in the index of a made-up twin.
    const { bundle } = await stage.bundle({ model: 'm1' })
    const twin = `${hexOf(bundle).slice(0, 12)}${'0'.repeat(52)}`
    const before = (await stage.bare.logs.tip('versions/fraud'))?.bytes
    const { digestOf } = await import('../../../src/core/digest.ts')
    const facts = {
      message: null,
      labels: [],
      host: 'laptop',
      git: null,
      components: {},
      lineage: {},
      secrets: null,
      origin: null,
    }
    const { readEntry } = await import('../../../src/core/entry.ts')
    const tip = readEntry(
      'versions',
      'versions/fraud',
      { seq: 1, bytes: before ?? new Uint8Array() },
      stage.registry.id,
    )
    expect(tip.digest).toBe(digestOf(before ?? ''))
    await stage.append('versions/fraud', tip, { bundle: `sha256:${twin}`, ...facts }, stage.ana.actor)
    await stage.bare.names.create(`index/fraud/${twin}`, canonicalBytes({ kind: 'bundle', version: 'v2' }))
    const error = await refused(stage.ana.resolve(hexOf(bundle).slice(0, 7)))
    expect([error.code, error.exit]).toEqual(['REF_AMBIGUOUS', 3])
    expect(error.message).toMatch(/is the start of 2 bundles: v[12] sha256:[0-9a-f]+, v[12] sha256:[0-9a-f]+/)
    expect(await version(stage, hexOf(bundle).slice(0, 13))).toBe('v1')
  })

  test('the index is a shortcut: without it, or with a wrong one, the log is read', async () => {
    const stage = await named()
    const { bundle } = (await stage.ana.resolve('v3')).data
    for (const wrong of [
      Buffer.from('damaged'),
      canonicalBytes({ kind: 'bundle', version: 'v1' }),
      canonicalBytes({ kind: 'component', version: 'v3' }),
    ]) {
      await stage.bare.names.replace(`index/fraud/${hexOf(bundle)}`, wrong)
      expect(await version(stage, bundle)).toBe('v3')
    }
  })
})

describe('special ones', () => {
  test('@newest is the newest version of the app; looking may use it', async () => {
    expect(await version(await named(), '@newest')).toBe('v4')
  })

  test('@last is what the last bundle here returned', async () => {
    const stage = await named()
    expect((await refused(stage.ana.resolve('@last'))).next).toEqual(['aiship bundle'])
    stage.memory.set('last', Buffer.from((await stage.ana.resolve('v2')).data.bundle))
    expect(await version(stage, '@last')).toBe('v2')
  })

  test('@work is no bundle: exit 2', async () => {
    expect((await refused((await named()).ana.resolve('@work'))).exit).toBe(2)
  })

  test('in an app without versions: exit 3', async () => {
    expect((await refused(makeStage().ana.resolve('@newest'))).next).toEqual(['aiship bundle'])
  })
})

describe('a word that leads nowhere: exit 3', () => {
  test.each<[string, string | undefined]>([
    ['prdo', 'did you mean prod?'],
    ['stagign', 'did you mean staging?'],
    ['goldem', 'did you mean golden?'],
    ['canary', 'canary is declared and has never been moved'],
    ['entirely-else', undefined],
    ['a..b', undefined],
    ['x.', undefined],
  ])('%s: %s', async (ref, hint) => {
    const stage = await named()
    const v1 = (await stage.ana.resolve('v1')).data
    await stage.label('golden', { bundle: v1.bundle, version: 'v1' })
    const error = await refused(stage.ana.resolve(ref))
    expect([error.exit, error.hint]).toEqual([3, hint])
  })
})
