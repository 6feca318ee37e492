import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { driver } from '../../src/components/git.ts'
import { type Files, makeFolder, outcome, projectIn, specOf } from './project.ts'

const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`

function git(folder: string, ...words: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', HOME: folder }
  const who = [
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@t',
    '-c',
    'init.defaultBranch=main',
    '-c',
    'protocol.file.allow=always',
  ]
  return execFileSync('git', [...who, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()
}

/** A repository with one commit, tagged v1. */
function makeRepository(files: Files): string {
  const folder = makeFolder(files)
  git(folder, 'init', '-q')
  git(folder, 'add', '-A', '-f')
  git(folder, 'commit', '-q', '-m', 'one')
  git(folder, 'tag', 'v1')
  return folder
}

const collect = (root: string, source: object, spec = {}, env: NodeJS.ProcessEnv = process.env) =>
  outcome(driver, specOf('git', { revision: 'main', ...source }, { name: 'p', ...spec }), projectIn(root, { env }))

const FILES = {
  'prompts/system.md': 'be kind\n',
  'prompts/run*': '#!/bin/sh\n',
  'src/a.py': 'x\n',
  'README.md': '# r\n',
}

describe('files of a commit', () => {
  test.each([
    [{}, { 'tree .aiship-components/p': ['README.md', 'prompts/run*', 'prompts/system.md', 'src/a.py'] }],
    [{ path: 'prompts' }, { 'tree .aiship-components/p': ['run*', 'system.md'] }],
    [{ path: './prompts/' }, { 'tree .aiship-components/p': ['run*', 'system.md'] }],
    [{ path: 'prompts/run' }, { 'file .aiship-components/p': ['p*'] }],
    [
      { revision: 'v1' },
      { 'tree .aiship-components/p': ['README.md', 'prompts/run*', 'prompts/system.md', 'src/a.py'] },
    ],
  ])('%j', async (source, expected) => {
    expect(await collect(makeRepository(FILES), source)).toEqual(expected)
  })

  test('stand where the component says, and the commit is noted', async () => {
    const root = makeRepository(FILES)
    const spec = specOf(
      'git',
      { repository: root, revision: 'v1', path: 'prompts/system.md' },
      { to: 'config/system.md' },
    )
    expect(await driver.collect(spec, projectIn(makeFolder({})))).toEqual({
      form: 'file',
      at: 'config/system.md',
      files: [
        { path: 'system.md', from: 'config/system.md', exec: false, content: { bytes: Buffer.from('be kind\n') } },
      ],
      ignored: [],
      notes: { commit: git(root, 'rev-parse', 'HEAD'), revision: 'v1', repository: root },
    })
  })

  test('are those of the commit, not of the working tree, the index or the settings', async () => {
    const root = makeRepository({
      'a.txt': 'one\r\ntwo\n',
      '.gitattributes': '* text eol=crlf export-ignore filter=shout\n$Id$',
    })
    writeFileSync(path.join(root, 'a.txt'), 'changed')
    writeFileSync(path.join(root, 'new.txt'), 'new')
    git(root, 'config', 'core.autocrlf', 'true')
    git(root, 'config', 'filter.shout.smudge', 'tr a-z A-Z')
    const stored = execFileSync('git', ['cat-file', 'blob', 'HEAD:a.txt'], { cwd: root })
    const collected = await driver.collect(specOf('git', { revision: 'HEAD' }), projectIn(root))
    if (collected.form === 'reference') throw new Error('a reference')
    expect(collected.files.map((file) => file.path)).toEqual(['.gitattributes', 'a.txt'])
    expect(collected.files[1]?.content).toEqual({ bytes: stored })
  })

  test('any bytes, and nothing put in their place', async () => {
    const root = makeFolder({})
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7) % 256))
    writeFileSync(path.join(root, 'b.bin'), bytes)
    writeFileSync(path.join(root, 'empty'), '')
    git(root, 'init', '-q')
    git(root, 'add', '-A')
    git(root, 'commit', '-q', '-m', 'one')
    writeFileSync(path.join(root, 'other'), 'evil')
    git(root, 'replace', git(root, 'rev-parse', 'HEAD:b.bin'), git(root, 'hash-object', '-w', 'other'))
    const collected = await driver.collect(specOf('git', { revision: 'main' }), projectIn(root))
    if (collected.form === 'reference') throw new Error('a reference')
    expect(collected.files.map(({ content }) => ('bytes' in content ? Buffer.from(content.bytes) : null))).toEqual([
      bytes,
      Buffer.alloc(0),
    ])
  })

  test('the project may be a folder of the repository; a folder of another one is no repository', async () => {
    const root = makeRepository(FILES)
    mkdirSync(path.join(root, 'plain'))
    expect(await collect(path.join(root, 'src'), { path: 'src' })).toEqual({ 'tree .aiship-components/p': ['a.py'] })
    expect(await collect(root, { repository: 'plain' })).toMatch(/^COMMAND_FAILED git failed: .*not a git repository/)
  })

  test('many files are read in one go', async () => {
    const root = makeRepository(
      Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`d/${i % 30}/f${i}.txt`, `${i}`])),
    )
    const start = performance.now()
    const collected = await driver.collect(specOf('git', { revision: 'main' }), projectIn(root))
    expect(collected.form === 'tree' && collected.files.length).toBe(3000)
    expect(performance.now() - start).toBeLessThan(20_000)
  })
})

describe('links in a commit follow the rule of links on a disk', () => {
  test.each([
    [{ 'd/a': '1', 'd/b': '->a' }, 'd', {}, ['a', 'b']],
    [{ 'd/x/a*': '1', 'd/y': '->x' }, 'd', {}, ['x/a*', 'y/a*']],
    [{ 'd/x/a': '1', 'd/x/l': '->../z', 'd/y': '->x', 'd/z': '3' }, 'd', {}, ['x/a', 'x/l', 'y/a', 'y/l', 'z']],
    [{ 'd/a': '1', 'd/b': '->c', 'd/c': '->a' }, 'd', {}, ['a', 'b', 'c']],
    [{ 'o/a': '1', 'd/b': '->../o/a' }, 'd', { links: 'follow' }, ['b']],
    [{ 'o/a': '1', 'd/b': '->../o' }, 'd', { links: 'follow' }, ['b/a']],
    [{ 'o/a': '1', d: '->o' }, 'd', { links: 'follow' }, ['a']],
    [{ 'o/x/a': '1', d: '->o' }, 'd/x', { links: 'follow' }, ['a']],
    [{ 'o/a': '1', 'd/b': '->../o/a' }, undefined, {}, ['d/b', 'o/a']],
  ] as const)('%j', async (files, inside, spec, expected) => {
    const source = inside === undefined ? {} : { path: inside }
    expect(await collect(makeRepository(files), source, spec)).toEqual({ 'tree .aiship-components/p': expected })
  })

  test.each([
    [{ 'o/a': '1', 'd/b': '->../o/a' }, {}, /d\/b is a link to \.\.\/o\/a, outside the component \| .*links: follow/],
    [{ 'd/b': '->/etc/passwd' }, { links: 'follow' }, /d\/b is a link to \/etc\/passwd, outside the repository/],
    [{ 'd/b': '->../../x' }, { links: 'follow' }, /outside the repository/],
    [{ 'd/b': '->nowhere' }, {}, /d\/b is a link to nowhere, which is not in that commit/],
    [{ 'd/b': '->b' }, {}, /a loop/],
    [{ 'd/b': '->c', 'd/c': '->b' }, {}, /a loop/],
    [{ 'd/x/b': '->..' }, {}, /d\/x\/b is a link to a folder that it lies in, a loop/],
    [{ 'd/x/a': '', 'd/x/l': '->../y', 'd/y/l': '->../x' }, {}, /a loop/],
    [{ 'o/a': '1', d: '->o' }, {}, /d is a link to o, outside the component/],
  ])('refused: %j', async (files, spec, expected) => {
    const result = await collect(makeRepository(files as unknown as Files), { path: 'd' }, spec)
    expect(result).toMatch(/^COMPONENT_INVALID /)
    expect(result).toMatch(expected)
  })
})

describe('refused, with what to do', () => {
  test.each([
    [{ revision: 'mian' }, 'COMPONENT_INVALID components.p: the repository has no revision mian | did you mean main?'],
    [{ revision: 'f'.repeat(40) }, /has no revision/],
    [
      { path: 'promts' },
      /^FILE_MISSING components.p: promts is not in the commit [0-9a-f]{12} \| did you mean prompts\?/,
    ],
    [{ repository: 'src/a.py' }, /^COMPONENT_INVALID components.p: the repository src\/a.py is not a folder/],
    [{ repository: 'nowhere' }, /^FILE_MISSING components.p: there is no nowhere/],
    [{ path: '../x' }, /^COMPONENT_INVALID .*leads out/],
    [{ path: '.git/config' }, /^COMPONENT_INVALID .*reads as \.git/],
  ])('%j', async (source, expected) => {
    const result = await collect(makeRepository(FILES), source)
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatch(expected)
  })

  test('a single empty file', async () => {
    const root = makeRepository({ 'src/__init__.py': '', 'src/a.py': 'x\n' })
    expect(await collect(root, { path: 'src/__init__.py' })).toMatch(
      /^COMPONENT_INVALID components.p: src\/__init__.py is empty in that commit \| an empty component would say nothing/,
    )
    expect(await collect(root, { path: 'src' })).toEqual({ 'tree .aiship-components/p': ['__init__.py', 'a.py'] })
  })

  test('a submodule', async () => {
    const [inner, root] = [makeRepository(FILES), makeRepository(FILES)]
    git(root, 'submodule', 'add', '-q', inner, 'vendor')
    git(root, 'commit', '-q', '-m', 'two')
    expect(await collect(root, {})).toMatch(/^COMPONENT_INVALID components.p: vendor is a submodule/)
    expect(await collect(root, { path: 'src' })).toEqual({ 'tree .aiship-components/p': ['a.py'] })
  })

  test('a pointer instead of the bytes', async () => {
    expect(await collect(makeRepository({ 'm.onnx': LFS }), {})).toBe(
      'PLACEHOLDER components.p: in that commit m.onnx is a Git LFS pointer, not the bytes | fetch the bytes into a working tree, and name the file with path | git lfs pull',
    )
  })

  test.each([
    [{ 'a:b': '' }, /^NAME_UNSAFE .*"a:b" can't be bundled/],
    [{ Data: '', data: '' }, /^NAME_UNSAFE .*"Data" and "data"/],
  ])('names: %j', async (files, expected) => {
    expect(await collect(makeRepository(files as unknown as Files), {})).toMatch(expected)
  })

  test('a repository that a thief may write is not this user’s: git says so, and we pass it on', async () => {
    const root = makeRepository(FILES)
    if (process.getuid?.() !== 0) return
    execFileSync('chown', ['-R', '65534', root])
    const result = await collect(
      makeFolder({}),
      { repository: root },
      {},
      { ...process.env, HOME: root, SUDO_UID: undefined },
    )
    expect(result).toMatch(/^COMMAND_FAILED git failed: .*dubious ownership/)
  })

  test('a repository that lost an object', async () => {
    const root = makeRepository(FILES)
    const id = git(root, 'rev-parse', 'HEAD:src/a.py')
    rmSync(path.join(root, '.git/objects', id.slice(0, 2), id.slice(2)), { force: true })
    expect(await collect(root, { path: 'src' })).toMatch(/^COMMAND_FAILED git /)
  })

  test('no git', async () => {
    const env = { PATH: makeFolder({}) }
    expect(await collect(makeRepository(FILES), {}, {}, env)).toMatch(/^COMMAND_FAILED git could not be started/)
  })
})

describe('text of the user never becomes an option or a program', () => {
  const proof = path.join(tmpdir(), `aiship-proof-${process.pid}`)
  test.each([
    [{ revision: `--output=${proof}` }],
    [{ revision: '-x' }],
    [{ revision: 'main:README.md' }],
    [{ revision: 'main..v1' }],
    [{ revision: '$(touch x)' }],
    [{ revision: '' }],
    [{ repository: `ext::sh -c touch% ${proof}` }],
    [{ repository: `EXT::sh -c touch% ${proof}` }],
    [{ repository: `--upload-pack=touch ${proof}` }],
    [{ repository: `-u${proof}` }],
    [{ repository: 'file:///etc' }],
    [{ repository: 'http://example.com/x.git' }],
    [{ repository: 'git://example.com/x.git' }],
    [{ repository: 'https://user:secret@example.com/x.git' }],
    [{ repository: 'https://token@example.com/x.git' }],
    [{ repository: 'ssh://git:secret@example.com/x.git' }],
  ])('%j', async (source) => {
    const result = await collect(makeRepository(FILES), source)
    expect(result).toMatch(/^COMPONENT_INVALID /)
    expect(result).not.toContain('secret')
    expect(existsSync(proof)).toBe(false)
  })
})

describe('over the network', () => {
  /** Runs what git asks a server for on this machine, from a folder two levels down. */
  function fakeSsh(): NodeJS.ProcessEnv {
    const script = path.join(
      makeFolder({ ssh: '#!/bin/sh\nfor last; do :; done\ncd /usr/bin && exec sh -c "$last"\n' }),
      'ssh',
    )
    chmodSync(script, 0o755)
    return { ...process.env, GIT_SSH_COMMAND: script }
  }
  const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('aiship-git-'))

  test.each(['main', 'v1', 'HEAD', 'the commit', 'seven digits of it'])('%s is fetched', async (revision) => {
    const server = makeRepository(FILES)
    const commit = git(server, 'rev-parse', 'HEAD')
    const named = revision === 'the commit' ? commit : revision.startsWith('seven') ? commit.slice(0, 7) : revision
    const before = leftovers()
    for (const url of [`ssh://git@localhost${server}`, `git@localhost:../..${server}`]) {
      const source = { repository: url, revision: named, path: 'prompts/system.md' }
      const collected = await driver.collect(specOf('git', source), projectIn(makeFolder({}), { env: fakeSsh() }))
      if (collected.form === 'reference') throw new Error('a reference')
      expect(collected.notes.commit).toBe(commit)
      expect(collected.files[0]?.content).toEqual({ bytes: Buffer.from('be kind\n') })
    }
    expect(leftovers()).toEqual(before)
  })

  test('a server that is not there is said by git, and nothing is left behind', async () => {
    const before = leftovers()
    const env = { ...process.env, GIT_SSH_COMMAND: 'false' }
    expect(await collect(makeFolder({}), { repository: 'ssh://git@localhost/x' }, {}, env)).toMatch(
      /^COMMAND_FAILED git failed: /,
    )
    expect(leftovers()).toEqual(before)
  })

  test('a signal ends it', async () => {
    const script = path.join(makeFolder({ ssh: '#!/bin/sh\nexec sleep 60\n' }), 'ssh')
    chmodSync(script, 0o755)
    const controller = new AbortController()
    setTimeout(() => controller.abort('SIGINT'), 200)
    const before = leftovers()
    const project = projectIn(makeFolder({}), {
      env: { ...process.env, GIT_SSH_COMMAND: script },
      signal: controller.signal,
    })
    const start = performance.now()
    await expect(
      driver.collect(specOf('git', { repository: 'ssh://h/x', revision: 'main' }), project),
    ).rejects.toThrow()
    expect(performance.now() - start).toBeLessThan(25_000)
    expect(leftovers()).toEqual(before)
  })
})

test('git’s own variables do not lead elsewhere', async () => {
  const [root, other] = [makeRepository(FILES), makeRepository({ 'evil.txt': '' })]
  const env = {
    ...process.env,
    GIT_DIR: path.join(other, '.git'),
    GIT_OBJECT_DIRECTORY: path.join(other, '.git/objects'),
  }
  expect(await collect(root, { path: 'src' }, {}, env)).toEqual({ 'tree .aiship-components/p': ['a.py'] })
  expect(readFileSync(path.join(root, 'src/a.py'), 'utf8')).toBe('x\n')
})
