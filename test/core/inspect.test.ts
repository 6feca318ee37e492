import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inspect, type Seen, startInspector, type Watch } from '../../src/core/inspect.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())

const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBg+/'.repeat(8)}\n-----END PRIVATE KEY-----\n`
const TOKEN = `AKIA${'QWERTYUIOPASDFGH'}`

/** What a file may be made of: what a scan looks for, what looks like it, starts of formats, and much of nothing. */
const PIECES: readonly Buffer[] = [
  KEY,
  TOKEN,
  `key = "${TOKEN}"\n`,
  'PRIVATE KEY',
  '-----BEGIN RSA PRIVATE KEY-----',
  'plain text, line after line\n'.repeat(50),
  '\n'.repeat(300),
  'x'.repeat(70_000),
  'y y y\n'.repeat(50_000),
  '\0\0\0\0',
  'GGUF',
  'PK\x03\x04',
  'PK\x01\x02',
  `PK\x03\x04${'\0'.repeat(22)}\x08\0\0\0data.pkl`,
  '\x80\x04\x95',
  '\x93NUMPY',
  '{"a": 1}\n',
].map((text) => Buffer.from(text, 'latin1'))

const PATHS = ['serve/app.py', 'weights/model.pt', 'model.bin', 'keys/id_rsa', '.env', 'archive.zip', 'a.npz', 'x.pkl']

const content = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, fc.uint8Array({ maxLength: 40 })), {
    maxLength: 8,
  })
  .map((pieces) => Buffer.concat(pieces))

const watched: fc.Arbitrary<Watch> = fc.record({
  app: fc.constantFrom('fraud', 'app'),
  path: fc.constantFrom(...PATHS),
  scan: fc.constantFrom('names-and-keys' as const, 'tokens' as const),
})

/** The bytes in pieces that end at `cuts`, in a buffer that is used again for each, as readers do. */
function inPieces(bytes: Buffer, cuts: readonly number[], watch: Watch): Seen {
  const inspector = startInspector(watch)
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b)
  const buffer = Buffer.alloc(bytes.length)
  let from = 0
  for (const to of ends) {
    if (to === from) continue
    bytes.copy(buffer, 0, from, to)
    inspector.chunk(buffer.subarray(0, to - from))
    from = to
  }
  return inspector.end()
}

describe('what is seen of a file', () => {
  test('does not depend on how its bytes come in pieces, nor on whether they come at once', () => {
    const cuts = fc.array(fc.oneof(fc.nat(12), fc.nat(600_000)), { maxLength: 12 })
    const property = fc.property(content, cuts, watched, (bytes, at, watch) => {
      const seen = inspect(bytes, watch)
      expect(inPieces(bytes, at, watch)).toEqual(seen)
      expect(inPieces(bytes, [], watch)).toEqual(seen)
    })
    fc.assert(property, { seed, numRuns: 1500 })
  })

  test('byte by byte', () => {
    for (const path of PATHS) {
      for (const bytes of [...PIECES, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from(KEY)])]) {
        if (bytes.length > 5000) continue
        const watch = { app: 'fraud', path, scan: 'tokens' } as const
        expect(inPieces(bytes, [...bytes.keys()], watch)).toEqual(inspect(bytes, watch))
      }
    }
  })

  test.each([
    ['a key, in data', 'data/a.csv', 'names-and-keys', KEY, ['private-key'], null],
    ['a token, in data, where none is looked for', 'data/a.csv', 'names-and-keys', `${TOKEN}\n`, [], null],
    ['a token, in code', 'serve/app.py', 'tokens', `${TOKEN}\n`, ['aws-key'], null],
    ['a name that tells, of a file that has nothing else', 'keys/id_rsa', 'names-and-keys', 'x', ['ssh-key'], null],
    ['weights', 'model.bin', 'names-and-keys', 'GGUF....', [], 'gguf'],
    ['weights with a key in them', 'model.bin', 'names-and-keys', `GGUF\0${KEY}`, ['private-key'], 'gguf'],
    ['weights longer than the head', 'model.bin', 'names-and-keys', `GGUF${'\0'.repeat(70_000)}`, [], 'gguf'],
    ['nothing', 'empty', 'tokens', '', [], null],
  ] as const)('%s', (_, path, scan, text, rules, format) => {
    const seen = inspect(Buffer.from(text, 'latin1'), { app: 'fraud', path, scan })
    expect([seen.findings.map(({ rule }) => rule), seen.format]).toEqual([rules, format])
    for (const finding of seen.findings) expect(finding.path).toBe(path)
  })

  test('is plain data, which crosses threads', () => {
    const seen = inspect(Buffer.from(KEY), { app: 'fraud', path: 'a', scan: 'tokens' })
    expect(structuredClone(seen)).toEqual(seen)
  })
})
