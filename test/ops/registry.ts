import { expect } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { readEvaluation } from '../../src/config/evaluation.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { readPolicyFile } from '../../src/config/policy-file.ts'
import { readYaml } from '../../src/config/yaml.ts'
import { canonicalBytes, type Digest, digestOf, hexOf } from '../../src/core/digest.ts'
import { nextEntry, type Read, readEntry } from '../../src/core/entry.ts'
import { AishipError } from '../../src/core/errors.ts'
import { labelBytes } from '../../src/core/label.ts'
import { LAYER_OF, manifestBytes } from '../../src/core/manifest.ts'
import type { MetricSource } from '../../src/core/metric-source.ts'
import type {
  Actor,
  Arm,
  Component,
  MarkEntry,
  MoveData,
  NotifyTarget,
  PointerEntry,
  Policy,
  Role,
  Route,
  VersionEntry,
} from '../../src/core/model.gen.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Move } from '../../src/core/pointer.ts'
import type { Config, Context, Event, Registry, Result } from '../../src/core/ports.ts'
import { hold, retire, unhold } from '../../src/ops/hold.ts'
import { log } from '../../src/ops/log.ts'
import { mark } from '../../src/ops/mark.ts'
import { promote } from '../../src/ops/promote.ts'
import { resolve } from '../../src/ops/resolve.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { rollbackAll } from '../../src/ops/rollback-all.ts'
import { undo } from '../../src/ops/undo.ts'
import { openMemory } from '../../src/store/memory.ts'

/**
 * A registry in memory with people and programs around it. The clock stands still until it is told to go, operations are numbered,
 * and everything that was warned about or asked is kept. Every actor's commands are the real operations on a real registry.
 */

export const APP = 'fraud'
const START = Date.parse('2026-10-01T12:00:00.000Z')

export const human = (name: string): Actor => ({ name, kind: 'human' })
export const automation = (name: string): Actor => ({ name, kind: 'automation' })

export interface StageOptions {
  /** The pointers that aiship.yaml declares; null: there is no aiship.yaml. Default: prod, staging and canary, none protected. */
  readonly declared?: Readonly<Record<string, Policy>> | null
  /** Where live numbers come from. */
  readonly source?: MetricSource
  /** What stands between the operations and the registry, to make it fail at a chosen moment. */
  readonly wrap?: (registry: Registry) => Registry
}

export type Stage = ReturnType<typeof makeStage>
export type Hands = ReturnType<Stage['as']>

const NONE_PROTECTED = { prod: { protected: false }, staging: { protected: false }, canary: { protected: false } }

const ROLES: Readonly<Record<string, Role>> = {
  model: 'model-weights',
  prompt: 'prompt',
  data: 'dataset',
  features: 'feature-pipeline',
  eval: 'eval-set',
  llm: 'model',
  lake: 'dataset',
}

export function makeStage(options: StageOptions = {}) {
  const bare = openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000001', url: '.aiship' })
  const registry = options.wrap?.(bare) ?? bare
  const declared = options.declared === undefined ? NONE_PROTECTED : options.declared
  const memory = new Map<string, Uint8Array>()
  const warnings: Extract<Event, { type: 'warning' }>[] = []
  const questions: string[] = []
  const told: { readonly target: NotifyTarget; readonly notice: Notice }[] = []
  let paused: (() => Promise<void>) | null = null
  /** What stands beside the registry: `route set --file`. */
  const files = new Map<string, string>()
  let written: Config | null = null
  let time = START
  let operations = 0
  let answer = true

  /** What an operation gets. The parts that no move may need are not there, as in a command that does not ask for them. */
  function context(actor: Actor, op?: string, app = APP): Context {
    const absent = (what: string): never => {
      throw new Error(`a move asked for ${what}`)
    }
    operations += 1
    const plain =
      declared === null || app !== APP
        ? null
        : {
            app,
            registry: '.aiship',
            components: [],
            commands: {},
            ignore: [],
            pointers: declared,
            secrets: { allow: [] },
            rules: {},
          }
    const config = plain === null ? null : (written ?? plain)
    return {
      ...{ registry, app, config, actor, host: 'laptop' },
      memory: {
        get: async (key) => memory.get(key) ?? null,
        set: async (key, bytes) => void memory.set(key, bytes),
      },
      op: { id: op ?? `op-${operations}`, given: op !== undefined },
      signal: new AbortController().signal,
      now: () => new Date(time),
      emit: (event) => {
        if (event.type === 'warning') warnings.push(event)
      },
      get workspace() {
        return absent('the working folder')
      },
      git: async () => absent('git'),
      collector: async () => absent('a collector'),
      project: () => absent('the project'),
      open: async () => absent('another registry'),
      appIn: async () => absent('another registry'),
      selfCheck: () => absent('fsck'),
      yaml: async (bytes, name) => readYaml(bytes, name).value,
      policyFile: async (bytes, name) => readPolicyFile(bytes, name),
      evaluation: async (bytes, name, flat) => readEvaluation(bytes, name, flat),
      input: async (file) => Buffer.from(files.get(file) ?? absent(file)),
      ...(options.source === undefined ? {} : { source: async () => options.source as MetricSource }),
      notify: async (target, notice) => {
        told.push({ target, notice })
        return target.webhook === 'https://away.example' ? 'is away' : null
      },
      pause: async (ms) => {
        time += ms
        await paused?.()
      },
      confirm: async (question) => {
        questions.push(question)
        return answer
      },
    }
  }

  /** Every entry of a log as it is stored, oldest first, read without the operations and checked link by link. */
  async function chain<K extends 'pointers' | 'marks' | 'versions'>(kind: K, name: string) {
    const entries: Read<K extends 'pointers' ? PointerEntry : K extends 'marks' ? MarkEntry : VersionEntry>[] = []
    const numbers = await bare.logs.numbers(`${kind}/${name}`)
    for (const [i, seq] of numbers.entries()) {
      expect(seq, 'a log has no gap').toBe(i + 1)
      const record = await bare.logs.read(`${kind}/${name}`, seq)
      if (record === null) throw new Error(`${kind}/${name} lists ${seq} and does not have it`)
      const read = readEntry(kind, `${kind}/${name}`, record, registry.id) as (typeof entries)[number]
      expect(read.entry.prev, 'each entry follows from the one before').toBe(entries.at(-1)?.digest ?? null)
      entries.push(read)
    }
    return entries
  }

  async function append(log: string, before: Read<PointerEntry | VersionEntry> | null, body: object, actor: Actor) {
    const stamp = { registry: registry.id, op: `stage-${++operations}`, actor, now: new Date(time) }
    const { entry, bytes } = nextEntry<PointerEntry>(log, before as Read<PointerEntry> | null, stamp, body as Move)
    expect(await bare.logs.append(log, entry.seq, bytes)).toBe('won')
    return entry.seq
  }

  /** Makes the next version: components by name, each with its bytes. A `null` is an external reference. */
  async function bundle(parts: Readonly<Record<string, string | null>>, app = APP): Promise<Arm> {
    const components = Object.entries(parts).map(([name, text]): Component => {
      const role = ROLES[name] ?? 'inference-code'
      const reference = { uri: `s3://lake/${name}`, pin: 'p1' }
      const bytes = text === null ? canonicalBytes(reference) : Buffer.from(text)
      const kind = text === null ? 'external' : role === 'model' ? 'value' : 'path'
      const where = text === null ? ({ stored: false, reference } as const) : { path: name }
      return { name, role, layer: LAYER_OF[role], kind, digest: digestOf(bytes), size: bytes.length, ...where }
    })
    const manifest = manifestBytes(app, {}, components)
    const batch = await bare.objects.batch()
    for (const text of Object.values(parts)) if (text !== null) await batch.bytes(Buffer.from(text))
    const { digest } = await batch.bytes(manifest)
    await batch.flush()
    const before = (await chain('versions', app)).at(-1) ?? null
    const facts = {
      message: null,
      labels: [],
      host: 'laptop',
      git: null,
      components: {},
      lineage: {},
      secrets: null,
      origin: null,
    }
    const version = `v${await append(`versions/${app}`, before, { bundle: digest, ...facts }, human('ana'))}`
    await index(app, digest, 'bundle', version)
    for (const component of components) await index(app, component.digest, 'component', version)
    return { bundle: digest, version }
  }

  const index = (app: string, digest: Digest, kind: 'bundle' | 'component', version: string): Promise<'won' | 'lost'> =>
    bare.names.create(`index/${app}/${hexOf(digest)}`, canonicalBytes({ kind, version }))

  /** Writes a pointer's entry as another command of a later day would: with whatever route, policy or rollout. */
  async function write(pointer: string, change: Partial<PointerEntry> & { readonly route: Route }): Promise<number> {
    const before = (await chain('pointers', `${APP}/${pointer}`)).at(-1) ?? null
    const mainOf = (route: Route | null | undefined): Digest | null => route?.arms[route.fallback]?.bundle ?? null
    const last = before?.entry
    const main = mainOf(last?.route)
    const body = {
      ...{ action: 'promote', reason: null, override: null, rollout: null, evidence: [], left: [], marks: [] },
      ...{ from: main, to: mainOf(change.route), hold: last?.hold ?? null, settled: (last?.seq ?? 0) + 1 },
      ...{ back: last === undefined || main === null ? null : { seq: last.settled, bundle: main } },
      ...{ policy: last?.policy ?? { protected: false } },
      ...change,
    }
    return append(`pointers/${APP}/${pointer}`, before, body, human('ana'))
  }

  /** One actor's commands. `opts.op` is `--op`. */
  function as(actor: Actor) {
    type Opts<T> = Partial<T> & { readonly op?: string }
    const reasonless = { reason: null }
    return {
      actor,
      promote: (
        ref: string,
        pointer: string,
        opts: Opts<Omit<Parameters<typeof promote>[1], 'ref' | 'pointer'>> = {},
      ) =>
        promote(context(actor, opts.op), {
          ...{ ref, pointer, reason: null, override: null, create: false, resetRoute: false, leavingBad: null },
          ...without(opts),
        }),
      rollback: (pointer: string, opts: Opts<Omit<Parameters<typeof rollback>[1], 'pointer'>> = {}) =>
        rollback(context(actor, opts.op), {
          pointer,
          to: null,
          reason: null,
          hold: true,
          mark: true,
          ...without(opts),
        }),
      rollbackAll: (
        pointers: readonly string[],
        opts: Opts<Omit<Parameters<typeof rollbackAll>[1], 'pointers'>> = {},
      ) =>
        rollbackAll(context(actor, opts.op), {
          ...{ pointers, to: null, reason: null, hold: true, mark: true },
          ...without(opts),
        }),
      undo: (move: string, opts: Opts<Omit<Parameters<typeof undo>[1], 'move'>> = {}) =>
        undo(context(actor, opts.op), { move, reason: null, override: null, ...without(opts) }),
      /** `words` are the flags of `route set`, as they are typed. */
      routeSet: (pointer: string, ...words: readonly string[]) =>
        typeWords(actor, ['route', 'set', pointer, ...words]) as Promise<Result<MoveData>>,
      hold: (pointer: string, opts: Opts<Omit<Parameters<typeof hold>[1], 'pointer'>> = {}) =>
        hold(context(actor, opts.op), { pointer, ...reasonless, ...without(opts) }),
      unhold: (pointer: string, opts: Opts<Omit<Parameters<typeof hold>[1], 'pointer'>> = {}) =>
        unhold(context(actor, opts.op), { pointer, ...reasonless, ...without(opts) }),
      retire: (pointer: string, opts: Opts<Omit<Parameters<typeof hold>[1], 'pointer'>> = {}) =>
        retire(context(actor, opts.op), { pointer, ...reasonless, ...without(opts) }),
      mark: (subject: string, verdict: 'bad' | 'good', opts: Opts<{ reason: string | null; app: string }> = {}) =>
        mark(context(actor, opts.op, opts.app), { subject, verdict, reason: opts.reason ?? null }),
      log: (pointer: string, opts: { at?: string; op?: string; limit?: number } = {}) =>
        log(context(actor, opts.op), { pointer, at: opts.at ?? null, limit: opts.limit ?? 20 }),
      resolve: (ref: string, arm?: string) => resolve(context(actor), { ref, arm }),
      /** Runs a printed command as it stands, read by the real command line. */
      type: (line: string) => typeLine(actor, line),
    }
  }

  const typeLine = (actor: Actor, line: string): Promise<Result<unknown>> => typeWords(actor, wordsOf(line))

  async function typeWords(actor: Actor, line: readonly string[]): Promise<Result<unknown>> {
    const parsed = await parse(line)
    if ('print' in parsed) throw new Error(`${line.join(' ')} only prints`)
    const { command, flags, words } = parsed
    return command.run(context(actor, flags.op, flags.app), command.input(words))
  }

  return {
    ...{ registry, bare, warnings, questions, told, files, context, bundle, write, as, append, memory },
    ana: as(human('ana')),
    ben: as(human('ben')),
    retrain: as(automation('retrain')),
    /** What aiship.yaml says from now on of gates and pointers, as YAML. */
    configure: (text: string): void => {
      const parts = 'model: {role: model-weights, path: model}, features: {role: feature-pipeline, path: features}'
      const whole = `version: 1\napp: ${APP}\ncomponents: {${parts}, eval: {role: eval-set, path: eval}}\n${text}\n`
      written = parseConfig(Buffer.from(whole), 'aiship.yaml')
    },
    /** Moves the clock. */
    wait: (seconds: number): void => {
      time += seconds * 1000
    },
    now: (): string => new Date(time).toISOString(),
    /** What happens while somebody sleeps. */
    meanwhile: (act: (() => Promise<void>) | null): void => {
      paused = act
    },
    /** What a person says to the protected prompt from now on. */
    say: (yes: boolean): void => {
      answer = yes
    },
    /** The entries of a pointer as stored, oldest first; the chain is checked on the way. */
    entries: async (pointer: string): Promise<readonly PointerEntry[]> =>
      (await chain('pointers', `${APP}/${pointer}`)).map((read) => read.entry),
    newest: async (pointer: string): Promise<PointerEntry> => {
      const last = (await chain('pointers', `${APP}/${pointer}`)).at(-1)
      if (last === undefined) throw new Error(`${pointer} has no entry`)
      return last.entry
    },
    marksOn: async (digest: Digest): Promise<readonly MarkEntry[]> =>
      (await chain('marks', hexOf(digest))).map((read) => read.entry),
    label: (label: string, arm: Arm): Promise<'won' | 'lost'> =>
      bare.names.create(
        `labels/${APP}/${label}`,
        labelBytes({ label, ...arm, actor: human('ana'), at: new Date(time).toISOString() }),
      ),
  }
}

/** A registry that can lose objects: `wrap` for the stage, and what loses the object of these bytes from then on. */
export function losing(): { readonly wrap: (registry: Registry) => Registry; readonly lose: (bytes: string) => void } {
  const lost = new Set<Digest>()
  const has =
    (registry: Registry): Registry['objects']['has'] =>
    async (digests) =>
      new Set([...(await registry.objects.has(digests))].filter((digest) => !lost.has(digest)))
  return {
    wrap: (registry) => ({ ...registry, objects: { ...registry.objects, has: has(registry) } }),
    lose: (bytes) => {
      lost.add(digestOf(bytes))
    },
  }
}

/** The options of an operation without what belongs to the context; undefined values do not count. */
function without<T extends { readonly op?: string }>(opts: T): Omit<T, 'op'> {
  const { op, ...rest } = opts
  return rest
}

/** The words of a printed command, as a shell would pass them. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? (bare as string),
  )
  expect(words[0]).toBe('aiship')
  return words.slice(1)
}

/**
 * The error that an operation was refused with: of ours, with a way on that can be typed as it stands.
 * Anything else fails the test.
 */
export async function refused(attempt: Promise<unknown>): Promise<AishipError> {
  let error: unknown
  try {
    const result = await attempt
    error = new Error(`it was done: ${JSON.stringify(result)}`)
  } catch (thrown) {
    error = thrown
  }
  if (!(error instanceof AishipError)) throw error
  expect(error.next.length > 0 || (error.hint ?? '') !== '', `${error.code} has a way on`).toBe(true)
  for (const line of error.next) {
    expect(line, 'nothing is left to fill in').not.toMatch(/\b(?:REF|POINTER|SEQ|NAME|DIGEST|N)\b|[<>…]|undefined|null/)
    const parsed = await parse(wordsOf(line))
    expect('command' in parsed || parsed.about === 'help', line).toBe(true)
  }
  return error
}

/** A route with several arms: who gets how much of 100,000 by the last rule, and what the first rule sends to whom. */
export function routed(arms: Readonly<Record<string, Arm>>, weights: Readonly<Record<string, number>>): Route {
  return {
    arms,
    serve: [{ when: { '==': [{ var: 'country' }, 'DE'] }, to: { stable: 100_000 } }, { to: weights }],
    bucket: { by: 'targetingKey', salt: 'ro_1:', hash: 'murmur3-32/utf8/0', map: 'mul-shift-32', missing: 'stable' },
    fallback: 'stable',
  }
}

/** A plain route by hand: what promote must write. */
export const plain = (arm: Arm): Route => ({
  arms: { stable: arm },
  serve: [{ to: { stable: 100_000 } }],
  fallback: 'stable',
})
