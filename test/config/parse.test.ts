import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { configWarnings } from '../../src/core/aliases.ts'
import { canonicalBytes } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { computedMs } from '../stopwatch.ts'

const HEAD = 'version: 1\napp: x\ncomponents:\n'
const OK = `${HEAD}  m: {role: model, path: a}\n`
const HEX = 'ab'.repeat(32)

const parse = (text: string | Uint8Array) => parseConfig(Buffer.from(text as string), 'aiship.yaml')

/** What a file is refused with: `code file:line:column: message | hint | next`. */
function refusal(text: string | Uint8Array): string {
  try {
    parse(text)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    return [`${error.code} ${error.message}`, error.hint, ...error.next].filter(Boolean).join(' | ')
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
    sources: [],
    derivedFrom: [],
    links: 'refuse',
    mode: 'store',
    from: [],
    to: null,
  })
})

test('every key', () => {
  const text = `version: 1
app: fraud-scorer
registry: s3://bucket/prefix
components:
  model: {role: model-weights, path: artifacts/model.onnx, from: [training-data, lake], links: follow, dedup: chunks}
  training-data: {role: dataset, path: ["data/train/**/*.csv", ./more/], scan: full}
  big: {role: dataset, path: data/big, mode: hash}
  llm: {role: model, value: {provider: acme, model: chat-2026-08-01, temperature: 0.2, tools: [a, {b: null}]}, to: config/llm.json}
  lake: {role: dataset, external: {uri: "s3://lake/orders", digest: "sha256:${HEX}"}}
  feed: {role: dataset, external: {uri: "https://feed.example/x?day=1", pin: v7}}
  shared: {role: prompt, git: {repository: "git@host:team/prompts.git", revision: v1.2, path: prompts}}
  runtime: {role: runtime, command: [pip, freeze]}
  image: {role: runtime, image: "ghcr.example/app@sha256:${HEX}"}
commands:
  predict: [node, serve.js, ""]
ignore: ["**/scratch/**", "!node_modules", "*.tmp/"]
pointers: {prod: {protected: true}, staging: {}}
secrets: {allow: [{path: "data/**", fingerprint: "k1:9f", reason: public}]}
`
  const common = {
    from: [],
    sources: [],
    derivedFrom: [],
    links: 'refuse',
    scan: 'auto',
    dedup: 'auto',
    mode: 'store',
    to: null,
  }
  expect(parse(text)).toEqual({
    app: 'fraud-scorer',
    registry: 's3://bucket/prefix',
    components: [
      {
        ...{ ...common, name: 'model', role: 'model-weights', kind: 'path', source: 'artifacts/model.onnx' },
        ...{ from: ['training-data', 'lake'], links: 'follow', dedup: 'chunks' },
      },
      {
        ...{ ...common, name: 'training-data', role: 'dataset', kind: 'path', scan: 'full' },
        source: ['data/train/**/*.csv', './more/'],
      },
      { ...common, name: 'big', role: 'dataset', kind: 'path', source: 'data/big', mode: 'hash' },
      {
        ...{ ...common, name: 'llm', role: 'model', kind: 'value', to: 'config/llm.json' },
        source: { provider: 'acme', model: 'chat-2026-08-01', temperature: 0.2, tools: ['a', { b: null }] },
      },
      {
        ...{ ...common, name: 'lake', role: 'dataset', kind: 'external' },
        source: { uri: 's3://lake/orders', digest: `sha256:${HEX}` },
      },
      {
        ...{ ...common, name: 'feed', role: 'dataset', kind: 'external' },
        source: { uri: 'https://feed.example/x?day=1', pin: 'v7' },
      },
      {
        ...{ ...common, name: 'shared', role: 'prompt', kind: 'git' },
        source: { repository: 'git@host:team/prompts.git', revision: 'v1.2', path: 'prompts' },
      },
      { ...common, name: 'runtime', role: 'runtime', kind: 'command', source: ['pip', 'freeze'] },
      { ...common, name: 'image', role: 'runtime', kind: 'image', source: `ghcr.example/app@sha256:${HEX}` },
    ],
    commands: { predict: ['node', 'serve.js', ''] },
    ignore: ['**/scratch/**', '!node_modules', '*.tmp/'],
    pointers: { prod: { protected: true }, staging: { protected: false } },
    rules: {},
    secrets: { allow: [{ path: 'data/**', fingerprint: 'k1:9f', reason: 'public' }] },
  })
})

test.each([
  ['a byte order mark', `\ufeff${OK}`],
  ['Windows line ends', OK.replaceAll('\n', '\r\n')],
  ['one document marked as one', `---\n${OK}...\n`],
  ['JSON', '{"version": 1, "app": "x", "components": {"m": {"role": "model", "path": "a"}}}'],
])('%s is read like the rest', (_name, text) => {
  expect(parse(text)).toEqual(parse(OK))
})

describe('every mistake is named with its place, what is allowed and what was probably meant', () => {
  const refused = (where: string, message: string): string => `CONFIG_INVALID aiship.yaml:${where}: ${message}`
  test.each([
    ['', refused('1:1', 'the file is empty | it needs version: 1, app and components | aiship init')],
    ['# nothing', refused('1:1', 'the file is empty | it needs version: 1, app and components | aiship init')],
    ['just text', refused('1:1', 'the file must be a map, not "just text"')],
    ['- a', refused('1:1', 'the file must be a map, not a list')],
    ['app: x', refused('1:1', 'the file needs version | begin with "version: 1"')],
    ['version: 1', refused('1:1', 'the file needs app | name the app, as in "app: fraud-scorer"')],
    ['version: "1"\napp: x\ncomponents: {}', refused('1:10', 'version must be 1, not "1"')],
    [
      'version: 2\nnew: 1',
      'FORMAT_NEWER aiship.yaml:1:10: this aiship reads version 1, and the file has version 2 | install a newer aiship',
    ],
    [
      'version: 1\napp: x\ncomponent: {}',
      refused(
        '3:1',
        'the file has an unknown key component | did you mean components? It can have version, app, registry, components, commands, ignore, pointers, gates, secrets',
      ),
    ],
    ['version: 1\napp: x\ncomponents: {}', refused('3:13', 'components is empty')],
    ['version: 1\napp: x\ncomponents:', refused('3:12', 'components must be a map, not empty')],
    [
      'version: 1\napp: 1.10\ncomponents: {m: {role: model, path: a}}',
      refused('2:6', 'app must be text, not 1.10 | quote it: "1.10"'),
    ],
    [
      'version: 1\napp: X\ncomponents: {m: {role: model, path: a}}',
      refused(
        '2:6',
        '"X" can\'t name an app: use 1 to 63 of a-z, 0-9, ".", "_" and "-", starting with a letter or digit',
      ),
    ],
    [
      `${HEAD}  My Model: {role: model, path: a}`,
      refused(
        '4:3',
        '"My Model" can\'t name a component: use 1 to 63 of a-z, 0-9, ".", "_" and "-", starting with a letter or digit',
      ),
    ],
    [
      `${HEAD}  m: {role: model}`,
      refused(
        '4:3',
        'components.m does not say where its bytes come from | add one of command, external, git, image, path, value',
      ),
    ],
    [
      `${HEAD}  m: {path: a}`,
      refused('4:3', 'components.m needs role | the role says what it is, as in "role: model-weights"'),
    ],
    [`${HEAD}  m:`, refused('4:5', 'components.m must be a map, not empty')],
    [
      `${HEAD}  m: {role: model, pth: a}`,
      refused(
        '4:20',
        'components.m has an unknown key pth | did you mean path? It can have role, from, links, scan, dedup, mode, to, provides, requires, sources, derived_from, command, external, git, image, path, value',
      ),
    ],
    [
      `${HEAD}  m:\n    role: model\n    path: a\n    value: 1`,
      refused('7:5', 'components.m has both path and value: a component comes from one place'),
    ],
    [
      `${HEAD}  m: {role: model, path: 3}`,
      refused('4:26', 'components.m.path must be a path, a glob or a list of them, not 3 | quote it: "3"'),
    ],
    [
      `${HEAD}  m: {role: model, path: [a, 3]}`,
      refused('4:30', 'components.m.path.1 must be text, not 3 | quote it: "3"'),
    ],
    [`${HEAD}  m: {role: model, path: []}`, refused('4:26', 'components.m.path is empty')],
    [`${HEAD}  m: {role: model, path: ../a}`, refused('4:26', 'components.m.path: ".." leads out of the folder')],
    [`${HEAD}  m: {role: model, path: [a, /etc]}`, refused('4:30', 'components.m.path.1: it is absolute')],
    [`${HEAD}  m: {role: model, path: "a/{b"}`, 'accepted'],
    [
      `${HEAD}  m: {role: model, path: "a/{b/*"}`,
      refused('4:26', 'components.m.path: a "{" needs its "}", without another "{" between them'),
    ],
    [
      `${HEAD}  m: {role: model, path: .git/config}`,
      refused('4:26', 'components.m.path: ".git" reads as .git or .aiship on some systems'),
    ],
    [
      `${HEAD}  m: {role: runtime, image: "a:latest"}`,
      refused(
        '4:29',
        'components.m.image can\'t be "a:latest" | pin it by digest, repository@sha256:…: docker inspect --format "{{index .RepoDigests 0}}" IMAGE prints it',
      ),
    ],
    [
      `${HEAD}  m: {role: model, external: {url: a}}`,
      refused('4:31', 'components.m.external has an unknown key url | did you mean uri? It can have uri, digest, pin'),
    ],
    [
      `${HEAD}  m: {role: model, external: {digest: "sha256:${HEX}"}}`,
      refused(
        '4:20',
        'components.m.external needs uri | write where the bytes are, as in "uri: s3://lake/orders/2026-09"',
      ),
    ],
    [
      `${HEAD}  m: {role: model, external: {uri: orders, pin: a}}`,
      refused('4:36', 'components.m.external.uri: it is no URI | write scheme:path, as in s3://lake/orders/2026-09'),
    ],
    [
      `${HEAD}  m: {role: model, external: {uri: "s3://a/b"}}`,
      refused(
        '4:30',
        'components.m.external: it does not say which bytes it means | add digest: "sha256:…", or pin: with an id that the other side keeps, such as a version',
      ),
    ],
    [
      `${HEAD}  m: {role: model, external: {uri: "s3://a/b", digest: "sha256:ab"}}`,
      refused(
        '4:56',
        'components.m.external.digest can\'t be "sha256:ab" | a digest is sha256: and 64 of 0-9, a-f; for any other id use pin',
      ),
    ],
    [
      `${HEAD}  m: {role: model, external: {uri: "s3://a/b", pin: x, digest: "sha256:${HEX}"}}`,
      refused('4:53', 'components.m.external.pin: it has both a digest and a pin | keep the digest: it says more'),
    ],
    [
      `${HEAD}  m: {role: model, git: {repository: "ext::sh -c x", revision: a}}`,
      refused('4:38', 'components.m.git.repository: it names a program to start | name a folder, https://… or ssh://…'),
    ],
    [
      `${HEAD}  m: {role: model, git: {repository: x}}`,
      refused('4:20', 'components.m.git needs revision | name a commit, tag or branch'),
    ],
    [
      `${HEAD}  m: {role: model, git: {revision: 1.10}}`,
      refused('4:36', 'components.m.git.revision must be text, not 1.10 | quote it: "1.10"'),
    ],
    [
      `${HEAD}  m: {role: model, git: {revision: -x}}`,
      refused('4:36', 'components.m.git.revision: it names no commit, tag or branch'),
    ],
    [
      `${HEAD}  m: {role: model, git: {revision: a, path: ../b}}`,
      refused('4:45', 'components.m.git.path: ".." leads out of the folder'),
    ],
    [
      `${HEAD}  m: {role: runtime, command: pip freeze}`,
      refused('4:31', 'components.m.command must be a list, not "pip freeze"'),
    ],
    [`${HEAD}  m: {role: runtime, command: [""]}`, refused('4:32', 'components.m.command.0: it names no program')],
    [`${HEAD}  m: {role: model, path: a, from: [n]}`, refused('4:36', 'components.m.from: there is no component "n"')],
    [
      `${HEAD}  m: {role: model, path: a, from: [m]}`,
      refused('4:36', 'components.m.from: a component is not made from itself'),
    ],
    [
      `${HEAD}  data: {role: dataset, path: b}\n  m: {role: model, path: a, from: [dtaa]}`,
      refused('5:36', 'components.m.from: there is no component "dtaa" | did you mean data?'),
    ],
    [
      `${HEAD}  m: {role: model, path: a, from: [n]}\n  n: {role: dataset, path: b, from: [m]}`,
      refused('4:35', 'components.m.from goes round in a circle: m from n from m'),
    ],
    [
      `${HEAD}  m: {role: model, path: a, to: b}`,
      refused('4:29', 'components.m.to goes with value, command and git, not with path'),
    ],
    [
      `${HEAD}  m: {role: model, value: 1, to: ../b}`,
      refused('4:34', 'components.m.to can\'t be "../b": ".." leads out of the folder'),
    ],
    [
      `${HEAD}  m: {role: model, value: }`,
      refused('4:27', 'components.m.value must be a map or a list or text or a number or true or false, not empty'),
    ],
    [
      `${HEAD}  m: {role: model, value: 1, mode: hash}`,
      refused('4:30', 'components.m.mode goes with path, not with value'),
    ],
    [
      `${HEAD}  m: {role: model, path: a, links: folow}`,
      refused('4:36', 'components.m.links can\'t be "folow" | did you mean follow? It can be refuse, follow'),
    ],
    [`${HEAD}  m: {role: model, path: a}\n  m: {role: model, path: a}`, refused('5:3', 'the key m is here twice')],
    [
      `${OK}pointers: {prod: {protectd: true}}`,
      refused(
        '5:19',
        'pointers.prod has an unknown key protectd | did you mean protected? It can have protected, require, from, soak, freeze, auto_promote, watch',
      ),
    ],
    [
      `${OK}pointers: {prod: {protected: yes}}`,
      refused('5:30', 'pointers.prod.protected must be true or false, not "yes"'),
    ],
    [
      `${OK}pointers: {v1: {}}`,
      refused('5:12', '"v1" can\'t name a pointer: it could be read as a digest or a version'),
    ],
    [`${OK}commands: {predict: node x}`, refused('5:21', 'commands.predict must be a list, not "node x"')],
    [`${OK}commands: {predict: []}`, refused('5:21', 'commands.predict is empty')],
    [`${OK}commands: {predict: [node, 8]}`, refused('5:28', 'commands.predict.1 must be text, not 8 | quote it: "8"')],
    [
      `${OK}commands: {train: [x]}`,
      refused('5:12', 'commands has an unknown key train | it can have predict, adapt, evaluate'),
    ],
    [
      `${OK}commands: {evalute: [x]}`,
      refused(
        '5:12',
        'commands has an unknown key evalute | did you mean evaluate? It can have predict, adapt, evaluate',
      ),
    ],
    [`${OK}ignore: "*.tmp"`, refused('5:9', 'ignore must be a list, not "*.tmp"')],
    [
      `${OK}ignore: [a, "b\\\\c"]`,
      refused('5:13', 'ignore.1 can\'t be "b\\\\c": write "/" between folders, and no backslash'),
    ],
    [`${OK}ignore: ["!../x"]`, refused('5:10', 'ignore.0 can\'t be "../x": ".." leads out of the folder')],
    [
      `${OK}secrets: {allow: [{path: a, fingerprint: "k1:ab"}]}`,
      refused('5:19', 'secrets.allow.0 needs reason | say why it is no secret'),
    ],
    [
      `${OK}secrets: {allow: [{path: a, fingerprint: ghp_x, reason: b}]}`,
      refused(
        '5:42',
        'secrets.allow.0.fingerprint can\'t be "ghp_x" | copy the line that the refusal printed: k1: and hex digits',
      ),
    ],
    [
      `registry: s3://me:secret@bucket/x\n${OK}`,
      refused(
        '1:11',
        'registry: a user name or password has no place in this file | credentials come from the environment or a profile',
      ),
    ],
    [
      `registry: ./\n${OK}`,
      refused('1:11', 'registry can\'t be "./" | name a folder of its own, such as .aiship, or a URL'),
    ],
    [
      `${HEAD}  m: {role: model, value: 12345678901234567890}`,
      refused(
        '4:27',
        '12345678901234567890 is not a number that every JSON reader reads alike | if it is a name, quote it: "12345678901234567890"',
      ),
    ],
    [
      `${HEAD}  m: {role: model, value: "\\ud800"}`,
      refused('4:27', 'the text has half a character (a lone surrogate)'),
    ],
    [`${OK}---\n${OK}`, refused('5:1', 'a second document begins here, and the file is one')],
    [
      `${HEAD}  m: {role: model, path: a`,
      refused('4:27', 'flow map in block collection must be sufficiently indented and end with a }'),
    ],
    [`${HEAD}  m: {role: model, path: "a}`, refused('4:29', 'missing closing "quote')],
    [`${HEAD}\tm: 1`, refused('4:1', 'tabs are not allowed as indentation')],
    ['a: b: c', refused('1:4', 'nested mappings are not allowed in compact mappings')],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(expected)
  })

  test('a role', () => {
    expect(refusal(`${HEAD}  m: {role: modle, path: a}`)).toMatch(
      /^CONFIG_INVALID aiship.yaml:4:13: components.m.role can't be "modle" \| did you mean model\? It can be dataset, .*runtime$/,
    )
  })

  test('a byte that is not UTF-8', () => {
    expect(refusal(Buffer.concat([Buffer.from('version: 1\napp: "x'), Buffer.from([0xff])]))).toBe(
      refused('2:8', 'the file is not UTF-8'),
    )
  })

  test('credentials are refused and not printed', () => {
    for (const external of [
      'https://me:hunter2@h/x',
      's3://hunter2@b/x',
      'https://h/x?X-Amz-Signature=hunter2',
      'https://h/x?a=1&token=hunter2',
    ]) {
      const said = refusal(`${HEAD}  m: {role: dataset, external: {uri: "${external}", pin: a}}`)
      expect(said).toMatch(/^CONFIG_INVALID aiship.yaml:4:38: components.m.external.uri: it has a (?:user name|key)/)
      expect(said).not.toContain('hunter2')
    }
  })

  test('what is long is cut', () => {
    const long = 'x'.repeat(100_000)
    for (const text of [
      `${long}: 1`,
      `version: 1\napp: ${long}\ncomponents: {m: {role: model, path: a}}`,
      `${HEAD}  ${long}: {role: ${long}}`,
    ])
      expect(refusal(text).length).toBeLessThan(400)
  })
})

describe('two components at one place', () => {
  const two = (one: string, other: string) =>
    refusal(`${HEAD}  m: {role: model, ${one}}\n  n: {role: prompt, ${other}}`)
  test.each([
    ['value: 1, to: c', 'value: 2, to: c/d', 'components.n would stand where m stands: c/d, and m at c'],
    ['value: 1, to: c/d', 'value: 2, to: c', 'components.n would stand where m stands: c, and m at c/d'],
    ['value: 1, to: c', 'command: [x], to: C', 'components.n would stand where m stands: C, and m at c'],
    ['path: a/b', 'path: ./a/b/', 'components.n would stand where m stands: a/b'],
    ['path: a', 'value: 1, to: a/x.json', 'components.n would stand where m stands: a/x.json, and m at a'],
    ['value: 1, to: a', 'path: a/b', 'components.n would stand where m stands: a/b, and m at a'],
    [
      'path: .aiship-components',
      'git: {revision: a}',
      'components.n would stand where m stands: .aiship-components/n, and m at .aiship-components',
    ],
  ])('%s and %s', (one, other, message) => {
    expect(two(one, other)).toContain(message)
  })

  test.each([
    ['value: 1', 'value: 2'],
    ['path: a', 'path: a/b'],
    ['path: a', 'path: ["a"]'],
    ['path: .', 'path: a'],
    ['path: a', 'path: a, mode: hash'],
    ['path: "a/*"', 'path: "a/*"'],
    ['path: a', 'value: 1, to: ab'],
  ])('not: %s and %s', (one, other) => {
    expect(two(one, other)).toBe('accepted')
  })
})

describe('the dangerous parts of YAML', () => {
  test.each([
    [`${HEAD}  m: &a {role: model, path: a}\n  n: *a`, '4:6: anchors (&a) are not allowed'],
    [`${HEAD}  m: *a`, '4:6: aliases (*a) are not allowed'],
    [`${HEAD}  m: !!map {role: model, path: a}`, '4:6: tags (!!map) are not allowed'],
    [`${HEAD}  m: {role: model, value: !!js/function "x"}`, 'tags (!!js/function) are not allowed'],
    [`%YAML 1.1\n---\n${OK}`, '1:1: directives (%) are not allowed'],
    [`${HEAD}  m: {<<: {role: model}, path: a}`, '4:7: merge keys (<<) are not allowed'],
    [`${HEAD}  __proto__: {role: model, path: a}`, "4:3: __proto__ can't be a key"],
    [`${HEAD}  m: {role: model, value: {a: {constructor: 1}}}`, "constructor can't be a key"],
    ['? {a: 1}\n: b', '1:3: a key is a plain word'],
    ['? [a]\n: b', 'a key is a plain word'],
    ['null: b', 'a key is a plain word'],
    ['version: .inf', '1:10: .inf is not a number'],
    ['version: .nan', '.nan is not a number'],
    ['version: 1e999', '1e999 is not a number'],
  ])('%j is refused', (text, words) => {
    expect(refusal(text)).toMatch(/^CONFIG_INVALID /)
    expect(refusal(text)).toContain(words)
  })

  test('what only looks like them is text', () => {
    const config = parse(`${HEAD}  m: {role: prompt, value: ["a & b", "*x*", "!important", "50%", 'a: [[[[', "<<"]}`)
    expect(config.components[0]?.source).toEqual(['a & b', '*x*', '!important', '50%', 'a: [[[[', '<<'])
    const block = `${HEAD}  m:\n    role: prompt\n    value: |\n      ${'[[[[ &a *b !c\n      - - - - - x\n      '.repeat(20)}\n`
    expect(refusal(block)).toBe('accepted')
  })

  test('depth', () => {
    const nested = (levels: number) => `${HEAD}  m: {role: model, value: ${'['.repeat(levels)}1${']'.repeat(levels)}}`
    const config = parse(nested(20))
    expect(canonicalBytes({ config, id: 'x' }).length).toBeGreaterThan(100)
    expect(refusal(nested(40))).toMatch(/nested (too deep|deeper)/)
    const deepest =
      Array.from({ length: 60 }, (_, i) => i).findLast((levels) => refusal(nested(levels)) === 'accepted') ?? 0
    expect(deepest).toBeGreaterThan(20)
    expect(() => canonicalBytes({ config: parse(nested(deepest)), id: 'x' })).not.toThrow()
  })

  const K = 262_144
  test.each([
    ['flow lists', '['.repeat(100_000)],
    ['block lists', '- '.repeat(100_000)],
    ['flow maps', '{a: '.repeat(60_000)],
    ['complex keys', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['maps on one line', `"${'a: "'.repeat(K / 4 - 4)}`],
    ['maps on lines', Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}a: a: a: a:`).join('\n')],
    ['lists behind a key', `a: ${'- '.repeat(K / 2 - 4)}`],
    ['maps in a flow list', `[${'a: '.repeat(K / 3 - 4)}`],
    ['many small lists', '- - - -\n'.repeat(20_000)],
    ['anchors', '&a '.repeat(80_000)],
    ['aliases', '*a '.repeat(80_000)],
    ['quotes', "'".repeat(200_001)],
    ['closed flow lists', '[]'.repeat(K / 2)],
    ['closing brackets', `version: 1\n  ${']'.repeat(K - 20)}`],
    ['quotes on lines', `a: ${'"\n'.repeat(K / 2 - 2)}`],
    ['lists in flow', `[${',- - '.repeat(K / 5 - 2)}`],
    ['percent signs', '%\n'.repeat(K / 2)],
    ['bytes', 'x'.repeat(300_000)],
    ['no UTF-8', Buffer.alloc(200_000, 0xff)],
  ])('a bomb of %s is refused in time', (_, text) => {
    const started = computedMs()
    expect(refusal(text)).toMatch(/^CONFIG_INVALID /)
    expect(computedMs() - started).toBeLessThan(2000)
  })

  test('any mutation of a file is read or refused, and what is read can be stored', () => {
    const bases = [OK, readFileSync(path.join(import.meta.dirname, '../../examples/support-agent/aiship.yaml'), 'utf8')]
    const pieces = [
      '[',
      ']',
      '{',
      '}',
      '- ',
      '? ',
      ': ',
      ':',
      '"',
      "'",
      '|\n',
      '>',
      '&a ',
      '*a',
      '!x ',
      '#',
      '\n',
      '  ',
      '\t',
      '%',
      '@',
      '`',
      '<<: ',
      '---\n',
      '\0',
      '\ufeff',
      '__proto__: 1',
      '1e999',
      '😀',
      '\\ud800',
      'null',
      'true',
    ]
    const edit = fc.tuple(fc.nat(2000), fc.nat(3), fc.constantFrom(...pieces))
    fc.assert(
      fc.property(fc.constantFrom(...bases), fc.array(edit, { minLength: 1, maxLength: 6 }), (base, edits) => {
        const text = edits.reduce((now, [at, drop, piece]) => {
          const place = at % (now.length + 1)
          return now.slice(0, place) + piece + now.slice(place + drop)
        }, base)
        const said = refusal(text)
        if (said === 'accepted') expect(canonicalBytes(parse(text)).length).toBeGreaterThan(10)
        else expect(said).toMatch(/^(?:CONFIG_INVALID|FORMAT_NEWER) aiship\.yaml:\d+:\d+: \S/)
      }),
      { numRuns: 600 },
    )
  })
})

describe('model names that move', () => {
  const floats = (role: string, value: string): boolean =>
    configWarnings(parse(`${HEAD}  llm: {role: ${role}, value: ${value}}`)).length > 0
  test.each([
    ['chat-large-latest', true],
    ['latest', true],
    ['chat:latest', true],
    ['chat-large', true],
    ['chat-large-2026-08-01', false],
    ['chat-20260801', false],
    ['chat-0613', false],
    ['chat-pro-001', false],
    ['chat-text-v2:0', false],
    ['chat-4', true],
    ['embed@sha256:ab12', false],
  ])('%s: %s', (model, expected) => {
    expect(floats('model', `{provider: acme, model: "${model}"}`)).toBe(expected)
    expect(floats('model', `"${model}"`)).toBe(expected)
  })

  test('in other roles only "latest" does', () => {
    expect(floats('guardrail', '{model: moderation}')).toBe(false)
    expect(floats('guardrail', '{model: moderation-latest}')).toBe(true)
    expect(floats('hyperparameters', '{rate: 0.1}')).toBe(false)
    expect(floats('prompt', '"the latest news"')).toBe(false)
  })
})
