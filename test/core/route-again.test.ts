import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/core/model.gen.ts'
import { plainRoute } from '../../src/core/route.ts'
import { type Answered, reasonAgain } from '../../src/core/route-again.ts'
import { compileRoute } from '../../src/core/route-decide.ts'
import { canary, GATED, NEW, OLD } from './routes.ts'

const SPLIT = canary({ candidate: 50_000 })

/** Whom the route gives what, by asking it. */
async function keyOf(route: Route, bundle: string): Promise<string> {
  const router = await compileRoute(route)
  for (let i = 0; ; i++) if (router.decide({ targetingKey: `u${i}` }).bundle === bundle) return `u${i}`
}

const again = async (route: Route, more: Partial<Answered>): Promise<string | null> =>
  reasonAgain(route, await compileRoute(route), { bundle: OLD.bundle, arm: null, key: null, segment: {}, ...more })

/** People with a country get the new one, all others are drawn. */
const by = (when: object): Route => ({
  ...SPLIT,
  serve: [{ when: when as never, to: { candidate: 100_000 } }, ...SPLIT.serve],
})

describe('the reason of an answer, found out later', () => {
  test('a split drew what it would draw again, and nothing else', async () => {
    const [mine, other] = [await keyOf(SPLIT, OLD.bundle), await keyOf(SPLIT, NEW.bundle)]
    expect(await again(SPLIT, { key: mine })).toBe('SPLIT')
    expect(await again(SPLIT, { key: mine, arm: 'stable' })).toBe('SPLIT')
    // Another bundle or arm answered than the route says: it was not this route.
    expect(await again(SPLIT, { key: other })).toBe(null)
    expect(await again(SPLIT, { key: mine, arm: 'candidate' })).toBe(null)
    // Without a key nobody is drawn.
    expect(await again(SPLIT, {})).toBe('TARGETING_MATCH')
    expect(await again(plainRoute(OLD), {})).toBe('STATIC')
    expect(await again(plainRoute(NEW), {})).toBe(null)
  })

  test.each([
    ['a rule that matched', { '==': [{ var: 'region' }, 'eu'] }, { region: 'eu' }, 'TARGETING_MATCH'],
    ['a rule on a nested value', { in: [{ var: 'geo.country' }, ['DE']] }, { 'geo.country': 'DE' }, 'TARGETING_MATCH'],
    ['a rule on what nobody logged', { '==': [{ var: 'plan' }, 'pro'] }, { region: 'eu' }, null],
    ['also where it has a default', { '==': [{ var: ['plan', 'pro'] }, 'pro'] }, { region: 'eu' }, null],
    ['and where it asks what is missing', { '!': [{ missing: ['plan'] }] }, { region: 'eu' }, null],
    ['a number, as text or as such', { '>': [{ var: 'age' }, 64] }, { age: '70' }, 'TARGETING_MATCH'],
    ['a number that only a number matches', { '===': [{ var: 'age' }, 70] }, { age: '70' }, null],
    ['a truth value, of which the text is true as well', { '!!': [{ var: 'beta' }] }, { beta: 'false' }, null],
  ])('%s', async (_, when, segment, reason) => {
    expect(await again(by(when), { bundle: NEW.bundle, segment })).toBe(reason)
  })

  test('a rule that did not match leaves the draw', async () => {
    const route = by({ '==': [{ var: 'region' }, 'eu'] })
    const key = await keyOf(SPLIT, OLD.bundle)
    expect(await again(route, { key, segment: { region: 'us' } })).toBe('SPLIT')
    expect(await again(route, { key })).toBe(null)
    // What comes after the rule that matched is of no account.
    expect(await again(GATED, { bundle: NEW.bundle, segment: { group: 'beta' } })).toBe('TARGETING_MATCH')
  })

  test('names that mean something to the language are names', async () => {
    const route = by({ '==': [{ var: 'region' }, 'eu'] })
    const segment = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor.name', 'y'],
      ['region', 'eu'],
      ['region.x', 'z'],
    ])
    expect(await again(route, { bundle: NEW.bundle, segment })).toBe('TARGETING_MATCH')
  })
})
