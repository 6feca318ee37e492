import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { EXIT } from '../../src/core/errors.ts'
import { type Session, startSession } from '../cli/transcript.ts'

const BIN = path.resolve(import.meta.dirname, '../../bin/aiship.js')

export interface Outcome {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export const YAML = `version: 1
app: scorer
components:
  model: {role: model-weights, path: model.bin}
  prompts: {role: prompt, path: prompts}
pointers:
  prod: {}
`

export function write(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [file, content] of Object.entries(files)) {
    const at = path.join(dir, file)
    mkdirSync(path.dirname(at), { recursive: true })
    rmSync(at, { recursive: true, force: true })
    writeFileSync(at, content)
  }
}

/** A project with two components, and nothing bundled yet. */
export function startProject(name = 'project'): Session {
  const session = startSession(name)
  write(session.dir, {
    'aiship.yaml': YAML,
    'model.bin': Buffer.from([0, 255, 1, 2]),
    'prompts/system.txt': 'Be kind.\n',
  })
  return session
}

/** The same after two releases: v1, then v2, which prod serves. */
export async function startRelease(name?: string): Promise<Session> {
  const session = startProject(name)
  const done = async (...words: readonly string[]) => expect(await session.aiship(words)).toMatchObject({ exit: 0 })
  await done('bundle', '-m', 'one')
  await done('promote', '@last', 'prod')
  write(session.dir, { 'prompts/system.txt': 'Be rude.\n' })
  await done('bundle', '-m', 'two', '--label', 'second')
  await done('promote', '@last', 'prod')
  return session
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** Shell lines before it. */
  readonly before?: string
  /** Redirections behind it. */
  readonly redirect?: string
}

/** Runs the program as a process of its own, as its users do. */
export function spawnAiship(
  words: readonly string[],
  cwd: string,
  { env = {}, before = '', redirect = '' }: Surroundings = {},
): Outcome & { readonly signal: NodeJS.Signals | null } {
  const line = `${before}\nexec "$0" "$@" ${redirect}`
  const { status, stdout, stderr, signal } = spawnSync(
    'bash',
    ['--norc', '-c', line, process.execPath, BIN, ...words],
    {
      ...{ cwd, env: { ...userEnv(cwd), ...env }, encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' },
    },
  )
  return { exit: status, stdout, stderr, signal }
}

const userEnv = (home: string): Readonly<Record<string, string | undefined>> => ({
  ...{ PATH: process.env.PATH, HOME: home, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' },
})

/** The same without waiting for it here. In: `watch` gets the child. */
export function startAiship(
  words: readonly string[],
  cwd: string,
  watch: (child: ChildProcess) => void = () => undefined,
): Promise<Outcome & { readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd,
      env: userEnv(cwd),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk
    })
    child.on('close', (exit, signal) => resolve({ ...out, exit, signal }))
    watch(child)
  })
}

const EXITS: ReadonlySet<number | null> = new Set([0, ...Object.values(EXIT)])

/** What every command owes, whatever it was given: a code of the table, no bug, no stack, nothing that changes a terminal. */
export function expectManners({ exit, stdout, stderr }: Outcome): void {
  expect(EXITS, `exit ${exit}: ${stderr}`).toContain(exit)
  const all = stdout + stderr
  expect(all, all.slice(0, 2000)).not.toMatch(/INTERNAL|a bug in aiship|\n\s+at \S.*:\d+/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(all).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/)
}

/** Lines of standard error that are the error, without warnings and notes. */
export const errorLines = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && !/^(warning:|made the registry|dry run:)/.test(line))

export interface Refusal {
  readonly code: keyof typeof EXIT
  /** The last line: what to type next. */
  readonly next: string | RegExp
}

/** One error of at most six lines, whose last is a command; with the exit code that belongs to it. */
export function expectRefusal(outcome: Outcome, { code, next }: Refusal): void {
  expectManners(outcome)
  const lines = errorLines(outcome.stderr)
  expect({ exit: outcome.exit, first: lines[0], stdout: outcome.stdout }).toEqual({
    ...{ exit: EXIT[code], first: expect.stringMatching(new RegExp(`^aiship: .*\\[${code}\\]$`)), stdout: '' },
  })
  expect(lines.length).toBeLessThanOrEqual(6)
  const last = lines.at(-1) ?? ''
  expect(last).toMatch(/^ {2}next {2}/)
  if (typeof next === 'string') expect(last.slice(8)).toBe(next)
  else expect(last.slice(8)).toMatch(next)
}

/** The same with `--json`: exactly one document, and nothing beside it. */
export function expectRefusalDocument(outcome: Outcome, { code, next }: Refusal): void {
  expectManners(outcome)
  expect(outcome.stderr).toBe('')
  expect(outcome.stdout.trimEnd().split('\n')).toHaveLength(1)
  const document = JSON.parse(outcome.stdout)
  expect(document).toMatchObject({ schema: 'aiship.error/v1', ok: false, error: { code, exit: EXIT[code] } })
  expect(outcome.exit).toBe(EXIT[code])
  const last: string = document.error.next.at(-1)
  const typed = last.replace(/ --json\b/, '')
  if (typeof next === 'string') expect(typed).toBe(next)
  else expect(typed).toMatch(next)
}

/** What fsck says of a registry, reading every byte: the ids of its findings that are no mere information. */
export async function findings(session: Session): Promise<readonly string[]> {
  const { stdout } = await session.aiship(['fsck', '--read-data', '--json'])
  const { ok, data, error } = JSON.parse(stdout)
  const found: readonly { id: string; severity: string }[] = ok ? data.findings : error.details.findings
  return found.filter(({ severity }) => severity !== 'info').map(({ id }) => id)
}

export const isRoot = process.getuid?.() === 0

/** Whether this process may mount file systems: a full and a read-only one are best had for real. */
export const canMount = ((): boolean => {
  if (!isRoot || process.platform !== 'linux') return false
  const dir = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]).status === 0
  if (mounted) spawnSync('umount', [dir])
  rmSync(dir, { recursive: true })
  return mounted
})()
