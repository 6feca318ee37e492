import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedRegistry } from './bench/seed.ts'

// How dist/ is put together: it is what makes a start fast, and nothing else would notice if it stopped being so.

const ROOT = path.resolve(import.meta.dirname, '..')
const BIN = path.join(ROOT, 'bin/aiship.js')

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'aiship-dist-'))
  seedRegistry(path.join(dir, 'registry'), { versions: 2, moves: 4 })
  writeFileSync(
    path.join(dir, 'watch.cjs'),
    `const Module = require('module'), load = Module._load
     Module._load = function (id) { process.stderr.write('loads ' + id + '\\n'); return load.apply(this, arguments) }`,
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What a command loads besides the file that every start needs. */
function loadedBy(...argv: readonly string[]): readonly string[] {
  const env = { PATH: process.env.PATH, HOME: dir, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' }
  const args = ['--require', path.join(dir, 'watch.cjs'), BIN, ...argv]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: dir, env, encoding: 'utf8' })
  expect({ argv, status, stderr }).toMatchObject({ status: 0 })
  return [...stderr.matchAll(/^loads (.*)$/gm)].map(([, id]) => id ?? '').filter((id) => id !== BIN)
}

describe('a command loads what it uses', () => {
  test.each([
    [['--version']],
    [['resolve', 'prod', '--registry', 'registry']],
    [['promote', 'v1', 'prod', '--registry', 'registry']],
    [['rollback', 'prod', '--registry', 'registry']],
    [['hold', 'prod', '--registry', 'registry']],
    [['log', 'prod', '--registry', 'registry']],
  ])('%j: no second file, no package, no sockets', (argv) => {
    const loaded = loadedBy(...argv)
    expect(loaded.filter((id) => path.isAbsolute(id) || id.startsWith('.'))).toEqual([])
    expect(loaded.filter((id) => /^(?:node:)?(?:net|tty|http|child_process|worker_threads|stream)$/.test(id))).toEqual(
      [],
    )
    expect(loaded).toContain('fs')
  })

  test('another command loads its own file', () => {
    expect(loadedBy('fsck', '--registry', 'registry').some((id) => path.basename(id).startsWith('fsck-'))).toBe(true)
  })
})

test('the bytecode that the build kept is accepted', () => {
  const program = `const { cache, script } = require('${BIN}').compile()
    console.log(JSON.stringify({ kept: require('fs').existsSync(cache), rejected: script.cachedDataRejected }))`
  expect(JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }))).toEqual({
    kept: true,
    rejected: false,
  })
})

test('the program is ASCII, and says which text the bytecode is for', () => {
  const main = readFileSync(path.join(ROOT, 'dist/main.js'), 'latin1')
  expect(main).toMatch(/^\/\/[0-9a-f]{16}\n/)
  expect(main).not.toMatch(/[\u0080-\uffff]/)
})

test('the library loads by require and by import, with its names, and without the command line', () => {
  const library = createRequire(import.meta.url)(path.join(ROOT, 'dist/index.js')) as Record<string, unknown>
  expect(Object.keys(library)).toEqual(expect.arrayContaining(['digestOf', 'AishipError', 'promote', 'rollback']))
  const url = `file://${path.join(ROOT, 'dist/index.js')}`
  const program = `import { digestOf } from '${url}'; console.log(digestOf(''))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(printed).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n')
  expect(readFileSync(path.join(ROOT, 'dist/index.js'), 'utf8')).not.toContain('excessArguments')
})
