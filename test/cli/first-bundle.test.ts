import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { write, YAML } from '../hostile/outcome.ts'
import { type Session, startSession } from './transcript.ts'

// The first bundle makes the registry. One that fails before anything is stored leaves the project as it was.

const sessions: Session[] = []
afterEach(() => {
  for (const session of sessions.splice(0)) session.end()
})

function project(files: Readonly<Record<string, string | Uint8Array>> = {}): Session {
  const session = startSession()
  sessions.push(session)
  write(session.dir, { 'aiship.yaml': YAML, 'model.bin': 'weights', 'prompts/system.txt': 'Be kind.\n', ...files })
  return session
}

/** Everything in the project and beside it, with what is in it. */
function everything({ dir }: Session): readonly string[] {
  const home = path.dirname(dir)
  return fs
    .readdirSync(home, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const at = path.join(home, name)
      return fs.statSync(at).isFile() ? `${name} ${fs.readFileSync(at, 'latin1')}` : `${name}/`
    })
}

const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(8)}\n-----END PRIVATE KEY-----\n`
const component = (text: string): string => YAML.replace('{role: model-weights, path: model.bin}', text)

const FAILURES: readonly (readonly [string, string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['a secret', 'SECRET_FOUND', { 'prompts/key.pem': key }, []],
  ['a secret in much data', 'SECRET_FOUND', { 'prompts/key.pem': key, 'model.bin': 'x'.repeat(9_000_000) }, []],
  ['a missing file', 'FILE_MISSING', { 'aiship.yaml': component('{role: dataset, path: nowhere.csv}') }, []],
  ['a failing command', 'COMMAND_FAILED', { 'aiship.yaml': component('{role: runtime, command: ["false"]}') }, []],
  [
    'a placeholder',
    'PLACEHOLDER',
    { 'model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n` },
    [],
  ],
  ['an empty component', 'COMPONENT_INVALID', { 'model.bin': '' }, []],
  ['a name for Windows to choke on', 'NAME_UNSAFE', { 'prompts/a:b': 'x' }, []],
  ['a wrong configuration', 'CONFIG_INVALID', { 'aiship.yaml': 'version: 1\napp: [\n' }, []],
  ['a wrong label', 'USAGE', {}, ['--label', 'v1']],
  ['a label that is a pointer', 'LABEL_TAKEN', {}, ['--label', 'prod']],
]

describe('a first bundle that fails leaves nothing:', () => {
  test.each(FAILURES)('%s: %s', async (_, code, files, words) => {
    for (const registry of [[], ['--registry', '../shared/deep/registry']]) {
      const session = project(files)
      const before = everything(session)
      const { exit, stderr } = await session.aiship(['bundle', ...words, ...registry])
      expect(stderr).toMatch(new RegExp(`^aiship: .*\\[${code}\\]`))
      expect(exit).not.toBe(0)
      expect(everything(session)).toEqual(before)
    }
  })

  test('nor takes away what was there', async () => {
    const session = project({
      'model.bin': '',
      '.aiship/tmp/other-1': 'of another process',
      '.aiship/cache/config/x': 'y',
    })
    const before = everything(session)
    expect((await session.aiship(['bundle'])).exit).toBe(2)
    write(session.dir, { 'model.bin': 'weights', 'prompts/key.pem': key })
    expect((await session.aiship(['bundle'])).exit).toBe(6)
    fs.rmSync(path.join(session.dir, 'prompts/key.pem'))
    write(session.dir, { 'model.bin': '' })
    const theirs = everything(session).filter((name) => !/^project\/\.aiship\/(cache\/config|\.gitignore)/.test(name))
    expect(theirs).toEqual(before.filter((name) => !name.includes('cache/config')))
  })

  test('nor does one that only tries', async () => {
    for (const words of [[], ['--registry', '../elsewhere']]) {
      const session = project()
      const before = everything(session)
      const { exit, stdout, stderr } = await session.aiship(['bundle', '-n', ...words])
      expect([exit, stderr]).toEqual([0, 'dry run: nothing was written\n'])
      const home = path.dirname(session.dir)
      expect(stdout).toContain(`registry ${words.length === 0 ? '.aiship' : `${home}/elsewhere`}, app scorer`)
      expect(everything(session)).toEqual(before)
    }
  })

  test('nor where other things lie', async () => {
    const session = project({ 'other/notes.txt': 'mine' })
    const before = everything(session)
    const { stderr, exit } = await session.aiship(['bundle', '--registry', 'other'])
    expect([stderr.includes('is not a registry'), exit]).toEqual([true, 3])
    expect(everything(session)).toEqual(before)
  })
})

test('the next one that succeeds makes it, and says so', async () => {
  const session = project({ 'prompts/key.pem': key })
  expect((await session.aiship(['bundle'])).stderr).not.toContain('made the registry')
  fs.rmSync(path.join(session.dir, 'prompts/key.pem'))
  const { exit, stderr } = await session.aiship(['bundle'])
  expect([exit, stderr]).toEqual([0, `made the registry ${session.dir}/.aiship\n`])
  expect(fs.readFileSync(path.join(session.dir, '.aiship/.gitignore'), 'utf8')).toBe('*\n')
  expect((await session.aiship(['promote', '@last', 'prod'])).exit).toBe(0)
  expect((await session.aiship(['fsck', '--read-data'])).exit).toBe(0)
  write(session.dir, { 'model.bin': 'other' })
  expect((await session.aiship(['bundle'])).stderr).toBe('')
})

test('one that fails leaves what another one has made meanwhile', async () => {
  const session = project()
  const { dir } = session
  // A program of the component bundles the rest of the project, and then fails.
  const inner = project()
  write(dir, {
    'aiship.yaml': component(
      `{role: runtime, command: ["${process.execPath}", "-e", "require('fs').cpSync('${inner.dir}/.aiship', '.aiship', {recursive: true}); process.exit(1)"]}`,
    ),
  })
  expect((await inner.aiship(['bundle'])).exit).toBe(0)
  expect((await session.aiship(['bundle'])).stderr).toContain('COMMAND_FAILED')
  expect((await session.aiship(['resolve', 'v1'])).exit).toBe(0)
  write(dir, { 'aiship.yaml': YAML, 'model.bin': 'other' })
  const { exit, stderr } = await session.aiship(['bundle', '--json'])
  expect([exit, stderr]).toEqual([0, ''])
  expect((await session.aiship(['fsck', '--read-data'])).exit).toBe(0)
})

test('a registry that another one makes while this one looks is the one that is used', async () => {
  const session = project()
  const inner = project()
  // So that its id is another one.
  await inner.aiship(['doctor'])
  expect((await inner.aiship(['bundle'])).exit).toBe(0)
  write(session.dir, {
    'aiship.yaml': component(
      `{role: runtime, command: ["${process.execPath}", "-e", "require('fs').cpSync('${inner.dir}/.aiship', '.aiship', {recursive: true})"]}`,
    ),
  })
  const { exit, stdout } = await session.aiship(['bundle'])
  expect([exit, stdout]).toEqual([0, expect.stringContaining('v2')])
  const id = (dir: string): unknown => JSON.parse(fs.readFileSync(path.join(dir, '.aiship/format.json'), 'utf8')).id
  expect(id(session.dir)).toBe(id(inner.dir))
  expect((await session.aiship(['fsck', '--read-data'])).exit).toBe(0)
})
