import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { configWarnings } from '../../src/core/aliases.ts'
import { AishipError } from '../../src/core/errors.ts'

const HEAD = 'version: 1\napp: x\ncomponents:\n'

/** What a file is refused with: `code file:line:column: message`, and the hint. */
function refusal(text: string): string {
  try {
    parseConfig(Buffer.from(text), 'aiship.yaml')
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    return [`${error.code} ${error.message}`, error.hint].filter(Boolean).join(' | ')
  }
  return 'accepted'
}

test.each(['spam-filter', 'support-agent'])('the example %s is read, with defaults filled in', (example) => {
  const file = path.join(import.meta.dirname, '../../examples', example, 'aiship.yaml')
  const config = parseConfig(readFileSync(file), file)
  expect(config).toMatchObject({
    app: example,
    registry: '.aiship',
    pointers: { prod: { protected: true }, staging: { protected: false } },
  })
  expect(config.components.find((component) => component.role === 'runtime')).toMatchObject({
    links: 'refuse',
    mode: 'store',
    from: [],
    to: null,
  })
})

describe('every mistake is named with its place, what is allowed and what was probably meant', () => {
  test.each([
    ['', 'CONFIG_INVALID aiship.yaml:1:1: the file is empty | it needs version: 1, app and components'],
    ['# nothing', 'CONFIG_INVALID aiship.yaml:1:1: the file is empty | it needs version: 1, app and components'],
    ['version: 1', 'CONFIG_INVALID aiship.yaml:1:1: the file needs app'],
    [
      'version: 2',
      'FORMAT_NEWER aiship.yaml:1: this aiship reads version 1, and the file has version 2 | install a newer aiship',
    ],
    [
      'version: 1\napp: x\ncomponent: {}',
      'CONFIG_INVALID aiship.yaml:3:1: the file has an unknown key component | did you mean components? It can have version, app, registry, components, commands, ignore, pointers, secrets',
    ],
    [
      'version: 1\napp: X\ncomponents: {m: {role: model, path: a}}',
      'CONFIG_INVALID aiship.yaml:2:6: "X" can\'t name an app: use 1 to 63 of a-z, 0-9, ".", "_" and "-", starting with a letter or digit',
    ],
    [
      `${HEAD}  m: {role: model}`,
      'CONFIG_INVALID aiship.yaml:4:3: components.m does not say where its bytes come from | add one of command, external, git, image, path, value',
    ],
    [`${HEAD}  m: {path: a}`, 'CONFIG_INVALID aiship.yaml:4:3: components.m needs role'],
    [
      `${HEAD}  m: {role: model, pth: a}`,
      'CONFIG_INVALID aiship.yaml:4:20: components.m has an unknown key pth | did you mean path? It can have role, from, links, scan, mode, to, command, external, git, image, path, value',
    ],
    [
      `${HEAD}  m: {role: model, path: a, value: 1}`,
      'CONFIG_INVALID aiship.yaml:4:29: components.m has both path and value: a component comes from one place',
    ],
    [
      `${HEAD}  m: {role: model, path: 3}`,
      'CONFIG_INVALID aiship.yaml:4:26: components.m.path must be a path, a glob or a list of them, not 3',
    ],
    [
      `${HEAD}  m: {role: runtime, image: "a:latest"}`,
      'CONFIG_INVALID aiship.yaml:4:29: components.m.image can\'t be "a:latest" | pin the image by digest: repository@sha256: and 64 of 0-9, a-f',
    ],
    [
      `${HEAD}  m: {role: model, external: {url: a}}`,
      'CONFIG_INVALID aiship.yaml:4:31: components.m.external has an unknown key url | did you mean uri? It can have uri, digest, pin',
    ],
    [
      `${HEAD}  m: {role: model, path: a, from: [n]}`,
      'CONFIG_INVALID aiship.yaml:4:36: components.m.from: there is no component "n"',
    ],
    [
      `${HEAD}  m: {role: model, path: a, from: [n]}\n  n: {role: dataset, path: b, from: [m]}`,
      'CONFIG_INVALID aiship.yaml:4:35: components.m.from goes round in a circle: m from n from m',
    ],
    [
      `${HEAD}  m: {role: model, path: a, to: b}`,
      'CONFIG_INVALID aiship.yaml:4:33: components.m.to goes with value, command, git, not with path',
    ],
    [
      `${HEAD}  m: {role: model, value: 1, to: ../b}`,
      'CONFIG_INVALID aiship.yaml:4:34: components.m.to can\'t be "../b": ".." leads out of the folder',
    ],
    [
      `${HEAD}  m: {role: model, value: 1, to: c}\n  n: {role: model, value: 2, to: c/d}`,
      'CONFIG_INVALID aiship.yaml:5:34: components.n would stand where m stands: c/d',
    ],
    [
      `${HEAD}  m: {role: model, value: 1, mode: hash}`,
      'CONFIG_INVALID aiship.yaml:4:30: components.m.mode goes with path, not with value',
    ],
    [
      `${HEAD}  m: {role: model, path: a}\n  m: {role: model, path: a}`,
      'CONFIG_INVALID aiship.yaml:5:3: the key m is here twice',
    ],
    [
      `${HEAD}  m: {role: model, path: a}\npointers: {prod: {protectd: true}}`,
      'CONFIG_INVALID aiship.yaml:5:19: pointers.prod has an unknown key protectd | did you mean protected? It can have protected',
    ],
    [
      `${HEAD}  m: {role: model, path: a}\npointers: {v1: {}}`,
      'CONFIG_INVALID aiship.yaml:5:12: "v1" can\'t name a pointer: it could be read as a digest or a version',
    ],
    [
      `${HEAD}  m: {role: model, path: a}\ncommands: {predict: node x}`,
      'CONFIG_INVALID aiship.yaml:5:21: commands.predict must be a list, not "node x"',
    ],
    [
      `registry: s3://me:secret@bucket/x\n${HEAD}  m: {role: model, path: a}`,
      'CONFIG_INVALID aiship.yaml:1:11: registry: a user name or password has no place in this file | credentials come from the environment or a profile',
    ],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(expected)
  })

  test('a role', () => {
    expect(refusal(`${HEAD}  m: {role: modle, path: a}`)).toMatch(
      /^CONFIG_INVALID aiship.yaml:4:13: components.m.role can't be "modle" \| did you mean model\? It can be dataset, .*runtime$/,
    )
  })
})

describe('the dangerous parts of YAML', () => {
  test.each([
    [`${HEAD}  m: &a {role: model, path: a}\n  n: *a`, 'anchors'],
    [`${HEAD}  m: !!map {role: model, path: a}`, 'tags'],
    [`${HEAD}  m: {<<: {role: model}, path: a}`, 'merge keys'],
    [`${HEAD}  __proto__: {role: model, path: a}`, "can't be a key"],
    ['? {a: 1}\n: b', 'a key is a plain word'],
    ['version: .inf', 'not a number that JSON has'],
    ['\tversion: 1', 'Tabs are not allowed'],
  ])('%j is refused', (text, words) => {
    expect(refusal(text)).toContain(words)
  })

  test.each([
    ['flow lists', '['.repeat(100_000)],
    ['block lists', '- '.repeat(100_000)],
    ['flow maps', '{a: '.repeat(60_000)],
    ['complex keys', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['many small lists', '- - - -\n'.repeat(20_000)],
    ['anchors', '&a '.repeat(80_000)],
    ['aliases', '*a '.repeat(80_000)],
    ['quotes', "'".repeat(200_001)],
    ['bytes', 'x'.repeat(300_000)],
    ['no UTF-8', 'version: 1 # \uffff'.replace('\uffff', String.fromCharCode(0xd800))],
  ])('a bomb of %s is refused in time', (_, text) => {
    const started = performance.now()
    expect(refusal(text)).not.toBe('accepted')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

test.each([
  ['chat-large-latest', true],
  ['latest', true],
  ['chat-large', true],
  ['chat-large-2026-08-01', false],
  ['chat-0613', false],
  ['embed@sha256:ab12', false],
])('the model name %s floats: %s', (model, floats) => {
  const config = parseConfig(
    Buffer.from(`${HEAD}  llm: {role: model, value: {provider: acme, model: "${model}"}}`),
    'aiship.yaml',
  )
  expect(configWarnings(config).length > 0).toBe(floats)
})
