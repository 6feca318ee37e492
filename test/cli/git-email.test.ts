import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { gitEmail } from '../../src/cli/git-email.ts'

// Whatever stands in git's files, the answer is git's own, whether it was asked or not.

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-git-email-')))
const [home, project] = [path.join(root, 'home'), path.join(root, 'project')]
const env = { HOME: home, PATH: process.env.PATH }
afterAll(() => rmSync(root, { recursive: true, force: true }))

function git(...args: readonly string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: project, env, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}

beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  mkdirSync(path.join(project, 'below'), { recursive: true })
})

const asGit = (): void =>
  expect(gitEmail(path.join(project, 'below'), env) ?? '').toBe(git('config', '--get', 'user.email'))

test.each<[string, string, string]>([
  ['one line', '[user]\n\temail = ana@example.org\n', 'ana@example.org'],
  ['no spaces, another case', '[User]\nEMAIL=ana@example.org', 'ana@example.org'],
  [
    'among others',
    '# mine\n[core]\n\teditor = vi\n[user]\n\tname = Ana\n\temail = a@b.c\n[pull]\n\trebase = true\n',
    'a@b.c',
  ],
  ['the last of two', '[user]\nemail = a@b.c\n[user]\nemail = d@e.f\n', 'd@e.f'],
  ['another section', '[sendemail]\nemail = a@b.c\n', ''],
  ['a subsection', '[user "work"]\nemail = a@b.c\n', ''],
  ['a name that begins like it', '[user]\nemails = a@b.c\n', ''],
  ['quoted', '[user]\nemail = "a@b.c"\n', 'a@b.c'],
  ['with a comment', '[user]\nemail = a@b.c ; home\n', 'a@b.c'],
  ['on the line of its section', '[user] email = a@b.c\n', 'a@b.c'],
  ['over two lines', '[user]\nemail = a@\\\nb.c\n', 'a@b.c'],
  ['inside of another value', '[alias]\nx = \\\n[user]\nemail = a@b.c\n', ''],
  ['a byte order mark', '\ufeff[user]\nemail = a@b.c\n', 'a@b.c'],
  ['lines of Windows', '[user]\r\nemail = a@b.c\r\n', 'a@b.c'],
  ['nothing', '', ''],
])('%s', (_, text, email) => {
  writeFileSync(path.join(home, '.gitconfig'), text)
  expect(gitEmail(project, env) ?? '').toBe(email)
  asGit()
})

test('another file that is included', () => {
  writeFileSync(path.join(home, '.gitconfig'), '[user]\nemail = a@b.c\n[include]\npath = other\n')
  writeFileSync(path.join(home, 'other'), '[user]\nemail = d@e.f\n')
  expect(gitEmail(project, env)).toBe('d@e.f')
})

test('the file in XDG_CONFIG_HOME, then that of the user, then that of the repository', () => {
  mkdirSync(path.join(home, '.config/git'), { recursive: true })
  writeFileSync(path.join(home, '.config/git/config'), '[user]\nemail = xdg@b.c\n')
  asGit()
  writeFileSync(path.join(home, '.gitconfig'), '[user]\nemail = user@b.c\n')
  asGit()
  git('init', '-q')
  expect(gitEmail(project, env)).toBe('user@b.c')
  asGit()
  git('config', 'user.email', 'here@b.c')
  expect(gitEmail(project, env)).toBe('here@b.c')
  asGit()
})

test('a second work tree of a repository, and a bare one', () => {
  git('init', '-q')
  git('config', 'user.email', 'here@b.c')
  git('-c', 'user.name=ana', 'commit', '-q', '--allow-empty', '-m', 'one')
  git('worktree', 'add', '-q', path.join(root, 'second'))
  expect(gitEmail(path.join(root, 'second'), env)).toBe('here@b.c')
  git('init', '-q', '--bare', path.join(root, 'bare'))
  spawnSync('git', ['config', 'user.email', 'bare@b.c'], { cwd: path.join(root, 'bare'), env })
  expect(gitEmail(path.join(root, 'bare'), env)).toBe('bare@b.c')
})

test('what the environment says', () => {
  const said = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.email', GIT_CONFIG_VALUE_0: 'said@b.c' }
  expect(gitEmail(project, { ...env, ...said })).toBe('said@b.c')
})

test('no git: nothing', () => {
  expect(gitEmail(project, { ...env, PATH: home })).toBeUndefined()
})
