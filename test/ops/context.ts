import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { readYaml } from '../../src/config/yaml.ts'
import { AishipError, type ErrorCode } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/model.gen.ts'
import type { Collector, Config, Context, Event, Finding, Registry, SelfCheck } from '../../src/core/ports.ts'
import { components } from '../../src/drivers.gen.ts'
import { gitState } from '../../src/store/git.ts'
import { openMemory } from '../../src/store/memory.ts'
import { openWorkspace } from '../../src/store/workspace.ts'

/**
 * A project in a temporary folder with a registry in memory, and the real operations on both. The clock stands still until it is told to go.
 */

const START = Date.parse('2026-10-01T12:00:00.000Z')
const ana: Actor = { kind: 'human', name: 'ana' }
export const retrain: Actor = { kind: 'automation', name: 'retrain' }

export type Warning = Extract<Event, { type: 'warning' }>

export interface ContextOptions {
  readonly actor?: Actor
  readonly op?: string
  readonly dryRun?: boolean
  readonly registry?: Registry
  readonly signal?: AbortSignal
}

export interface Project {
  readonly root: string
  readonly registry: Registry
  /** Since the last look at them. */
  warnings(): readonly Warning[]
  readonly progress: readonly Extract<Event, { type: 'progress' }>[]
  readonly memory: Map<string, Uint8Array>
  /** Writes files of the project; null removes one. */
  write(files: Readonly<Record<string, string | Uint8Array | null>>): void
  read(path: string): string
  /** A new context, as each command gets one. aiship.yaml is read as it is then. */
  ctx(options?: ContextOptions): Context
  wait(seconds: number): void
  git(...args: readonly string[]): string
  end(): void
}

export function makeProject(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  registry = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000001', url: '.aiship' }),
): Project {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-project-')))
  const cache = fs.mkdtempSync(join(tmpdir(), 'aiship-cache-'))
  const memory = new Map<string, Uint8Array>()
  const progress: Extract<Event, { type: 'progress' }>[] = []
  let warnings: Warning[] = []
  let time = START
  const config = (): Config | null => {
    const file = join(root, 'aiship.yaml')
    return fs.existsSync(file) ? parseConfig(fs.readFileSync(file), 'aiship.yaml') : null
  }
  const project: Project = {
    ...{ root, registry, progress, memory },
    warnings() {
      const seen = warnings
      warnings = []
      return seen
    },
    write(changes) {
      for (const [path, content] of Object.entries(changes)) {
        const file = join(root, path)
        if (content === null) fs.rmSync(file, { recursive: true })
        else {
          fs.mkdirSync(dirname(file), { recursive: true })
          fs.writeFileSync(file, content)
        }
      }
    },
    read: (path) => fs.readFileSync(join(root, path), 'utf8'),
    ctx(options = {}) {
      const found = config()
      const signal = options.signal ?? new AbortController().signal
      operations++
      return {
        registry: options.registry ?? registry,
        app: found?.app ?? 'fraud',
        config: found,
        workspace: openWorkspace(root, join(cache, 'cache'), { dryRun: options.dryRun === true }),
        memory: { get: async (key) => memory.get(key) ?? null, set: async (key, bytes) => void memory.set(key, bytes) },
        actor: options.actor ?? ana,
        host: 'laptop',
        op: { id: options.op ?? `op-${operations}`, given: options.op !== undefined },
        signal,
        now: () => new Date(time),
        emit: (event) => {
          if (event.type === 'warning') warnings.push(event)
          else if (event.type === 'progress') progress.push(event)
        },
        git: () => gitState(root),
        collector: collectorOf,
        project: () => ({
          root,
          ignore: found?.ignore ?? [],
          registry: join(root, '.aiship'),
          signal,
          env: process.env,
        }),
        open: async () => options.registry ?? registry,
        appIn: async () => found?.app ?? 'fraud',
        selfCheck: () => noSelfCheck,
        yaml: async (bytes, name) => readYaml(bytes, name).value,
        confirm: async () => true,
      }
    },
    wait(seconds) {
      time += seconds * 1000
    },
    git: (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...IDENTITY } }),
    end() {
      for (const folder of [root, cache]) fs.rmSync(folder, { recursive: true, force: true })
    },
  }
  project.write(files)
  return project
}

/** Of all projects: two may share a registry. */
let operations = 0

const IDENTITY = {
  ...{ GIT_AUTHOR_NAME: 'ana', GIT_AUTHOR_EMAIL: 'ana@example.com', GIT_COMMITTER_NAME: 'ana' },
  ...{ GIT_COMMITTER_EMAIL: 'ana@example.com', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
}

async function collectorOf(kind: string): Promise<Collector> {
  const load = (components as Readonly<Record<string, () => Promise<{ driver: Collector }>>>)[kind]
  if (load === undefined) throw new Error(`no driver for ${kind}`)
  return (await load()).driver
}

/** A registry in memory has no medium that could be damaged. */
const noSelfCheck: SelfCheck = {
  async *check(): AsyncIterable<Finding> {},
}

/** The AishipError that `work` ends with, which must have this code. */
export async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<AishipError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AishipError))
    throw new Error(`expected ${code}, got ${thrown === null ? 'a result' : String(thrown)}`, { cause: thrown })
  expect(thrown.code).toBe(code)
  return thrown
}

/** Every file below a folder but those that a checkout keeps for itself: path to text. */
export function filesUnder(dir: string): Record<string, string> {
  const found: [string, string][] = []
  for (const name of fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const isOwn = /^\.aiship-(release|checkout)\.json$/.test(name)
    if (!isOwn && fs.statSync(join(dir, name)).isFile()) found.push([name, fs.readFileSync(join(dir, name), 'utf8')])
  }
  return Object.fromEntries(found)
}
