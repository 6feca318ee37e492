import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSecretScanner, isAllowed, type ScanMode, scanModeOf } from '../../src/core/secrets.ts'
import { computedMs } from '../stopwatch.ts'

// Made up, and written in pieces, so that no scanner takes this file for a leak.
const RANDOM = 'a8Kz3Qp0WmX7vBn2LdR5tYc9HfJ1sGe4uNqE6oTi'
const GITHUB = `gh${'p_'}${RANDOM.slice(0, 36)}`
const BODY = Array.from(
  { length: 6 },
  (_, i) => `MIIEvQ${String(i)}BADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj`,
)
const pem = (kind: string, eol = '\n') => [`-----BEGIN ${kind}-----`, ...BODY, `-----END ${kind}-----`, ''].join(eol)
const RSA = pem(`RSA PRIVATE${' KEY'}`)

function scan(text: string | Uint8Array, path = 'serve/app.py', mode: ScanMode = 'tokens', app = 'shop') {
  const scanner = createSecretScanner(app, path, mode)
  scanner.chunk(Buffer.from(text as string))
  return scanner.end()
}
const rules = (text: string, path?: string, mode?: ScanMode) => scan(text, path, mode).map(({ rule }) => rule)

describe('tokens', () => {
  test.each([
    ['aws-key', `key = "AKI${'A'}QYLPMN5HHHFPZAM2"`],
    ['github-token', `curl -H "Authorization: token ${GITHUB}"`],
    ['github-token', `github_${'pat_'}11ABCDEFG0${RANDOM}_${RANDOM}`],
    ['gitlab-token', `CI=gl${'pat-'}${RANDOM.slice(0, 20)}`],
    ['slack-token', `xo${'xb-'}123456789012-1234567890123-${RANDOM.slice(0, 24)}`],
    ['google-key', `AI${'za'}SyD${RANDOM.slice(0, 32)}`],
    ['anthropic-key', `sk-${'ant-'}api03-${RANDOM}${RANDOM}`],
    ['openai-key', `sk-${'proj-'}${RANDOM}`],
    ['openai-key', `OPENAI_API_KEY=sk-${RANDOM}`],
    ['huggingface-token', `login("hf${'_'}${RANDOM.replace(/[0-9]/g, 'x').slice(0, 34)}")`],
    ['stripe-key', `sk${'_live_'}${RANDOM.slice(0, 24)}`],
    ['npm-token', `//host/:x=npm${'_'}${RANDOM.slice(0, 36)}`],
    ['pypi-token', `pypi-${'AgEIcHlwaS5vcmc'}${RANDOM}${RANDOM}`],
    ['sendgrid-key', `SG${'.'}${RANDOM.slice(0, 22)}.${RANDOM}abc`],
    ['service-token', `dapi${'0123456789abcdef'}fedcba9876543210`],
    ['jwt', `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0In0'}.${RANDOM}`],
    ['slack-webhook', `https://hooks.slack.com/services/T0${'12345678'}/B0${'12345678'}/${RANDOM.slice(0, 24)}`],
    ['azure-key', `AccountKey=${RANDOM}${RANDOM}abcdef==;`],
    ['url-password', 'postgres://app:t0pS3cr3t!x@db.internal/app'],
    ['assigned-secret', `api_key = "${RANDOM}"`],
    ['assigned-secret', `"aws_secret_access_key": "${RANDOM}"`],
    ['assigned-secret', `\\"client_secret\\": \\"${RANDOM}\\"`],
    ['assigned-secret', `DB_PASSWORD=${RANDOM.slice(0, 20)}`],
    ['assigned-secret', 'token: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  ])('%s in %s', (rule, text) => {
    expect(rules(text)).toEqual([rule])
    expect(rules(`before\n  ${text}\nafter`)).toEqual([rule])
  })

  test.each([
    'AKIAIOSFODNN7EXAMPLE',
    `x${GITHUB}`,
    'ghp_short',
    'exports2.TOKEN = exports2.HEADER_STATE = exports2.MINOR',
    '<div class="sk-toggleable__label sk-toggleable__label-arrow">',
    'sk-container-id-1 sk-estimator-doc-link-fitted-parallel-item',
    'token = tokenizer.encode(text2)',
    'token = get_token_from_vault_v2("x")',
    '"tokenizer_class": "PreTrainedTokenizerFast2Wide"',
    '"eos_token": "<|endoftext|>"',
    'api_key = os.environ["ACME_API_KEY_2"]',
    `api_key = "your-${RANDOM}"`,
    'secret_name: my-app-secret-v2-production',
    'secret: my-app-secret-v2-production',
    'password = "correct horse battery staple 1"',
    'num_tokens: 12345678901234567890',
    'https://user:password@example.com/',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a config has
    'https://user:${PASSWORD}@example.com/',
    'checksum 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '"bundle":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    'See https://docs.acme.example/security/eyJhbGciOiJIUzI1NiJ9 for the format',
    'grep -r "-----BEGIN RSA PRIVATE KEY-----" . # finds keys whose header stands alone in the file',
  ])('nothing in %s', (text) => {
    expect(rules(text)).toEqual([])
  })

  test('are not looked for in data', () => {
    expect(rules(`mail: ${GITHUB}`, 'data/mail.txt', 'names-and-keys')).toEqual([])
  })

  test('a notebook counts, its outputs too', () => {
    const cell = { cell_type: 'code', outputs: [{ text: [`os.environ -> ${GITHUB}\n`] }], source: [] }
    expect(
      rules(JSON.stringify({ cells: [cell] }), 'train.ipynb', scanModeOf('dataset', 'train.ipynb', 'auto')),
    ).toEqual(['github-token'])
  })
})

describe('private keys', () => {
  test.each([
    ['PEM', RSA],
    ['PKCS#8', pem(`PRIVATE${' KEY'}`)],
    ['OpenSSH', pem(`OPENSSH PRIVATE${' KEY'}`)],
    ['Windows line ends', pem(`EC PRIVATE${' KEY'}`, '\r\n')],
    ['PGP', pem(`PGP PRIVATE${' KEY'} BLOCK`).replace('-----\n', '-----\nVersion: GnuPG v2\n\n')],
    ['encrypted', RSA.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')],
    ['inside JSON', JSON.stringify({ private_key: RSA })],
    ['without its end', RSA.slice(0, 300)],
  ])('%s, in any file', (_name, text) => {
    expect(rules(text, 'data/a.txt', 'names-and-keys')).toEqual(['private-key'])
    expect(rules(text)).toEqual(['private-key'])
    expect(rules(`\0\u0001binary\0${text}\0`, 'artifacts/model.bin')).toEqual(['private-key'])
  })

  test('a header alone is no key, nor is a public key', () => {
    expect(
      rules(`-----BEGIN PRIVATE${' KEY'}-----\nand a sentence of many words behind it, which goes on and on`),
    ).toEqual([])
    expect(rules(pem('PUBLIC KEY'))).toEqual([])
    expect(rules(pem('CERTIFICATE'), 'certs/ca.pem')).toEqual([])
  })

  test('one key has one fingerprint, however it is written', () => {
    const prints = [RSA, RSA.replaceAll('\n', '\r\n'), JSON.stringify({ key: RSA }), `x\n${RSA}`].map(
      (text) => scan(text)[0]?.fingerprint,
    )
    expect(new Set(prints).size).toBe(1)
  })
})

describe('names', () => {
  test.each([
    ['.env', 'env-file'],
    ['serve/.env.production', 'env-file'],
    ['.envrc', 'env-file'],
    ['keys/id_rsa', 'ssh-key'],
    ['id_ed25519', 'ssh-key'],
    ['a/store.p12', 'key-store'],
    ['.aws/credentials', 'credentials-file'],
    ['gcp/credentials.json', 'credentials-file'],
    ['client_secret_123.apps.json', 'credentials-file'],
    ['.streamlit/secrets.toml', 'credentials-file'],
    ['deploy/kubeconfig', 'kubeconfig'],
    ['home/.kube/config', 'kubeconfig'],
  ])('%s is a %s', (path, rule) => {
    expect(rules('', path)).toEqual([rule])
    expect(rules('DEBUG=1\n', path, 'names-and-keys')).toEqual([rule])
  })

  test.each([
    '.env.example',
    '.env.local.sample',
    '.env.template',
    'environment.yml',
    'env.d.ts',
    'id_rsa.pub',
    'credentials.md',
    'monkey.py',
    'config',
  ])('%s is none', (path) => {
    expect(rules('DEBUG=1\n', path)).toEqual([])
  })

  test.each([
    ['.npmrc', '//r/:_authToken=abcdef', 'registry=https://r/'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what such a file has
    ['.npmrc', '//r/:_password=abcdef', '//r/:_authToken=${TOKEN}'],
    ['.pypirc', '[pypi]\npassword = x', '[pypi]\nusername = x'],
    ['.netrc', 'machine h login u password p', 'machine h'],
    ['.docker/config.json', '{"auths":{"r":{"auth":"eA=="}}}', '{"credsStore":"pass"}'],
    ['tls.key', '0\x82\x04\xa4', 'up: k\n'],
  ])('%s by what it says', (path, bad, good) => {
    expect(scan(Buffer.from(bad, 'latin1'), path)).toHaveLength(1)
    expect(scan(Buffer.from(good, 'latin1'), path)).toHaveLength(0)
  })

  test('the fingerprint is of the whole content', () => {
    const [a, b] = [scan('A=1', '.env')[0], scan('A=2', '.env')[0]]
    expect(a?.fingerprint).not.toBe(b?.fingerprint)
    expect(a).toMatchObject({ line: 0, preview: '', what: 'an environment file' })
  })
})

test('a finding says where, and never what', () => {
  const [finding] = scan(`a\nb\n  x = "${GITHUB}"\n`)
  expect(finding).toMatchObject({
    path: 'serve/app.py',
    line: 3,
    rule: 'github-token',
    what: 'a GitHub token',
    preview: 'ghp_…',
  })
  expect(finding?.fingerprint).toMatch(/^k1:[0-9a-f]{64}$/)
  expect(JSON.stringify(finding)).not.toContain(RANDOM.slice(0, 8))
})

test('a short secret shows less of itself', () => {
  expect(scan('redis://u:aB3!x9Qz@h')[0]).toMatchObject({ rule: 'url-password', preview: 'aB…' })
})

test('the fingerprint belongs to the secret and the app', () => {
  const print = (text: string, app?: string) => scan(text, 'x', 'tokens', app)[0]?.fingerprint
  expect(print(`a ${GITHUB}`)).toBe(print(`\n\nb = '${GITHUB}'`))
  expect(print(`a ${GITHUB}`)).not.toBe(print(`a ${GITHUB}`, 'other'))
  expect(print(`a ${GITHUB}`)).not.toBe(print(`a ${GITHUB.replace('8', '9')}`))
})

test('the allow-list matches this secret in these places only', () => {
  const finding = scan(GITHUB, 'data/mail/1.txt')[0]
  if (finding === undefined) throw new Error('nothing found')
  const entry = { path: 'data/mail/**', fingerprint: finding.fingerprint, reason: 'public' }
  expect(isAllowed(finding, [entry])).toBe(true)
  expect(isAllowed({ ...finding, path: 'serve/1.txt' }, [entry])).toBe(false)
  expect(isAllowed(finding, [{ ...entry, fingerprint: `k1:${'0'.repeat(64)}` }])).toBe(false)
  expect(isAllowed(finding, [])).toBe(false)
})

test.each([
  ['inference-code', 'x.py', 'auto', 'tokens'],
  ['prompt', 'p.md', 'auto', 'tokens'],
  ['hyperparameters', 'p.yaml', 'auto', 'tokens'],
  ['dataset', 'x.csv', 'auto', 'names-and-keys'],
  ['eval-set', 'x.csv', 'auto', 'names-and-keys'],
  ['model-weights', 'x.bin', 'auto', 'names-and-keys'],
  ['embedding-index', 'x', 'auto', 'names-and-keys'],
  ['dataset', 'x.csv', 'full', 'tokens'],
  ['dataset', 'explore.ipynb', 'auto', 'tokens'],
] as const)('%s %s with scan %s: %s', (role, path, mode, expected) => {
  expect(scanModeOf(role, path, mode)).toBe(expected)
})

test('an empty chunk starts the file anew', () => {
  const scanner = createSecretScanner('shop', '.env', 'tokens')
  scanner.chunk(Buffer.from(`x\n${GITHUB}\n`))
  scanner.chunk(Buffer.alloc(0))
  scanner.chunk(Buffer.from(`${GITHUB}\n`))
  expect(scanner.end()).toEqual(scan(`${GITHUB}\n`, '.env'))
})

test('how the file is cut never changes what is found', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      GITHUB,
      ` ${GITHUB} `,
      `\n${RSA}`,
      RSA.slice(0, 200),
      '\n',
      'x',
      `-----BEGIN PRIVATE${' KEY'}-----\n`,
    ),
    fc.constantFrom(`api_key = "${RANDOM}"`, `token="${GITHUB}"`, 'PRIVATE KEY', '----', ' sk-', 'eyJabcdefghijk.'),
    fc.noBias(fc.nat(150_000)).map((length) => 'lorem ipsum = '.repeat(11_000).slice(0, length)),
    fc.nat(300).map((length) => '\n'.repeat(length)),
  )
  const cuts = fc.array(fc.noBias(fc.integer({ min: 1000, max: 400_000 })), { minLength: 1, maxLength: 12 })
  const head = fc.constantFrom('', '\0')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), cuts, head, fc.boolean(), (pieces, sizes, first, isData) => {
      const bytes = Buffer.from(first + pieces.join(''))
      const mode = isData ? 'names-and-keys' : 'tokens'
      const scanner = createSecretScanner('shop', 'a/.env', mode)
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length] as number
        const chunk = Buffer.from(bytes.subarray(at, at + size))
        scanner.chunk(chunk)
        chunk.fill(0)
        at += size
      }
      expect(scanner.end()).toEqual(scan(bytes, 'a/.env', mode))
    }),
    { numRuns: 150 },
  )
})

test('secrets at every place around the edge of a chunk are found, with their line', () => {
  const scanner = (at: number) => {
    const one = createSecretScanner('shop', 'x', 'tokens')
    const text = Buffer.from(`${'a\n'.repeat(200_000).slice(0, 300_000 + at)}\n${GITHUB}\n`)
    for (let from = 0; from < text.length; from += 100_000) one.chunk(text.subarray(from, from + 100_000))
    return one.end()
  }
  for (let at = -60; at < 60; at++) expect(scanner(at)).toMatchObject([{ line: 150_002 + Math.floor(at / 2) }])
})

test('what stands in the middle of a word at the edge of a chunk is no token', () => {
  for (let at = 0; at < 45; at++) {
    const scanner = createSecretScanner('shop', 'x', 'tokens')
    const text = Buffer.from(`${'x'.repeat(at)}x${GITHUB}`.padEnd(300_000, `x${GITHUB}`))
    for (let from = 0; from < text.length; from += 90_000) scanner.chunk(text.subarray(from, from + 90_000))
    expect(scanner.end()).toEqual([])
  }
})

test('lines are counted through data that is only looked at for keys', () => {
  const scanner = createSecretScanner('shop', 'x.csv', 'names-and-keys')
  for (let i = 0; i < 5; i++) scanner.chunk(Buffer.alloc(100_001, 'row\n'))
  scanner.chunk(Buffer.from(`\n\n${RSA}`))
  expect(scanner.end()).toMatchObject([{ rule: 'private-key', line: 5 * 25_000 + 3 }])
})

test.each([
  ['words', 'the quick brown fox = 42; '],
  ['tokens that are none', 'token=token=token='],
  ['starts of tokens', 'ghp_eyJhbGciOi.eyJ.sk-'],
  ['starts of JWTs', `eyJ${'a'.repeat(1500)}.eyJ${'b'.repeat(3000)}.`],
  ['URLs', 'a://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbb'],
  ['headers', `-----BEGIN PRIVATE${' KEY'}-----`],
  ['key words', 'PRIVATE KEY'],
  ['keys', RSA],
  ['dashes', '-'],
  ['one letter', 'a'],
])('10 MB of %s in one line are scanned in time', (_name, unit) => {
  const bytes = Buffer.alloc(10_000_000, unit.replaceAll('\n', ' '))
  const start = computedMs()
  scan(bytes)
  expect(computedMs() - start).toBeLessThan(3000)
})
