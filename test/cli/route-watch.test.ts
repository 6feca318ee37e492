import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startRelease } from '../hostile/outcome.ts'
import type { Session } from './transcript.ts'

// `route export --watch` runs on: a file that is always whole, lines of JSON, and an end that is no failure.

const BIN = path.resolve(import.meta.dirname, '../../bin/aiship.js')
let session: Session
let child: ChildProcess | null = null
afterEach(() => {
  child?.kill('SIGKILL')
  session.end()
})

interface Line {
  readonly event?: string
  readonly seq?: number
  readonly schema?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** Starts it; `lines` are those of standard output so far. */
function watch(...words: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: session.dir, AISHIP_ACTOR: 'sidecar', AISHIP_ACTOR_KIND: 'automation' }
  const started = spawn(
    process.execPath,
    [BIN, 'route', 'export', 'prod', '-o', 'flags.json', '--watch', '--interval', '0.05', ...words],
    {
      ...{ cwd: session.dir, env, stdio: ['ignore', 'pipe', 'pipe'] },
    },
  )
  child = started
  const out = { stdout: '', stderr: '' }
  started.stdout.on('data', (chunk) => {
    out.stdout += chunk
  })
  started.stderr.on('data', (chunk) => {
    out.stderr += chunk
  })
  const exit = new Promise<number | null>((resolve) => started.on('close', resolve))
  const lines = (): readonly Line[] =>
    out.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { out, exit, lines, end: () => started.kill('SIGTERM') }
}

const flags = () => JSON.parse(readFileSync(path.join(session.dir, 'flags.json'), 'utf8'))
const until = (check: () => boolean) => expect.poll(check, { timeout: 15_000, interval: 20 }).toBe(true)

test('the file follows the pointer; a line for each write; the last line is the document', async () => {
  session = await startRelease()
  const { out, exit, lines, end } = watch('--json')
  await until(() => lines().length === 1)
  expect(flags().metadata.seq).toBe(2)
  await session.aiship(['route', 'set', 'prod', '--to', 'candidate=v1:5%,stable'])
  await until(() => flags().metadata.seq === 3)
  expect(Object.keys(flags().flags.prod.variants)).toEqual(['candidate', 'stable'])
  await session.aiship(['rollback', 'prod'])
  await until(() => flags().metadata.seq === 4)
  await until(() => lines().length === 3)
  end()
  expect(await exit).toBe(0)
  expect(lines().map(({ event, seq, schema }) => event ?? schema ?? seq)).toEqual([
    'written',
    'written',
    'written',
    'aiship.route-export/v1',
  ])
  expect(lines().at(-1)).toMatchObject({ ok: true, changed: true, data: { seq: 4, writes: 3, file: 'flags.json' } })
  expect(out.stderr).toBe('')
  expect(readdirSync(session.dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('while the registry is away the file stays, and goes on when it is back', async () => {
  session = await startRelease()
  const { out, exit, end } = watch()
  await until(() => existsSync(path.join(session.dir, 'flags.json')))
  const registry = path.join(session.dir, '.aiship')
  renameSync(registry, `${registry}-away`)
  await until(() => out.stderr.includes('the file stays as it is'))
  expect(flags().metadata.seq).toBe(2)
  renameSync(`${registry}-away`, registry)
  await session.aiship(['route', 'set', 'prod', '--to', 'candidate=v1:5%,stable'])
  await until(() => flags().metadata.seq === 3)
  end()
  expect(await exit).toBe(0)
  expect(out.stderr).toContain('the registry answers again')
  expect(out.stdout).toContain('prod, entry 3, is in flags.json')
})
