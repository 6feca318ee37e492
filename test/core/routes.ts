import type { Digest } from '../../src/core/digest.ts'
import type { Arm, Route } from '../../src/core/model.gen.ts'

/** Routes for tests: three bundles, and the route of DESIGN §6. */

const arm = (letter: string, version: Arm['version']): Arm => ({
  bundle: `sha256:${letter.repeat(64)}` as Digest,
  version,
})
export const [OLD, NEW, EU] = [arm('a', 'v42'), arm('b', 'v43'), arm('e', 'v44')] as const

export const BUCKET: NonNullable<Route['bucket']> = {
  ...{ by: 'targetingKey', salt: 'rk1:', hash: 'murmur3-32/utf8/0', map: 'mul-shift-32', missing: 'stable' },
}

/** The rest of 100,000 is stable's. */
export const canary = (weights: Readonly<Record<string, number>>, change: Partial<Route> = {}): Route => {
  const given = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  return {
    arms: { candidate: NEW, control: OLD, stable: OLD },
    serve: [{ to: { candidate: 0, control: 0, ...weights, stable: 100_000 - given } }],
    ...{ bucket: BUCKET, fallback: 'stable' },
    ...change,
  }
}

/** Internal users and two countries first, then a draw. */
export const GATED: Route = {
  arms: { candidate: NEW, control: OLD, eu: EU, stable: OLD },
  serve: [
    { when: { in: [{ var: 'group' }, ['internal', 'beta']] }, to: { candidate: 100_000 } },
    {
      when: {
        and: [{ in: [{ var: 'geo.country' }, ['DE', 'FR']] }, { sem_ver: [{ var: 'app.version' }, '>=', '4.2.0'] }],
      },
      to: { eu: 30_000, stable: 70_000 },
    },
    { when: { '>=': [{ var: 'age' }, 65] }, to: { stable: 100_000 } },
    { to: { candidate: 5000, control: 5000, stable: 90_000 } },
  ],
  ...{ bucket: BUCKET, fallback: 'stable' },
}

/** A rule for each operator that can fail. */
export const EVERYTHING: Route = {
  arms: { candidate: NEW, stable: OLD },
  serve: [
    { '>': [{ var: 'age' }, 18] },
    { '<': [1, { var: 'age' }, 90] },
    { in: [{ var: 'group' }, { var: 'geo' }] },
    { '==': [{ var: 'geo' }, { var: 'group' }] },
    { '===': [{ cat: [{ var: 'group' }, 'x'] }, 'betax'] },
    { starts_with: [{ var: 'targetingKey' }, 'user'] },
    { ends_with: [{ var: 'group' }, { var: 'geo.country' }] },
    { sem_ver: [{ var: 'app.version' }, '^', '4.2.0'] },
    { some: [{ var: 'group' }, { '==': [{ var: '' }, 'beta'] }] },
    { none: [{ var: 'geo' }, { '>': [{ var: '' }, 1] }] },
    { '>': [{ reduce: [{ var: 'age' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 3] },
    { '>': [{ '+': [{ var: 'age' }, 1] }, 3] },
    { '==': [{ '%': [{ var: 'age' }, 2] }, 1] },
    { '>': [{ max: [{ var: 'age' }, 1] }, 3] },
    { missing: ['geo.country'] },
    { missing_some: [1, ['a', 'b']] },
    { '==': [{ substr: [{ var: 'group' }, 0, 2] }, 'be'] },
    { '!': [{ var: 'geo' }] },
  ].map((when) => ({ when, to: { candidate: 100_000 } })),
  ...{ bucket: BUCKET, fallback: 'stable' },
}
