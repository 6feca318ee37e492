import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { ComponentSpec } from '../../src/core/ports.ts'

// Where datasets say that their records are from.

const ID = `sha256:${'a'.repeat(64)}`
const parse = (data: string, more = '') =>
  parseConfig(
    Buffer.from(`version: 1\napp: mail\ncomponents:\n  data: {role: dataset, path: data, ${data}}\n${more}`),
    'aiship.yaml',
  )
const data = (text: string): ComponentSpec => parse(text).components[0] as ComponentSpec

function refusal(...args: Parameters<typeof parse>): string {
  try {
    parse(...args)
  } catch (error) {
    if (error instanceof AishipError) return `${error.code} ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('sources', () => {
  test.each([
    ['{log: mail}', { log: 'mail' }],
    ['{table: "lake.orders, raw"}', { table: 'lake.orders, raw' }],
    // The whole of the last day.
    [
      '{log: mail, from: 2026-10-01, to: 2026-10-31}',
      { log: 'mail', from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
    ],
    [
      '{log: mail, from: "2026-10-01T02:00:00+02:00", to: "2026-10-01T12:00:00Z"}',
      { log: 'mail', from: '2026-10-01T00:00:00.000Z', to: '2026-10-01T12:00:00.000Z' },
    ],
    [`{table: t, excludes: ["${ID}"]}`, { table: 't', excludes: [ID] }],
  ])('%s', (text, expected) => expect(data(`sources: [${text}]`).sources).toEqual([expected]))

  test.each([
    ['{from: 2026-10-01}', /4:\d+: components\.data\.sources\.0 has log or table/],
    ['{log: mail, table: t}', /components\.data\.sources\.0 has log or table/],
    ['{log: "../x"}', /components\.data\.sources\.0\.log is no app/],
    ['{log: mail, from: 2026-10-02, to: 2026-10-01}', /components\.data\.sources\.0 ends before it begins/],
    ['{log: mail, from: 2026-02-30}', /components\.data\.sources\.0\.from: there is no "2026-02-30"/],
    ['{log: mail, to: soon}', /components\.data\.sources\.0\.to can't be "soon"/],
    ['{log: mail, excludes: [3fa9]}', /components\.data\.sources\.0\.excludes\.0 can't be "3fa9"/],
    ['{log: mail, exclude: []}', /components\.data\.sources\.0 has an unknown key exclude/],
    ['{table: ""}', /components\.data\.sources\.0\.table can't be ""/],
    ['mail', /components\.data\.sources\.0 must be a map/],
  ])('%s is refused with its line and key', (text, expected) => {
    const said = refusal(`sources: [${text}]`)
    expect(said).toMatch(/^CONFIG_INVALID aiship\.yaml:4:\d+: /)
    expect(said).toMatch(expected)
  })

  test('an empty list says nothing', () => expect(refusal('sources: []')).toMatch(/sources is empty/))
})

describe('derived_from', () => {
  test('components and digests', () => {
    const more = '  rest: {role: dataset, path: rest}\n'
    expect(parse(`derived_from: [rest, "${ID}"]`, more).components[0]?.derivedFrom).toEqual(['rest', ID])
  })
  test.each([
    ['derived_from: [rset]', '  rest: {role: dataset, path: rest}\n', /there is no component "rset"/],
    ['derived_from: [data]', '', /not made from itself/],
    [
      'derived_from: [rest]',
      '  rest: {role: dataset, path: rest, derived_from: [data]}\n',
      /components\.\w+\.derived_from goes round in a circle: data from rest from data/,
    ],
    ['derived_from: ["sha256:ab"]', '', /there is no component "sha256:ab"/],
  ])('%s is refused', (text, more, expected) => expect(refusal(text, more)).toMatch(expected))

  test('a digest is nothing that a component was made `from`', () =>
    expect(refusal(`from: ["${ID}"]`)).toMatch(/there is no component/))
})

test.each([
  ['{untainted: true}', 'accepted'],
  ['{untainted: true, unknown: warn, claims: refuse}', 'accepted'],
  ['{untainted: false}', /gates\.clean\.untainted must be true/],
  ['{untainted: true, unknown: maybe}', /gates\.clean\.unknown can't be "maybe"/],
  ['{unknown: warn}', /gates\.clean asks nothing/],
  ['{untainted: true, min: 1}', /gates\.clean\.min does not go with untainted/],
])('the gate %s', (gate, expected) => {
  expect(refusal('links: refuse', `gates: {clean: ${gate}}\npointers: {prod: {require: [clean]}}\n`)).toMatch(expected)
})
