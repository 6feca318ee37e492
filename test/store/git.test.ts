import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gitState, withoutCredentials } from '../../src/store/git.ts'

let root: string
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'aiship-git-'))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()

function commit(): string {
  fs.writeFileSync(join(root, 'a'), 'one')
  git('init', '-q', '-b', 'main')
  git('add', 'a')
  git('commit', '-q', '-m', 'one')
  return git('rev-parse', 'HEAD')
}

describe('the state of a repository', () => {
  test('commit, branch, clean', async () => {
    const head = commit()
    expect(await gitState(root)).toEqual({ commit: head, branch: 'main', remote: null, dirty: false })
  })

  test.each([
    ['a change', () => fs.writeFileSync(join(root, 'a'), 'two')],
    ['a file that git does not know', () => fs.writeFileSync(join(root, 'b'), 'new')],
    ['a staged removal', () => git('rm', '-q', 'a')],
  ])('%s makes it dirty', async (_name, change) => {
    commit()
    change()
    expect((await gitState(root))?.dirty).toBe(true)
  })

  test('what is ignored does not', async () => {
    fs.writeFileSync(join(root, '.gitignore'), '*.bin\n.gitignore\n')
    commit()
    fs.writeFileSync(join(root, 'x.bin'), 'x')
    expect((await gitState(root))?.dirty).toBe(false)
  })

  test('a detached head has no branch, a repository without commits no commit', async () => {
    git('init', '-q', '-b', 'main')
    expect(await gitState(root)).toEqual({ commit: null, branch: 'main', remote: null, dirty: false })
    const head = commit()
    git('checkout', '-q', head)
    expect(await gitState(root)).toMatchObject({ commit: head, branch: null })
  })

  test('the remote that the branch follows, else origin, else the only one; never with a password', async () => {
    commit()
    git('remote', 'add', 'fork', 'https://bob:hunter2@example.com/fork.git')
    expect((await gitState(root))?.remote).toBe('https://example.com/fork.git')
    git('remote', 'add', 'origin', 'https://token@example.com/origin.git')
    expect((await gitState(root))?.remote).toBe('https://example.com/origin.git')
    git('update-ref', 'refs/remotes/fork/main', 'HEAD')
    git('branch', '-q', '--set-upstream-to=fork/main')
    expect((await gitState(root))?.remote).toBe('https://example.com/fork.git')
  })

  test('null outside a repository, and where there is no git', async () => {
    expect(await gitState(root)).toBeNull()
    commit()
    const path = process.env.PATH
    process.env.PATH = '/nonexistent'
    try {
      expect(await gitState(root)).toBeNull()
    } finally {
      process.env.PATH = path
    }
  })

  test('a program that the repository configures is not started, and its index stays as it is', async () => {
    commit()
    const sentinel = join(root, '.git/ran')
    git('config', 'core.fsmonitor', `touch ${sentinel}; false`)
    fs.utimesSync(join(root, 'a'), 5, 5)
    const before = fs.statSync(join(root, '.git/index'), { bigint: true }).mtimeNs
    await gitState(root)
    expect(fs.existsSync(sentinel)).toBe(false)
    expect(fs.statSync(join(root, '.git/index'), { bigint: true }).mtimeNs).toBe(before)
  })
})

test.each([
  ['https://user:secret@host/a/b.git', 'https://host/a/b.git'],
  ['https://token@host:8443/a', 'https://host:8443/a'],
  ['https://us@er:p@ss@host/a@b', 'https://host/a@b'],
  ['https://host/a?access_token=secret#x', 'https://host/a'],
  ['ssh://git:secret@host/a', 'ssh://host/a'],
  ['git@host:a/b.git', 'git@host:a/b.git'],
  ['user:secret@host:a/b.git', 'host:a/b.git'],
  ['/srv/git/a.git', '/srv/git/a.git'],
  ['../a.git', '../a.git'],
])('%s is recorded as %s', (url, expected) => {
  expect(withoutCredentials(url)).toBe(expected)
})
