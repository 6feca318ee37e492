import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf, hexOf, isDigest, parseCanonical, shortDigest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'

// Everything hashed is RFC 8785 canonical JSON, and a reader takes nothing else (DESIGN §3, Names).

const text = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString('utf8')
const parse = (json: string | Uint8Array, max = 1024 * 1024): unknown =>
  parseCanonical(typeof json === 'string' ? Buffer.from(json) : json, 'entry 1', max)

function refusal(run: () => unknown): AishipError {
  try {
    run()
  } catch (error) {
    if (error instanceof AishipError) return error
    throw error
  }
  throw new Error('it was taken')
}

/** Arrays in arrays, `depth` of them. */
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('a digest is the SHA-256 of the raw bytes', () => {
  test.each([
    ['', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('of %j', (bytes, digest) => {
    expect(digestOf(bytes)).toBe(digest)
    expect(digestOf(Buffer.from(bytes))).toBe(digest)
    expect(hexOf(digestOf(bytes))).toBe(digest.slice(7))
    expect(shortDigest(digestOf(bytes))).toBe(digest.slice(7, 19))
  })

  test.each([
    [`sha256:${'a'.repeat(64)}`, true],
    [`sha256:${'A'.repeat(64)}`, false],
    [`sha256:${'a'.repeat(63)}`, false],
    [`sha256:${'a'.repeat(65)}`, false],
    [`sha1:${'a'.repeat(64)}`, false],
    ['a'.repeat(64), false],
    [`sha256:${'a'.repeat(64)}\n`, false],
    [7, false],
    [null, false],
  ])('%j is one: %s', (value, is) => {
    expect(isDigest(value)).toBe(is)
  })
})

describe('canonical JSON', () => {
  test('keys stand in the order of their UTF-16 code units, not of their code points', () => {
    // The sample of RFC 8785 §3.2.3: U+1F600 is a surrogate pair and sorts before U+FB33.
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.keys(JSON.parse(text(sample)) as object).filter((key) => key !== '1')).toEqual([
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ])
    expect(text(sample).indexOf('One')).toBeLessThan(text(sample).indexOf('Control'))
  })

  test.each([
    [1, '1'],
    [-0, '0'],
    [0.1, '0.1'],
    [1e-7, '1e-7'],
    [4.5, '4.5'],
    [0.002, '0.002'],
    [Number('333333333.33333329'), '333333333.3333333'],
    [5e-324, '5e-324'],
    [9007199254740991, '9007199254740991'],
    [-9007199254740991, '-9007199254740991'],
  ])('the number %s is written %s', (number, written) => {
    expect(text(number)).toBe(written)
  })

  test.each([
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    ['\b\t\f\r', '"\\b\\t\\f\\r"'],
    ['\u007f\u2028', '"\u007f\u2028"'],
    ['\ud83d\ude00', '"\ud83d\ude00"'],
  ])('the string %j is written %s', (value, written) => {
    expect(text(value)).toBe(written)
  })

  test.each<[string, unknown]>([
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udc00'],
    ['a lone surrogate as a key', { '\ud800': 1 }],
    ['two surrogates the wrong way round', '\udc00\ud800'],
    ['an integer that readers round', 2 ** 53],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a key that makes a prototype', JSON.parse('{"__proto__":1}')],
    ['the key constructor', { constructor: 1 }],
    ['the key prototype, deep inside', { a: [{ prototype: 1 }] }],
    ['33 levels', JSON.parse(nested(33))],
    ['nothing at all', undefined],
    ['a big integer', 10n],
    ['a function', () => 1],
    ['a hole', [undefined]],
  ])('refuses to write %s', (_, value) => {
    expect(refusal(() => canonicalBytes(value)).code).toBe('CORRUPT')
  })

  test('writes 32 levels', () => {
    expect(text(JSON.parse(nested(32)))).toBe(nested(32))
  })

  const value = fc.jsonValue({ maxDepth: 5, noUnicodeString: false }).filter((v) => {
    try {
      canonicalBytes(v)
      return true
    } catch {
      return false
    }
  })

  test('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), value), { selector: ([key]) => key }), (pairs) => {
        fc.pre(pairs.every(([key]) => !['__proto__', 'constructor', 'prototype'].includes(key)))
        expect(text(Object.fromEntries(pairs))).toBe(text(Object.fromEntries([...pairs].reverse())))
      }),
    )
  })

  test('comes back as it went in, and JSON readers agree with it', () => {
    fc.assert(
      fc.property(value, (v) => {
        const bytes = canonicalBytes(v)
        expect(text(parse(Buffer.from(bytes)))).toBe(text(v))
        expect(text(JSON.parse(Buffer.from(bytes).toString('utf8')))).toBe(text(v))
      }),
    )
  })
})

describe('a reader takes only canonical bytes', () => {
  test.each([['{"a":1,"b":[true,null,"\u00f6"]}'], ['"x"'], ['0'], ['[]'], [nested(32)]])('takes %s', (json) => {
    expect(JSON.stringify(parse(json))).toBe(json)
  })

  test.each<[string, string | Uint8Array]>([
    ['no bytes', ''],
    ['half a document', '{"a":1'],
    ['two documents', '{}{}'],
    ['a line break at the end', '{}\n'],
    ['white space', '{"a": 1}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['a key twice', '{"a":1,"a":1}'],
    ['a key twice, the second spelling escaped', '{"a":1,"\\u0061":1}'],
    ['a key that makes a prototype', '{"__proto__":{"isAdmin":true}}'],
    ['the key constructor', '{"constructor":1}'],
    ['the key prototype', '{"a":{"prototype":1}}'],
    ['an integer that readers round', '{"n":9007199254740993}'],
    ['the first unsafe integer', '9007199254740992'],
    ['a large exponent', '1e21'],
    ['a number beyond every double', '1e400'],
    ['more digits than a double has', '0.1000000000000000055511151231257827'],
    ['minus zero', '-0'],
    ['a fraction that is none', '1.0'],
    ['an exponent where none is due', '1e2'],
    ['an escape that is not needed', '"\\u0041"'],
    ['an escaped slash', '"\\/"'],
    ['a lone surrogate, escaped', '"\\ud800"'],
    ['a lone surrogate as a key', '{"\\udc00":1}'],
    ['a lone surrogate in raw bytes', Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a surrogate pair, escaped', '"\\ud83d\\ude00"'],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{}')])],
    ['bytes that are no UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Uint8Array.from([0x22, 0xc1, 0x81, 0x22])],
    ['a NUL', '"\0"'],
    ['a comment', '{}//x'],
    ['NaN', 'NaN'],
    ['33 levels', nested(33)],
    ['a scalar below 32 levels and one more', `${'['.repeat(33)}1${']'.repeat(33)}`],
    ['100,000 levels', nested(100_000)],
    ['100,000 levels of keys', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('refuses %s', (_, json) => {
    const error = refusal(() => parse(json))
    expect([error.code, error.exit]).toEqual(['CORRUPT', 7])
    expect(error.message).toMatch(/^entry 1 /)
    expect(error.next).toEqual(['aiship fsck'])
  })

  test('refuses more bytes than the limit before it reads them', () => {
    expect(parse('[1]', 3)).toEqual([1])
    expect(refusal(() => parse('[12]', 3)).message).toBe('entry 1 has 4 bytes, more than the 3 allowed')
    expect(refusal(() => parse('not JSON', 3)).message).toMatch(/more than the 3 allowed/)
  })

  test('whatever the bytes, it gives a value that writes the same bytes or says CORRUPT', () => {
    const json = fc.json().map((s) => Buffer.from(s))
    const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(json, noise), (bytes) => {
        let value: unknown
        try {
          value = parse(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(AishipError)
          expect((error as AishipError).code).toBe('CORRUPT')
          return
        }
        expect(Buffer.compare(canonicalBytes(value), bytes)).toBe(0)
      }),
    )
  })

  test('does not install what it reads as a prototype', () => {
    refusal(() => parse('{"__proto__":{"isAdmin":true}}'))
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })
})
