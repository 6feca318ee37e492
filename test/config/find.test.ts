import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { findConfig, MAX_CONFIG_BYTES, readConfigFile } from '../../src/config/find.ts'
import { AishipError } from '../../src/core/errors.ts'

function makeFolder(...folders: readonly string[]): string {
  const root = mkdtempSync(path.join(tmpdir(), 'aiship-find-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of folders) mkdirSync(path.join(root, folder), { recursive: true })
  return root
}

const refusal = (file: string): string => {
  try {
    return `read ${readConfigFile(file).length} bytes`
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    return `${error.code} ${error.message}`
  }
}

test('the nearest file above, no further than the root of the repository', () => {
  const root = makeFolder('.git', 'a/b', 'inner/.git', 'inner/c', 'work/d')
  writeFileSync(path.join(root, 'inner', 'c', 'x'), '')
  writeFileSync(path.join(root, 'work', '.git'), 'gitdir: elsewhere\n')
  expect(findConfig(path.join(root, 'a/b'))).toBeNull()
  const file = path.join(root, 'aiship.yaml')
  writeFileSync(file, '')
  expect(findConfig(root)).toBe(file)
  expect(findConfig(path.join(root, 'a/b'))).toBe(file)
  expect(findConfig(path.join(root, 'a/b/../b'))).toBe(file)
  expect(findConfig(path.join(root, 'inner/c'))).toBeNull()
  expect(findConfig(path.join(root, 'work/d'))).toBeNull()
  writeFileSync(path.join(root, 'a/aiship.yaml'), '')
  expect(findConfig(path.join(root, 'a/b'))).toBe(path.join(root, 'a/aiship.yaml'))
})

test('without a repository, up to the root of the file system', () => {
  expect(findConfig(path.join(makeFolder('a/b'), 'a/b'))).toBeNull()
  expect(findConfig('/')).toBeNull()
})

test('what is no file is not read', () => {
  const root = makeFolder('folder')
  execFileSync('mkfifo', [path.join(root, 'pipe')])
  expect(refusal(path.join(root, 'folder'))).toMatch(/^CONFIG_INVALID .*folder is not a file$/)
  expect(refusal(path.join(root, 'pipe'))).toMatch(/^CONFIG_INVALID .*pipe is not a file$/)
  expect(refusal('/dev/zero')).toMatch(/^CONFIG_INVALID .*is not a file$/)
})

test('a link that leads nowhere is an aiship.yaml that cannot be read, not none', () => {
  const root = makeFolder('a')
  const file = path.join(root, 'a/aiship.yaml')
  for (const target of ['nowhere', 'aiship.yaml', 'nowhere/x']) {
    rmSync(file, { force: true })
    symlinkSync(target, file)
    expect(findConfig(path.join(root, 'a'))).toBe(file)
    expect(refusal(file)).toMatch(/^CONFIG_INVALID .*aiship\.yaml is a link that leads nowhere$/)
  }
})

test('a file that is too large is not read either', () => {
  const root = makeFolder()
  const file = path.join(root, 'aiship.yaml')
  writeFileSync(file, Buffer.alloc(MAX_CONFIG_BYTES))
  expect(refusal(file)).toBe(`read ${MAX_CONFIG_BYTES} bytes`)
  writeFileSync(file, Buffer.alloc(MAX_CONFIG_BYTES + 1))
  expect(refusal(file)).toMatch(/^CONFIG_INVALID .* has 262145 bytes, more than the 262144 allowed$/)
})

test('a file that this user may not read', async () => {
  const root = makeFolder()
  const file = path.join(root, 'aiship.yaml')
  writeFileSync(file, '')
  chmodSync(file, 0o000)
  chmodSync(root, 0o755)
  const entry = `import { readConfigFile } from './src/config/find.ts'
    try { readConfigFile(${JSON.stringify(file)}) } catch (error) { console.log(error.code) }`
  const built = await build({
    ...{ stdin: { contents: entry, resolveDir: path.resolve(import.meta.dirname, '../..'), loader: 'ts' } },
    ...{ bundle: true, platform: 'node', format: 'cjs', write: false },
  })
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const run = spawnSync(process.execPath, ['-'], { input: built.outputFiles[0]?.text ?? '', cwd: '/', ...user })
  expect(run.stdout.toString()).toBe('NOT_PERMITTED\n')
})
