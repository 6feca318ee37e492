import fs from 'node:fs'
import path from 'node:path'
import { type Command, CommandFailed, median, quiet, run } from './measure.ts'
import { BARE } from './plain.ts'
import { titleOf } from './program.ts'
import { table, type Versions } from './report.ts'
import { seedRegistry } from './seed.ts'

const BIN = path.resolve('bin/aiship.js')
const LIMIT = 1.5
/** A long past may cost this much more than a short one: "flat". */
const FLAT = 1.1

interface Candidate {
  readonly name: string
  readonly command: Command
  readonly atMost?: number
  readonly lacks?: string
  reset?(): void
}

/** W7: whole processes of commands that read or move a pointer, with short and long pasts behind it; and what the peers have of the kind. */
export async function startReport(
  folder: string,
  versions: Versions,
  { rounds, sizes, say }: { rounds: number; sizes: readonly number[]; say(line: string): void },
): Promise<string> {
  const work = fs.mkdtempSync(path.join(folder, 'start-'))
  try {
    const peers = await pointing(work, versions)
    const all = [...ours(work, sizes), ...peers]
    const found = await alternate(all, rounds, say)
    const rows = all.map((one) => cells(one, found))
    const head = ['program', 'ms', `x ${BARE}`, 'at most', 'peak MB', 'what it does not do']
    return `### W7: rollback and start-up\n\nMedians of ${rounds} runs.\n\n${table([head, ...rows, flat(found, sizes)])}\n`
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

const rollbackName = (size: number): string => `aiship rollback, ${size} versions and moves`

function ours(work: string, sizes: readonly number[]): readonly Candidate[] {
  const env = { HOME: work }
  const aiship = (name: string, args: readonly string[]): Candidate => ({
    ...{ name, atMost: LIMIT },
    command: { argv: [process.execPath, BIN, ...args], cwd: work, env },
  })
  const registries = sizes.map((size) => {
    const registry = path.join(work, `registry-${size}`)
    seedRegistry(registry, { versions: size, moves: size })
    return { size, registry }
  })
  return [
    { name: BARE, command: { argv: [process.execPath, '-e', '0'], cwd: work, env } },
    aiship('aiship --version', ['--version']),
    ...registries.flatMap(({ size, registry }) => [
      aiship(`aiship resolve, ${size} versions and moves`, ['resolve', 'prod', '--registry', registry]),
      { ...aiship(rollbackName(size), ['rollback', 'prod', '--registry', registry]), reset: undoing(registry) },
    ]),
  ]
}

/** Takes away what a rollback wrote, so that every round finds the same past. */
function undoing(registry: string): () => void {
  const log = path.join(registry, 'logs/pointers/seeded/prod')
  const entries = new Set(fs.readdirSync(log))
  const hint = fs.readFileSync(path.join(log, 'hint'))
  return () => {
    for (const file of fs.readdirSync(log)) if (!entries.has(file)) fs.rmSync(path.join(log, file))
    fs.writeFileSync(path.join(log, 'hint'), hint)
    for (const made of ['logs/marks', 'cache']) fs.rmSync(path.join(registry, made), { recursive: true, force: true })
  }
}

/** The nearest that each peer has to moving a pointer, in a store of one small file. */
async function pointing(work: string, versions: Versions): Promise<readonly Candidate[]> {
  const found: Candidate[] = []
  for (const [i, [program, version]] of [...versions].entries()) {
    const place = { set: 'small', data: path.join(work, 'data'), ...inside(path.join(work, String(i))) } as const
    const { point, ingest } = program.steps(place)
    if (program.name === BARE || point === undefined || ingest === undefined) continue
    const name = titleOf(program, version ?? '', 'point')
    if (version === null) {
      found.push({ name, command: { argv: [] }, lacks: 'not installed' })
      continue
    }
    for (const made of [place.data, place.store, place.home]) fs.mkdirSync(made, { recursive: true })
    fs.writeFileSync(path.join(place.data, 'params.json'), '{}')
    for (const command of [program.setUp?.(place), ingest('v1', ''), program.seal?.(place, 'v1')])
      if (command !== undefined) await run(command)
    found.push({ name, command: point('v1', ''), lacks: `one version; ${NO_LOG}` })
  }
  return found
}

const inside = (folder: string) => ({ store: path.join(folder, 'store'), home: path.join(folder, 'home') })
const NO_LOG = 'no log of who moved it, no hold, no mark'
interface Found {
  readonly ms: number[]
  peak: number
  failure: string | null
}

/** All in turn, round after round, so that a drift of the machine meets each alike; the first round only warms the page cache. */
async function alternate(
  all: readonly Candidate[],
  rounds: number,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>(all.map(({ name }) => [name, { ms: [], peak: 0, failure: null }]))
  for (let round = -1; round < rounds; round++) {
    await quiet(10)
    say(`W7: round ${round + 1} of ${rounds}`)
    for (const { name, command, reset } of all) {
      const one = found.get(name) as Found
      if (one.failure !== null || command.argv.length === 0) continue
      try {
        const { ms, peak } = await run(command)
        if (round >= 0) one.ms.push(ms)
        one.peak = Math.max(one.peak, peak ?? 0)
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error
        one.failure = error.message
      }
      reset?.()
    }
  }
  return found
}

function cells({ name, atMost, lacks = '' }: Candidate, found: ReadonlyMap<string, Found>): string[] {
  const { ms, peak, failure } = found.get(name) as Found
  if (ms.length === 0 || failure !== null) return [name, failure ?? 'not installed', '', '', '', '']
  const ratio = median(ms) / median((found.get(BARE) as Found).ms)
  const judged = atMost === undefined ? '' : `${atMost}: ${ratio <= atMost ? 'ok' : 'MISS'}`
  return [name, median(ms).toFixed(1), ratio.toFixed(2), judged, peak === 0 ? '' : (peak / 1e6).toFixed(0), lacks]
}

function flat(found: ReadonlyMap<string, Found>, sizes: readonly number[]): string[] {
  const [shortest, longest] = [sizes[0] ?? 0, sizes.at(-1) ?? 0].map((size) => found.get(rollbackName(size))?.ms ?? [])
  const name = `aiship rollback, ${sizes.at(-1)} against ${sizes[0]} versions and moves`
  if (!shortest?.length || !longest?.length) return [name, 'not measured', '', '', '', '']
  const ratio = median(longest) / median(shortest)
  return [name, '', `${ratio.toFixed(2)} x it`, `${FLAT}: ${ratio <= FLAT ? 'ok' : 'MISS'}`, '', '']
}
