import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeContracts, type Made, providedBy } from '../../src/core/contracts.ts'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import type { Component, Contracts, ContractValue, Demands } from '../../src/core/model.gen.ts'

const component = (name: string, provides?: Contracts, requires?: Demands): Component => ({
  ...{ name, role: 'model', layer: 'logic', kind: 'path', digest: digestOf(name), size: 1, path: name },
  ...(provides === undefined ? {} : { provides }),
  ...(requires === undefined ? {} : { requires }),
})

const NOTHING: Made = { components: {}, lineage: {} }
/** What the files of components were found to tell. */
const told = (all: Readonly<Record<string, Contracts>>): Made => ({
  ...NOTHING,
  components: Object.fromEntries(
    Object.entries(all).map(([name, provides]) => [name, { files: 1, formats: {}, notes: {}, provides }]),
  ),
})

const E3 = { embedding: { model: 'e3', dimensions: 512 } }
const judge = (provides: Contracts | undefined, requires: Demands, made = NOTHING): string => {
  const [one] = judgeContracts([component('embedder', provides), component('index', undefined, requires)], made)
  return `${one?.outcome}: ${one?.why}`
}

test.each<[Contracts | undefined, Demands, string]>([
  [E3, { embedding: { dimensions: 512 } }, 'pass: index requires embedding of embedder: dimensions 512'],
  [E3, { embedding: {} }, 'pass: index requires embedding of embedder'],
  [E3, { embedding: { dimensions: 768 } }, 'fail: index requires embedding.dimensions 768, and embedder provides 512'],
  // A number is not its spelling.
  [
    E3,
    { embedding: { dimensions: '512' } },
    'fail: index requires embedding.dimensions "512", and embedder provides 512',
  ],
  [E3, { embedding: { model: 'e4' } }, 'fail: index requires embedding.model e4, and embedder provides e3'],
  [
    E3,
    { embedding: { pooling: 'mean' } },
    'unknown: index requires embedding.pooling, and nothing says what embedder provides there',
  ],
  [
    E3,
    { embedding: { pooling: 'mean', model: 'x' } },
    'fail: index requires embedding.model x, and embedder provides e3',
  ],
  [E3, { tokenizer: {} }, 'unknown: index requires tokenizer, and no other component provides it'],
  [undefined, { embedding: {} }, 'unknown: index requires embedding, and no other component provides it'],
  [E3, { toString: {} }, 'unknown: index requires toString, and no other component provides it'],
  [
    E3,
    { embedding: { toString: 1 } },
    'unknown: index requires embedding.toString, and nothing says what embedder provides there',
  ],
  [
    { c: { names: ['b', 'a'] } },
    { c: { names: ['a', 'b', 'a'] } },
    'pass: index requires c of embedder: names [a, b, a]',
  ],
  [
    { c: { names: ['a'] } },
    { c: { names: ['a', 'b'] } },
    'fail: index requires c.names [a, b], and embedder provides [a]: without [b]',
  ],
  [
    { c: { names: ['a', 'b'] } },
    { c: { names: ['a'] } },
    'fail: index requires c.names [a], and embedder provides [a, b]',
  ],
  [
    { c: { names: ['a', 'b'] } },
    { c: { names: { includes: ['a'] } } },
    'pass: index requires c of embedder: names including [a]',
  ],
  [
    { c: { names: ['a'] } },
    { c: { names: { includes: ['a', 'x y'] } } },
    'fail: index requires c.names including [a, "x y"], and embedder provides [a]: without ["x y"]',
  ],
  [
    { c: { names: 'a' } },
    { c: { names: { includes: ['a'] } } },
    'fail: index requires c.names including [a], and embedder provides a',
  ],
  [{ c: { names: [] } }, { c: { names: { includes: [] } } }, 'pass: index requires c of embedder: names including []'],
])('of %j the demand %j: %s', (provides, requires, expected) => {
  expect(judge(provides, requires)).toBe(expected)
})

test('files say what the declaration leaves open, and a declaration that they contradict is broken', () => {
  const made = told({ embedder: { embedding: { dimensions: 512 }, model: { vocab_size: 9 } } })
  expect(judge(undefined, { embedding: { dimensions: 512 } }, made)).toMatch(/^pass/)
  expect(judge({ embedding: { model: 'e3' } }, { embedding: { dimensions: 512, model: 'e3' } }, made)).toMatch(/^pass/)
  expect(judge({ embedding: { dimensions: 768 } }, { embedding: {} }, made)).toBe(
    'fail: embedder is declared to provide embedding.dimensions 768, and its files say 512',
  )
  // Braces of a prompt may be no variables: its declaration has the last word.
  const prompt = told({ embedder: { prompt: { variables: ['a', 'json'] } } })
  expect(judge({ prompt: { variables: ['a'] } }, { prompt: { variables: ['a'] } }, prompt)).toMatch(/^pass/)
  const [embedder] = [component('embedder', E3)]
  expect(providedBy(embedder as Component, made)).toEqual({ ...E3, model: { vocab_size: 9 } })
})

test('of several that provide it one is enough, and none provides it to itself', () => {
  const asks = component('index', { e: { d: 3 } }, { e: { d: 3 } })
  const outcome = (...others: Component[]) =>
    judgeContracts([asks, ...others], NOTHING).map(({ outcome, by }) => [outcome, by])
  expect(outcome()).toEqual([['unknown', null]])
  expect(outcome(component('a', { e: { d: 1 } }))).toEqual([['fail', 'a']])
  expect(outcome(component('a', { e: { d: 1 } }), component('b', { e: {} }))).toEqual([['unknown', 'b']])
  expect(outcome(component('a', { e: { d: 1 } }), component('b', { e: { d: 3 } }))).toEqual([['pass', 'b']])
})

test('what was made from one embedder does not go with another that says the same of itself', () => {
  const [embedder, index] = [component('embedder', E3), component('index', undefined, E3)]
  const made = (input: Digest): Made => ({
    ...NOTHING,
    lineage: { index: { digest: index.digest, since: 'v1', inputs: { embedder: input } } },
  })
  expect(judgeContracts([embedder, index], made(embedder.digest))).toMatchObject([{ outcome: 'pass' }])
  expect(judgeContracts([embedder, index], made(digestOf('before')))).toMatchObject([
    {
      ...{ component: 'index', contract: 'embedding', by: 'embedder', outcome: 'fail' },
      why: 'index requires embedding of the embedder that it was made from, and another embedder lies beside it',
    },
  ])
  // What it was made from is asked first, whatever others would say.
  const other = component('other', E3)
  const wrong = component('embedder', { embedding: { dimensions: 3 } })
  expect(judgeContracts([wrong, other, index], NOTHING)).toMatchObject([{ outcome: 'pass', by: 'other' }])
  expect(judgeContracts([wrong, other, index], made(wrong.digest))).toMatchObject([{ outcome: 'fail', by: 'embedder' }])
  // A record of other bytes says nothing of these.
  const old = { ...made(digestOf('before')).lineage.index, digest: digestOf('x'), since: 'v1', inputs: {} }
  expect(judgeContracts([embedder, index], { ...NOTHING, lineage: { index: old } })).toMatchObject([
    { outcome: 'pass' },
  ])
})

const item = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 }), fc.boolean())
const value: fc.Arbitrary<ContractValue> = fc.oneof(item, fc.array(item, { maxLength: 3 }))
const terms = fc.dictionary(fc.constantFrom('x', 'y'), value)

test('what provides all that is asked passes, and changing one asked value never does', () => {
  fc.assert(
    fc.property(terms, terms, fc.nat(), value, (asked, more, which, other) => {
      const outcome = (provided: Contracts[string]) =>
        judgeContracts([component('a', { e: provided }), component('b', undefined, { e: asked })], NOTHING)[0]?.outcome
      expect(outcome({ ...more, ...asked })).toBe('pass')
      const keys = Object.keys(asked)
      const key = keys[which % keys.length]
      if (key === undefined) return
      const { [key]: dropped, ...rest } = asked
      expect(outcome(rest)).toBe('unknown')
      const set = (one: ContractValue | undefined) =>
        JSON.stringify(
          [one].flat().length +
            [...new Set([one].flat())]
              .map((x) => JSON.stringify(x))
              .sort()
              .join(),
        )
      const isOther =
        Array.isArray(other) !== Array.isArray(dropped) ||
        new Set([other].flat()).size !== new Set([dropped].flat()).size
      if (isOther && set(other) !== set(dropped)) expect(outcome({ ...asked, [key]: other })).toBe('fail')
    }),
    { numRuns: 1000 },
  )
})
