import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { staleFiles } from '../scripts/generate.mjs'

// The house as rules. Each rule is a function from sources to what breaks it, so each can be shown a source that does.

const ROOT = path.resolve(import.meta.dirname, '..')
const MAX_LINES = 250

/** Path relative to the root, and text. */
type Sources = ReadonlyMap<string, string>
type Rule = (sources: Sources) => readonly string[]

const DRIVERS = ['config', 'store', 'components', 'registries', 'metrics', 'predictions', 'serving']
const FOLDERS = ['core', ...DRIVERS, 'ops', 'cli', 'cli/commands']
const ROOT_FILES = ['main.ts', 'index.ts', 'worker.ts', 'drivers.gen.ts', 'version.gen.ts']

/** What each part of src/ may import, besides itself. Whoever makes a context reaches everything; nobody else reaches a driver. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ['core', 'store'],
  store: ['core'],
  components: ['core', 'store'],
  registries: ['core', 'store'],
  metrics: ['core', 'store'],
  predictions: ['core', 'store'],
  serving: ['core', 'store'],
  ops: ['core'],
  cli: ['ops', 'core', 'version.gen.ts'],
  'cli/context.ts': ['ops', 'core', 'version.gen.ts', 'drivers.gen.ts', ...DRIVERS],
  'cli/opening.ts': ['core', 'drivers.gen.ts', ...DRIVERS],
  'main.ts': ['cli', 'ops', 'core', 'version.gen.ts'],
  // The library makes contexts too, out of the same parts.
  'index.ts': [
    'ops',
    'core',
    'version.gen.ts',
    'drivers.gen.ts',
    'cli/context.ts',
    'cli/flags.ts',
    'cli/host.ts',
    ...DRIVERS,
  ],
  'worker.ts': ['core', 'store', 'components'],
  'drivers.gen.ts': DRIVERS,
  'version.gen.ts': [],
}

interface Import {
  readonly file: string
  readonly specifier: string
  readonly isTypeOnly: boolean
}

/** Comments blanked out, so that a rule reads only code. */
const withoutComments = (text: string): string =>
  text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g, (found) =>
    found.startsWith('/') ? ' ' : found,
  )

function importsOf(file: string, text: string): readonly Import[] {
  const code = withoutComments(text)
  const statements = code.matchAll(/^\s*(?:import|export)\b(\s+type\b)?[^'"();=]*?\bfrom\s*['"]([^'"]+)['"]/gm)
  const bare = code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)
  const calls = code.matchAll(/\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g)
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ file, specifier, isTypeOnly: type !== undefined })),
    ...[...bare, ...calls].map(([, specifier = '']) => ({ file, specifier, isTypeOnly: false })),
  ]
}

const allImports = (sources: Sources): readonly Import[] =>
  [...sources].flatMap(([file, text]) => importsOf(file, text))

/** The part of the house that a path belongs to: a folder of src/, or a file that stands in none. */
const partOf = (file: string): string => file.replace(/^src\//, '').split('/')[0] ?? file

/** A file that has a rule of its own, else its part. */
const ruleOf = (file: string): string =>
  file.slice('src/'.length) in MAY_IMPORT ? file.slice('src/'.length) : partOf(file)

const importsGoOneWay: Rule = (sources) =>
  allImports(sources)
    .filter(({ file, specifier }) => file.startsWith('src/') && specifier.startsWith('.'))
    .flatMap(({ file, specifier, isTypeOnly }) => {
      const target = path.posix.join(path.posix.dirname(file), specifier)
      if (isTypeOnly && target === 'src/core/ports.ts') return []
      const [from, to] = [ruleOf(file), partOf(target)]
      const may = MAY_IMPORT[from] ?? []
      const allowed = partOf(file) === to || may.includes(to) || may.includes(target.slice('src/'.length))
      return allowed ? [] : [`${file} imports ${target}: ${from} may import ${may.join(', ') || 'nothing'}`]
    })

const coreUsesOnlyHashing: Rule = (sources) =>
  allImports(sources)
    .filter(
      ({ file, specifier }) => partOf(file) === 'core' && specifier.startsWith('node:') && specifier !== 'node:crypto',
    )
    .map(({ file, specifier }) => `${file} imports ${specifier}`)

const opsReachTheMachineThroughTheContext: Rule = (sources) =>
  allImports(sources)
    .filter(
      ({ file, specifier }) => partOf(file) === 'ops' && specifier.startsWith('node:') && specifier !== 'node:path',
    )
    .map(({ file, specifier }) => `${file} imports ${specifier}`)

const IMPURE =
  /\b(?:process|console)\s*[.[]|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|\bperformance\.now\b|\bset(?:Timeout|Interval)\b|\bfetch\(/

const coreAndOpsArePure: Rule = (sources) =>
  [...sources]
    .filter(([file]) => (partOf(file) === 'core' || partOf(file) === 'ops') && !file.endsWith('.gen.ts'))
    .flatMap(([file, text]) => {
      const found = IMPURE.exec(withoutComments(text))
      return found === null ? [] : [`${file} uses ${found[0]}`]
    })

/** So that a package is replaced in one place. */
const eachPackageInOneFile: Rule = (sources) => {
  const users = new Map<string, Set<string>>()
  for (const { file, specifier } of allImports(sources)) {
    if (/^[./]|^node:/.test(specifier)) continue
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')
    users.set(name, (users.get(name) ?? new Set()).add(file))
  }
  return [...users]
    .filter(([, files]) => files.size > 1)
    .map(([name, files]) => `${name} is imported in ${[...files].join(', ')}`)
}

const filesAreSmall: Rule = (sources) =>
  [...sources]
    .filter(([file]) => !file.endsWith('.gen.ts'))
    .map(([file, text]) => [file, text.trimEnd().split('\n').length] as const)
    .filter(([, lines]) => lines > MAX_LINES)
    .map(([file, lines]) => `${file} has ${lines} lines, more than ${MAX_LINES}`)

const foldersAreThese: Rule = (sources) =>
  [...sources.keys()]
    .filter((file) => file.startsWith('src/'))
    .map((file) => file.slice('src/'.length))
    .filter((file) => (file.includes('/') ? !FOLDERS.includes(path.posix.dirname(file)) : !ROOT_FILES.includes(file)))
    .map((file) => `src/${file} stands where nothing may stand`)

const importsNameFiles: Rule = (sources) =>
  allImports(sources)
    .filter(
      ({ file, specifier }) =>
        file.startsWith('src/') && specifier.startsWith('.') && !/\.(?:ts|json)$/.test(specifier),
    )
    .map(({ file, specifier }) => `${file} imports ${specifier} without its ending`)

// In pieces, or this file would break the rule.
const REGISTRY_HOSTS = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['registry', 'npmmirror', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['files', 'pythonhosted', 'org'],
].map((labels) => labels.join('.'))

/** A checkout installs from whatever registry the machine is set up for. */
const noRegistryHosts: Rule = (sources) =>
  [...sources].flatMap(([file, text]) => {
    const hosts = REGISTRY_HOSTS.filter((host) => text.includes(host)).map((host) => `${file} names ${host}`)
    const resolved = file.endsWith('package-lock.json') ? (/"resolved": "https?:[^"]*"/.exec(text) ?? []) : []
    return [...hosts, ...resolved.map((found) => `${file} has ${found}`)]
  })

const lines = (count: number): string => '\n'.repeat(count - 1).concat('x')

// Every rule with a source that breaks it: [rule, sources it reads, path, text].
const RULES: readonly (readonly [string, Rule, () => Sources, ...(readonly (readonly [string, string])[])])[] = [
  [
    'imports go one way',
    importsGoOneWay,
    sources,
    ['src/core/x.ts', "import { put } from '../store/objects.ts'"],
    ['src/core/x.ts', "import type { Tree } from '../store/objects.ts'"],
    ['src/core/x.ts', "export {\n  a,\n  b,\n} from '../ops/promote.ts'"],
    ['src/ops/x.ts', "import { openFolder } from '../store/folder.ts'"],
    ['src/ops/x.ts', "const load = () => import('../components/path.ts')"],
    ['src/ops/x.ts', "import { components } from '../drivers.gen.ts'"],
    ['src/ops/x.ts', "import '../cli/render.ts'"],
    ['src/store/x.ts', "import { read } from '../config/read.ts'"],
    ['src/components/x.ts', "import { driver } from '../registries/s3.ts'"],
    ['src/cli/x.ts', "import { components } from '../drivers.gen.ts'"],
    ['src/cli/commands/x.ts', "import { openFolder } from '../../store/folder.ts'"],
    ['src/cli/x.ts', "import { main } from '../main.ts'"],
    ['src/main.ts', "import { openFolder } from './store/folder.ts'"],
    ['src/index.ts', "export { render } from './cli/render.ts'"],
    ['src/index.ts', "export * from './main.ts'"],
  ],
  [
    'core uses only hashing of Node',
    coreUsesOnlyHashing,
    sources,
    ['src/core/x.ts', "import { readFileSync } from 'node:fs'"],
    ['src/core/x.ts', "import type { Stats } from 'node:fs'"],
    ['src/core/x.ts', "const os = require('node:os')"],
  ],
  [
    'ops reach the machine through the context',
    opsReachTheMachineThroughTheContext,
    sources,
    ['src/ops/x.ts', "import { readFileSync } from 'node:fs'"],
  ],
  [
    'core and ops have no clock, chance, process or console',
    coreAndOpsArePure,
    sources,
    ['src/core/x.ts', 'const now = Date.now()'],
    ['src/core/x.ts', 'const now = new Date()'],
    ['src/core/x.ts', "const home = process.env['HOME']"],
    ['src/core/x.ts', "import { randomUUID } from 'node:crypto'"],
    ['src/ops/x.ts', "const url = 'http://x' /* a */ ; console.log(url)"],
    ['src/ops/x.ts', 'const luck = Math.random()'],
  ],
  [
    'a package is imported in one file',
    eachPackageInOneFile,
    sources,
    ['src/cli/x.ts', "import { Chalk } from 'chalk'\n"],
    ['src/ops/x.ts', "const picomatch = await import('picomatch')"],
  ],
  [
    `a file has at most ${MAX_LINES} lines`,
    filesAreSmall,
    sources,
    ['src/ops/x.ts', lines(251)],
    ['bin/x.js', lines(251)],
  ],
  [
    'src/ has these folders and no others',
    foldersAreThese,
    sources,
    ['src/utils/x.ts', ''],
    ['src/core/helpers/x.ts', ''],
    ['src/stray.ts', ''],
  ],
  [
    'imports carry the ending of the file',
    importsNameFiles,
    sources,
    ['src/core/x.ts', "import { a } from './digest'"],
  ],
  [
    'no file names a package registry',
    noRegistryHosts,
    committed,
    ['docs/x.md', `https://${REGISTRY_HOSTS[0]}/aiship`],
    ['package-lock.json', '"resolved": "https://mirror.example/a.tgz"'],
  ],
]

function sources(): Sources {
  return read(['src', 'bin'].flatMap((folder) => filesUnder(folder)).filter((file) => /\.(?:ts|js)$/.test(file)))
}

function committed(): Sources {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => file !== '')
  return read(files.filter((file) => !/\.(?:bin|gz|png|jpe?g|onnx)$/.test(file)))
}

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    path.posix.join(folder, name),
  )

function read(files: readonly string[]): Sources {
  const texts = new Map<string, string>()
  for (const file of files) {
    try {
      texts.set(file, readFileSync(path.join(ROOT, file), 'utf8'))
    } catch {
      // Listed by git, and deleted since.
    }
  }
  return texts
}

for (const [name, rule, real, ...bad] of RULES) {
  describe(name, () => {
    test('holds here', () => {
      expect(rule(real())).toEqual([])
    })
    test.each(bad)('is broken by %s: %s', (file, text) => {
      const others = new Map([...real()].filter(([other]) => other !== file))
      expect(rule(new Map([...others, [file, text]])).length).toBeGreaterThan(rule(others).length)
    })
  })
}

test('the rules read what they are about', () => {
  const files = [...sources().keys()]
  expect(files).toContain('bin/aiship.js')
  expect(files.filter((file) => file.startsWith('src/core/')).length).toBeGreaterThan(5)
  expect(allImports(sources()).some(({ specifier }) => specifier === 'node:crypto')).toBe(true)
  expect([...committed().keys()]).toContain('package-lock.json')
})

test('a comment is not code', () => {
  const text = "/** The process.env of it. */\n// console.log(new Date())\nexport const x = 'https://a' // Date.now()\n"
  expect(coreAndOpsArePure(new Map([['src/core/x.ts', text]]))).toEqual([])
})

describe('generated files', () => {
  test('are what the generator writes now', () => {
    expect(staleFiles(ROOT).map(([file]) => file)).toEqual([])
  })

  test('are found stale when a schema or a driver changes', () => {
    const copy = mkdtempSync(path.join(tmpdir(), 'aiship-gen-'))
    try {
      for (const folder of ['schemas', 'src', 'package.json'])
        cpSync(path.join(ROOT, folder), path.join(copy, folder), { recursive: true })
      mkdirSync(path.join(copy, 'src/components'), { recursive: true })
      const label = path.join(copy, 'schemas/label.schema.json')
      writeFileSync(
        label,
        readFileSync(label, 'utf8').replace('"label": {', '"extra": { "type": "string" }, "label": {'),
      )
      writeFileSync(path.join(copy, 'src/components/zip.ts'), 'export const driver = {}\n')
      const stale = staleFiles(copy).map(([file]) => file)
      expect(stale).toEqual(['src/core/model.gen.ts', 'src/core/validators.gen.ts', 'src/drivers.gen.ts'])
      writeFileSync(path.join(copy, 'src/components/zip.ts'), 'export const driver = {}\nexport const more = 1\n')
      expect(() => staleFiles(copy)).toThrow(/a driver exports one thing/)
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})
