import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS, commandName } from '../../src/cli/commands.ts'
import { GLOBAL_FLAGS } from '../../src/cli/flags.ts'
import { isCheckoutFile } from '../../src/core/checkout.ts'
import type { Session } from '../cli/transcript.ts'
import { share } from '../share.ts'
import { type Forge, openForge } from './forge.ts'
import { hostileText, type Json, mutation, SEED } from './generate.ts'
import { findings, startRelease, write } from './outcome.ts'
import { exits, expectContained, placeSentinel, runWell, type Sentinel } from './surroundings.ts'

// What people and other programs hand over: an aiship.yaml, file names, the words of a command line.

let session: Session
let forge: Forge
let sentinel: Sentinel
let kept: ReadonlySet<string>
let tried = 0
const out = (): string => path.join(path.dirname(session.dir), 'out')

beforeAll(async () => {
  if (fs.existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm'
  session = await startRelease()
  write(session.dir, { 'data/a.csv': 'a,b\n', 'data/b.csv': 'c,d\n', 'notes.md': 'notes' })
  // A name of a host that is none must not be asked for.
  session.env.GIT_SSH_COMMAND = 'false'
  execFileSync('git', ['init', '-q', session.dir])
  forge = openForge(path.join(session.dir, '.aiship'))
  kept = new Set(fs.readdirSync(session.dir))
})
afterAll(() => {
  const codes = [...exits].sort().map(([exit, count]) => `${count} x ${exit}`)
  session.end()
  process.stdout.write(`seed ${SEED}: ${tried} hostile files and command lines; exit codes ${codes.join(', ')}\n`)
})

/** The project and its registry as they were. */
function restore(): void {
  forge.restore()
  for (const name of fs.readdirSync(session.dir))
    if (!kept.has(name)) fs.rmSync(path.join(session.dir, name), { recursive: true, force: true })
  fs.rmSync(out(), { recursive: true, force: true })
}

const check = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, run: (value: T) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      restore()
      await run(value)
      sentinel.check()
      expectContained(session)
      tried++
    }),
    { seed: SEED, numRuns: share(numRuns), endOnFailure: true },
  )

const CONFIG: Json = {
  version: 1,
  app: 'scorer',
  registry: '.aiship',
  components: {
    model: { role: 'model-weights', path: 'model.bin', from: ['rows', 'params'] },
    rows: { role: 'dataset', path: ['data/*.csv', 'notes.md'], scan: 'full' },
    prompts: { role: 'prompt', path: 'prompts/', links: 'follow' },
    params: { role: 'hyperparameters', value: { rate: 0.1, layers: [1, 2] }, to: 'settings/params.json' },
    hashed: { role: 'dataset', path: 'data', mode: 'hash' },
    env: { role: 'runtime', command: ['true', 'x'] },
    lake: { role: 'dataset', external: { uri: 's3://lake/x', pin: 'v7' } },
    base: { role: 'runtime', image: `ghcr.io/acme/base@sha256:${'0'.repeat(64)}` },
  },
  commands: { predict: ['node', 'predict.js'] },
  ignore: ['**/scratch/**', '!keep'],
  pointers: { prod: { protected: true }, staging: {} },
  secrets: { allow: [{ path: 'data/**', fingerprint: `k1:${'0'.repeat(64)}`, reason: 'public' }] },
}

/** Ways to write a value down that a YAML reader may stumble over. */
const YAML_TEXTS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(JSON.parse(text), null, 2),
  (text) => `---\n${text}\n...\n`,
  (text) => `%YAML 1.1\n---\n${text}`,
  (text) => `${text}\n---\n${text}`,
  (text) => `# ${'x'.repeat(1000)}\n${text}\n# end`,
  (text) => text.replace('{', '{<<: {a: 1}, '),
  (text) => text.replace('{', '{&a x: *a, '),
  (text) => text.replace('"app":', '"app": &anchor '),
  (text) => text.replace('"app":', '"app": !!binary '),
  (text) => text.replace('"app":', '? [a, b]\n: 1\n"app":'),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll('"', ''),
  (text) => text.replaceAll(',', ',\n\t'),
  (text) => text.replaceAll(',', ',\r\n'),
  (text) => text.slice(0, Math.floor(text.length * 0.7)),
  (text) => `\ufeff${text}`,
  (text) => `${text}\u0000`,
  (text) => `x: |\n  ${text}\ny: >-\n  ${text}`,
]
const CONFIG_COMMANDS = [
  ['bundle'],
  ['bundle', '-n', '--json'],
  ['status', '--json'],
  ['doctor'],
  ['diff'],
  ['promote', 'v1', 'prod'],
] as const

/** A registry is made where the file says: here it may say anywhere in the project. */
function keepingHome(config: Json): Json {
  const { registry } = Object(config) as { registry?: Json }
  const isAway = typeof registry === 'string' && (registry.includes('..') || registry.startsWith('/'))
  return isAway ? { ...(config as object), registry: '.aiship' } : config
}

test('aiship.yaml: well formed and wrong', async () => {
  const [kinds, texts] = [
    fc.constantFrom(...CONFIG_COMMANDS),
    fc.oneof({ weight: 2, arbitrary: fc.constant((text: string) => text) }, fc.constantFrom(...YAML_TEXTS)),
  ]
  sentinel = placeSentinel(session, { project: false })
  const file = path.join(session.dir, 'aiship.yaml')
  const before = fs.readFileSync(file)
  try {
    await check(fc.tuple(mutation, texts, kinds), 400, async ([{ apply }, spell, words]) => {
      fs.writeFileSync(file, spell(JSON.stringify(keepingHome(apply(CONFIG)))))
      sentinel = placeSentinel(session, { project: false })
      await runWell(session, words)
    })
  } finally {
    fs.writeFileSync(file, before)
  }
}, 60_000)

test('aiship.yaml: any bytes', async () => {
  const file = path.join(session.dir, 'aiship.yaml')
  const before = fs.readFileSync(file)
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        'version: 1\n',
        'app: a\n',
        'components:\n',
        '  x: {',
        '}',
        '[',
        ']',
        ': ',
        '- ',
        '  ',
        '\n',
        '&a ',
        '*a',
        '|',
        '>',
        '"',
        "'",
        '#',
        '!!',
        '? ',
        '%',
        '---\n',
        '...',
        '\t',
        '<<: ',
        ',',
      ),
      hostileText,
    ),
    { maxLength: 60 },
  )
  try {
    await check(
      fc.oneof(
        pieces.map((all) => Buffer.from(all.join(''))),
        fc.uint8Array({ maxLength: 200 }),
      ),
      150,
      async (bytes) => {
        fs.writeFileSync(file, bytes)
        sentinel = placeSentinel(session)
        await runWell(session, ['bundle', '-n'])
      },
    )
  } finally {
    fs.writeFileSync(file, before)
  }
}, 60_000)

test('a commit of a repository, asked for in hostile words', async () => {
  const file = path.join(session.dir, 'aiship.yaml')
  const before = fs.readFileSync(file)
  const options: Json = { repository: '.', revision: 'HEAD', path: 'prompts' }
  try {
    await check(fc.tuple(mutation, hostileText), 40, async ([{ apply }, to]) => {
      const component = { role: 'dataset', git: apply(options), to }
      fs.writeFileSync(file, JSON.stringify({ version: 1, app: 'scorer', components: { files: component } }))
      sentinel = placeSentinel(session)
      await runWell(session, ['bundle', '--json'])
    })
  } finally {
    fs.writeFileSync(file, before)
  }
}, 60_000)

test('file names', async () => {
  sentinel = placeSentinel(session, { project: false })
  const folder = path.join(session.dir, 'prompts')
  const name = fc.oneof(
    hostileText.map((text) => Buffer.from(text.replaceAll('/', '_'))),
    fc.uint8Array({ minLength: 1, maxLength: 255 }).map((bytes) => Buffer.from(bytes)),
  )
  await check(fc.array(name, { minLength: 1, maxLength: 3 }), 250, async (names) => {
    fs.rmSync(folder, { recursive: true })
    fs.mkdirSync(folder)
    for (const one of names) {
      try {
        fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), one]), one)
      } catch {
        // No file system has that name: nobody can bundle it.
      }
    }
    fs.writeFileSync(`${folder}/plain.txt`, 'plain')
    sentinel = placeSentinel(session, { project: false })
    if ((await runWell(session, ['bundle'])) !== 0) return
    expect(await runWell(session, ['checkout', '@last', '../out'])).toBe(0)
    expect(read(path.join(out(), 'prompts'))).toEqual(read(folder).filter(([file]) => !isNeverCaptured(file)))
  })
  expect(await findings(session)).toEqual([])
}, 60_000)

const isNeverCaptured = (file: string): boolean => isCheckoutFile(file) || file === '.git' || file === '.aiship'

const read = (folder: string): readonly (readonly [string, string])[] =>
  fs
    .readdirSync(folder)
    .sort()
    .map((file) => [file, fs.readFileSync(path.join(folder, file), 'latin1')])

test('command lines', async () => {
  // Where a word may name a place to write to, it names one in the project.
  const inside = hostileText.filter((text) => !text.includes('..') && !text.startsWith('/') && !text.includes('\u0000'))
  const place = fc.oneof(
    inside,
    fc.constantFrom(
      '../sentinel',
      '../sentinel/precious.txt',
      '../sentinel/deep',
      '/',
      '/etc/passwd',
      '/dev/null',
      '/proc/self/mem',
      '/nowhere/x',
    ),
  )
  const known = fc.constantFrom(...Object.keys(COMMANDS).filter((name) => name !== 'init'))
  const word = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('prod', 'v1', 'v2', '@last', 'prod@2', 'prod~1', 'second', 'bad', 'good', 'out'),
    },
    { weight: 2, arbitrary: place },
  )
  const ref = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('prod', 'v1', 'v2', 'prod~1', 'prod@1', '@last', 'second') },
    { weight: 1, arbitrary: place },
  )
  const pointer = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('prod', 'staging') },
    { weight: 1, arbitrary: place },
  )
  const shaped = fc.oneof(
    fc.tuple(fc.constantFrom('resolve', 'show'), ref),
    fc.tuple(fc.constant('diff'), ref, ref),
    fc.tuple(fc.constant('promote'), ref, pointer),
    fc.tuple(fc.constant('checkout'), ref, place),
    fc.tuple(fc.constant('mark'), ref, fc.constantFrom('bad', 'good')),
    fc.tuple(fc.constantFrom('rollback', 'log', 'hold', 'unhold', 'retire'), pointer),
    fc.tuple(fc.constant('undo'), ref),
    fc.tuple(fc.constantFrom('status', 'ls', 'bundle', 'fsck', 'doctor')),
    fc.tuple(fc.constant('route'), fc.constantFrom('show', 'eval', 'set', 'export'), pointer),
  )
  const wild = fc
    .tuple(fc.oneof(known, hostileText), fc.array(word, { maxLength: 4 }))
    .map(([one, words]) => [...one.split(' '), ...words])
  const options = new Map<string, readonly string[]>()
  for (const [name, listed] of Object.entries(COMMANDS))
    options.set(
      name,
      // Not what goes on until it is stopped.
      (await listed.load()).command.options.map(([spelling]) => spelling).filter((spelling) => spelling !== '--watch'),
    )

  /** A flag that the command has, with a hostile value if it takes one; sometimes one that no command has. */
  const flagOf = (command: string): fc.Arbitrary<readonly string[]> =>
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .constantFrom(...GLOBAL_FLAGS.map(([spelling]) => spelling), ...(options.get(command) ?? []))
          .chain((spelling): fc.Arbitrary<readonly string[]> => {
            const name = /--[\w-]+/.exec(spelling)?.[0] ?? '--json'
            // Without a value, it would wait a minute.
            if (spelling.includes('[')) return hostileText.map((value) => [`${name}=${value || '1ms'}`])
            if (!spelling.includes('<')) return fc.constant([name])
            const values = name === '--output' ? inside : /^--(dir|registry)$/.test(name) ? place : hostileText
            return values.map((value) => [name, value])
          }),
      },
      { weight: 1, arbitrary: hostileText.map((text) => [`--${text}`]) },
      { weight: 1, arbitrary: hostileText.map((text) => [`-${text}`]) },
      { weight: 1, arbitrary: fc.constantFrom(['-h'], ['--version'], ['--']) },
    )
  const line = fc
    .oneof({ weight: 6, arbitrary: shaped }, { weight: 1, arbitrary: wild })
    .chain((words) =>
      fc.tuple(fc.constant(words), fc.array(flagOf(commandName(words) ?? ''), { maxLength: 2 }), fc.boolean()),
    )
    .map(([words, flags, isEarly]) => (isEarly ? [...flags.flat(), ...words] : [...words, ...flags.flat()]))
  const before = placeSentinel(session, { project: false })
  sentinel = { check: () => before.check() }
  await check(line, 600, async (words) => {
    // It would run on.
    await runWell(session, words.includes('follow') ? [...words, '--once'] : words)
  })
}, 60_000)
