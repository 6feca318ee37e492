import { expect, test } from 'vitest'
import { judgeGate } from '../../src/core/gates.ts'
import type { Known } from '../../src/core/judgement.ts'
import { LAYER_OF } from '../../src/core/manifest.ts'
import type { Component, Gate, Role, VersionEntry } from '../../src/core/model.gen.ts'

const digest = `sha256:${'a'.repeat(64)}` as const

type Found = VersionEntry['components'][string]

/** A bundle with one component of each kind: what was found in it is given, with its formats. */
function known(
  git: VersionEntry['git'],
  parts: readonly (readonly [Role, Found | null, Partial<Component>?])[],
): Known {
  const components = parts.map(([role, , more], i): Component => {
    return { ...{ name: `part-${i}`, role, layer: LAYER_OF[role], kind: 'path', digest, size: 1 }, ...more }
  })
  const found = parts.flatMap(([, one], i) => (one === null ? [] : [[`part-${i}`, one] as const]))
  const head = {
    v: 1 as const,
    log: 'versions/x',
    seq: 1,
    prev: null,
    op: 'o',
    registry: 'r',
    at: '2026-10-01T12:00:00.000Z',
    id: digest,
  }
  const facts = { message: null, labels: [], host: 'h', lineage: {}, secrets: null, origin: null }
  const made = { ...head, ...facts, actor: { name: 'ana', kind: 'human' }, bundle: digest, git } as const
  return {
    ...{ arm: { bundle: digest, version: 'v1' }, components, canRun: false, evidence: [] },
    made: { ...made, components: Object.fromEntries(found) },
  }
}

const outcome = (gate: Gate, subject: Known): string => {
  const judged = judgeGate(gate, {
    subject,
    scope: { app: 'x', pointer: 'prod' },
    others: [],
    baseline: null,
    taint: [],
  })
  return `${judged.outcome}: ${judged.why}`
}
const files = (formats: Record<string, string[]>, count = 1): Found => ({ files: count, formats, notes: {} })

test.each<[string, readonly (readonly [Role, Found | null, Partial<Component>?])[], string]>([
  ['what is allowed', [['model-weights', files({ safetensors: ['m'] })]], 'pass: part-0 is safetensors'],
  ['what is not', [['model-weights', files({ pickle: ['m.pkl'] })]], 'fail: part-0 has pickle (m.pkl)'],
  ['one of two', [['model-weights', files({ safetensors: ['m'], zip: ['x'] }, 2)]], 'fail: part-0 has zip (x)'],
  ['a pickle among data', [['dataset', files({ 'zip+pickle': ['d'] })]], 'fail: part-0 has zip+pickle (d)'],
  ['a table among data', [['dataset', files({ parquet: ['d'] })]], 'pass: it has no weights'],
  [
    'no known format',
    [['model-weights', files({}, 3)]],
    'unknown: part-0 has no file of a format that aiship knows; allow_formats may name other',
  ],
  ['nobody looked', [['model-weights', null]], 'unknown: nobody looked at the files of part-0'],
  ['bytes elsewhere', [['model-weights', files({}), { stored: false }]], 'unknown: the bytes of part-0 lie elsewhere'],
  ["a provider's model", [['model', files({}), { kind: 'value' }]], 'pass: it has no weights'],
])('formats: %s', (_, parts, expected) => {
  expect(outcome({ allow_formats: ['safetensors'] }, known(null, parts))).toBe(expected)
})

test('a format that nobody knows may be allowed', () => {
  const bundle = known(null, [['model-weights', files({})]])
  expect(outcome({ allow_formats: ['other'] }, bundle)).toBe('pass: part-0 has no file of a known format')
})

const git = { commit: 'c'.repeat(40), branch: 'main', remote: null, dirty: false }
test.each<[VersionEntry['git'], string]>([
  [git, 'pass: v1 was made from commit cccccccccccc'],
  [{ ...git, dirty: true }, 'fail: v1 was made with changes that are in no commit'],
  [{ ...git, commit: null }, 'fail: v1 was made where there was no commit yet'],
  [null, 'unknown: nobody knows the commit of v1'],
])('git: %j is a %s', (state, expected) => {
  expect(outcome({ git: 'clean' }, known(state, []))).toBe(expected)
})
