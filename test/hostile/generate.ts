import { randomInt } from 'node:crypto'
import fc from 'fast-check'

// Values as somebody would write them who wants to break something: well formed, and wrong in one or a few places.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One seed for all that is generated; `AISHIP_SEED` repeats a run. */
export const SEED = Number(process.env.AISHIP_SEED ?? randomInt(1, 2 ** 31))

/** Text that means something to a file system, a shell, a terminal, a parser or a regular expression. */
const TEXTS = [
  ...[
    '',
    ' ',
    '.',
    '..',
    '/',
    '//',
    '-',
    '--',
    '-rf',
    '~',
    '*',
    '**',
    '?',
    '[',
    '{',
    '%s',
    '$HOME',
    '`id`',
    ';',
    '&',
    '|',
    '\\',
    "'",
    '"',
  ],
  ...[
    '../sentinel/precious.txt',
    '../../sentinel',
    '/tmp',
    '/etc/passwd',
    '/dev/null',
    '/proc/self/mem',
    'a/../../b',
    './x',
    'x/',
    'x//y',
  ],
  ...[
    '.git',
    '.GIT/hooks/post-checkout',
    '.git ',
    'git~1',
    '.aiship',
    '.aiship/format.json',
    '.aiship-release.json',
    '.aiship-incomplete',
  ],
  ...[
    'con',
    'NUL.txt',
    'com1',
    'a:b',
    'a.',
    'a ',
    'a\\b',
    'x'.repeat(255),
    'x'.repeat(256),
    'x/'.repeat(100),
    'é',
    'e\u0301',
    'ﬀ',
    'ß',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\u001b[31m',
    '\u001b]0;x\u0007',
    '\r',
    '\n',
    'a\nb',
    '\t',
    '\u007f',
    '\u0085',
    '\u009b31m',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '\u202e',
    '\u2066x',
    '\u200b',
    '\u00ad',
    '\ufffd',
    '\ufffe',
    '\u{1f680}',
    '\u{e0001}',
    '日本語',
    '\u0130',
    '\u1e9e',
  ],
  ...[
    'v1',
    'v0',
    'v2',
    'v99',
    'v999999999999',
    'V1',
    'v01',
    'v1.0',
    'v-1',
    '1',
    '0',
    '-1',
    '1e3',
    '0x10',
    'NaN',
    'null',
    'true',
    'undefined',
  ],
  ...[
    'prod',
    'prod@1',
    'prod@0',
    'prod@999999999999',
    'prod~1',
    'prod~999999999999',
    'staging',
    '@last',
    '@newest',
    '@work',
    '@',
    'second',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length'],
  ...[
    'sha256:',
    'sha256:abc',
    `sha256:${'0'.repeat(64)}`,
    `sha256:${'A'.repeat(64)}`,
    'deadbeef',
    '0'.repeat(64),
    `sha512:${'0'.repeat(128)}`,
  ],
  ...[
    '2026-10-01',
    '2026-13-45T99:99:99Z',
    '9999-12-31T23:59:59.999Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-10-01T12:00:00.000Z',
    '0000',
  ],
  ...[
    'a'.repeat(5000),
    'ab/'.repeat(2000),
    '('.repeat(200),
    `${'a?'.repeat(30)}${'a'.repeat(30)}`,
    '*a'.repeat(40),
    '{a,b}'.repeat(12),
    '[!'.repeat(50),
  ],
] as const

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map(([a, b]) => `${a}${b}`) },
)

const hostileNumber = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  2,
  7,
  99_999,
  100_000,
  100_001,
  2 ** 31,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  0.5,
  1e300,
  5e-324,
)

const nested = (depth: number): Json =>
  depth === 0 ? 0 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) }

const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { '': '' }, nested(20), nested(31)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(
      Array.from({ length: 3000 }, (_, i) => i),
      'z'.repeat(200_000),
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
)

type Change =
  | { readonly kind: 'replace'; readonly value: Json }
  | { readonly kind: 'remove' | 'double' | 'wrap' | 'reverse' }
  | { readonly kind: 'add' | 'rename'; readonly key: string; readonly value: Json }
  | { readonly kind: 'copy'; readonly from: number }

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('replace' as const), value: hostileValue }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'double', 'wrap', 'reverse') }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('add', 'rename'), key: hostileText, value: hostileValue }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy' as const), from: fc.nat() }) },
)

type Path = readonly (string | number)[]

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) return [path, ...value.slice(0, 50).flatMap((item, i) => pathsOf(item, [...path, i]))]
  if (isObject(value)) return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
  return [path]
}

const get = (value: Json, path: Path): Json =>
  path.reduce<Json>((at, key) => (at as Record<string | number, Json>)[key] as Json, value)

/** `edit` gets what is at `path`; undefined takes it away. */
function edited(value: Json, path: Path, edit: (at: Json) => Json | undefined): Json | undefined {
  const [key, ...rest] = path
  if (key === undefined) return edit(value)
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => {
      const made = i === key ? edited(item, rest, edit) : item
      return made === undefined ? [] : [made]
    })
  }
  const entries = Object.entries(value as object).flatMap(([name, item]): [string, Json][] => {
    const made = name === key ? edited(item as Json, rest, edit) : (item as Json)
    return made === undefined ? [] : [[name, made]]
  })
  return Object.fromEntries(entries)
}

function changed(value: Json, at: number, one: Change): Json {
  const paths = pathsOf(value)
  const path = paths[at % paths.length] as Path
  const edit = (here: Json): Json | undefined => {
    switch (one.kind) {
      case 'replace':
        return one.value
      case 'remove':
        return undefined
      case 'double':
        return Array.isArray(here) ? [...here, ...here] : [here, here]
      case 'wrap':
        return { wrapped: here }
      case 'reverse':
        return Array.isArray(here) ? [...here].reverse() : isObject(here) ? Object.values(here) : String(here)
      case 'add':
        return isObject(here) ? Object.fromEntries([...Object.entries(here), [one.key, one.value]]) : [one.value]
      case 'rename': {
        if (!isObject(here)) return one.key
        const [first, ...others] = Object.entries(here)
        return first === undefined ? here : Object.fromEntries([[one.key, first[1]], ...others])
      }
      case 'copy':
        return get(value, paths[one.from % paths.length] as Path)
    }
  }
  return edited(value, path, edit) ?? null
}

/** A value with one to three places changed. */
export interface Mutation {
  apply(value: Json): Json
}

export const mutation: fc.Arbitrary<Mutation> = fc
  .array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 })
  .map((changes) => ({ apply: (value) => changes.reduce((now, [at, one]) => changed(now, at, one), value) }))

/** Bytes that are not what canonical JSON would be. */
export const damage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc
    .constantFrom<(text: string) => string>(
      () => '',
      () => 'null',
      () => '[]',
      () => '{}',
      () => '1e999',
      () => '"\\ud800"',
      () => '['.repeat(100_000),
      () => '{"a":'.repeat(50_000),
      () => `{"a":${'9'.repeat(1000)}}`,
      (text) => ` ${text}`,
      (text) => `${text}\n`,
      (text) => `\ufeff${text}`,
      (text) => `${text}${text}`,
      (text) => text.replace('{', '{"__proto__":{"polluted":1},'),
      (text) => text.replace('{', '{"constructor":1,'),
      (text) => text.replace(/"([a-z]+)":/, '"$1":1,"$1":'),
      (text) => text.replace(/:(\d+)/, ':$1.0'),
      (text) => text.replace(/:(\d+)/, ':9007199254740993'),
      (text) => text.replaceAll('"', "'"),
      (text) => text.slice(0, text.length >> 1),
      (text) => text.replace(/[a-z]/, '\\u0061'),
      (text) => JSON.stringify(JSON.parse(text), null, 1),
    )
    .map((edit) => (bytes: Uint8Array) => Buffer.from(edit(Buffer.from(bytes).toString()))),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 12 })).map(
    ([at, junk]) =>
      (bytes: Uint8Array) =>
        Buffer.concat([bytes.subarray(0, at % (bytes.length + 1)), junk, bytes.subarray(at % (bytes.length + 1))]),
  ),
)
