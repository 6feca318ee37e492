import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'

// A bundle passes through, whatever its size: what is held at once does not grow with it.

const BIN = path.resolve(import.meta.dirname, '../../bin/aiship.js')
const LIMIT_MB = 300

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
})

function project(): string {
  const dir = fs.mkdtempSync(path.join(tmpdir(), 'aiship-memory-'))
  dirs.push(dir)
  fs.writeFileSync(
    path.join(dir, 'aiship.yaml'),
    'version: 1\napp: large\ncomponents:\n  data: {role: dataset, path: data}\npointers: {prod: {}}\n',
  )
  return dir
}

interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  /** The most memory that the process ever held, in MB; null where the system does not tell. */
  readonly peak: number | null
  readonly seconds: number
}

/** The process writes down its own peak as its last act: nothing that looks from outside is sure to look late enough. */
function run(dir: string, words: readonly string[]): Promise<Ran> {
  const peakFile = path.join(dir, 'peak')
  const report = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)))`
  const preload = path.join(dir, 'report.cjs')
  fs.writeFileSync(preload, report)
  fs.rmSync(peakFile, { force: true })
  const started = Date.now()
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: dir, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' }
    const child = spawn(process.execPath, ['--require', preload, BIN, ...words], { cwd: dir, env })
    const out = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk
    })
    child.on('close', (exit) => {
      const peak = fs.existsSync(peakFile) ? Number(fs.readFileSync(peakFile, 'utf8')) / 1024 : null
      resolve({ ...out, exit, peak, seconds: (Date.now() - started) / 1000 })
    })
  })
}

async function expectSmall(what: string, dir: string, words: readonly string[]): Promise<void> {
  const { exit, stderr, peak, seconds } = await run(dir, words)
  process.stdout.write(`${what}: ${words.join(' ')}: ${peak?.toFixed(0)} MB at most, ${seconds.toFixed(1)} s\n`)
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  expect(peak).not.toBeNull()
  expect(peak).toBeLessThan(LIMIT_MB)
}

describe(`under ${LIMIT_MB} MB`, () => {
  test('one file of 2 GiB: in, again, out, checked', async () => {
    const dir = project()
    fs.mkdirSync(path.join(dir, 'data'))
    fs.writeFileSync(path.join(dir, 'data/weights.bin'), 'begin')
    fs.truncateSync(path.join(dir, 'data/weights.bin'), 2 * 1024 ** 3)
    await expectSmall('2 GiB', dir, ['bundle'])
    await expectSmall('2 GiB', dir, ['bundle', '--dry-run'])
    await expectSmall('2 GiB', dir, ['checkout', '@last', 'out'])
    await expectSmall('2 GiB', dir, ['fsck', '--read-data'])
    expect(fs.statSync(path.join(dir, 'out/data/weights.bin')).size).toBe(2 * 1024 ** 3)
  }, 300_000)

  test('50,000 files: in, looked at, compared, out, checked', async () => {
    const dir = project()
    for (let i = 0; i < 50_000; i++) {
      const folder = path.join(dir, 'data', `part-${Math.floor(i / 500)}`)
      if (i % 500 === 0) fs.mkdirSync(folder, { recursive: true })
      fs.writeFileSync(path.join(folder, `record-${i}.json`), `{"record":${i},"text":"${'x'.repeat(i % 800)}"}\n`)
    }
    await expectSmall('50,000 files', dir, ['bundle'])
    fs.writeFileSync(path.join(dir, 'data/part-7/record-3500.json'), 'changed')
    await expectSmall('50,000 files', dir, ['status'])
    await expectSmall('50,000 files', dir, ['bundle'])
    await expectSmall('50,000 files', dir, ['diff', 'v1', 'v2'])
    await expectSmall('50,000 files', dir, ['diff', 'v1', '@work'])
    await expectSmall('50,000 files', dir, ['checkout', 'v1', 'out'])
    await expectSmall('50,000 files', dir, ['checkout', 'v2', 'out'])
    await expectSmall('50,000 files', dir, ['fsck', '--read-data'])
  }, 600_000)
})
