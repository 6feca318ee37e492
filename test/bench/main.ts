import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { alternate, type Candidate, table, timeProcess } from './measure.ts'
import { seedRegistry } from './seed.ts'

/**
 * What `npm run bench` prints: whole processes against a known program in the same run, alternating, medians.
 * --quick: fewer rounds and a shorter past.
 */
const isQuick = process.argv.includes('--quick')
const ROUNDS = isQuick ? 11 : 31
const LONG = isQuick ? 1000 : 10_000
const AISHIP = path.resolve('bin/aiship.js')
const REFERENCE = 'node -e 0'
const LIMIT = 1.5

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-bench-'))
const env = { PATH: process.env.PATH, HOME: work, AISHIP_ACTOR: 'bench', AISHIP_ACTOR_KIND: 'human' }
const aiship = (name: string, args: readonly string[]): Candidate => ({
  name,
  run: () => timeProcess(process.execPath, [AISHIP, ...args], { cwd: work, env }),
})

function pasts(): readonly { name: string; registry: string }[] {
  const sizes = [
    { name: '2 versions, 2 moves', versions: 2, moves: 2 },
    { name: `2 versions, ${LONG} moves`, versions: 2, moves: LONG },
    { name: `${LONG} versions, ${LONG} moves`, versions: LONG, moves: LONG },
  ]
  return sizes.map(({ name, versions, moves }, i) => {
    const registry = path.join(work, `registry-${i}`)
    seedRegistry(registry, { versions, moves })
    return { name, registry }
  })
}

/** A rollback; then what it wrote is taken away again, so that every round finds the same past. */
function rollback(name: string, registry: string): Candidate {
  const log = path.join(registry, 'logs/pointers/seeded/prod')
  const entries = fs.readdirSync(log)
  const hint = fs.readFileSync(path.join(log, 'hint'))
  return {
    name,
    run() {
      const took = timeProcess(process.execPath, [AISHIP, 'rollback', 'prod', '--registry', registry], {
        cwd: work,
        env,
      })
      for (const file of fs.readdirSync(log).slice(-2)) if (!entries.includes(file)) fs.rmSync(path.join(log, file))
      fs.writeFileSync(path.join(log, 'hint'), hint)
      for (const made of ['logs/marks', 'cache']) fs.rmSync(path.join(registry, made), { recursive: true, force: true })
      return took
    },
  }
}

const candidates: Candidate[] = [
  { name: REFERENCE, run: () => timeProcess(process.execPath, ['-e', '0'], { cwd: work, env }) },
  aiship('--version', ['--version']),
]
for (const { name, registry } of pasts()) {
  candidates.push(
    aiship(`resolve, ${name}`, ['resolve', 'prod', '--registry', registry]),
    rollback(`rollback, ${name}`, registry),
  )
}
const medians = alternate(candidates, ROUNDS)
const reference = medians.get(REFERENCE) as number
const rows = [...medians].map(([name, ms]) => [
  name,
  ms.toFixed(1),
  (ms / reference).toFixed(2),
  name === REFERENCE ? '' : String(LIMIT),
])
process.stdout.write(
  `${os.cpus().length} cores, Node ${process.version}, medians of ${ROUNDS} alternating runs, whole process\n\n`,
)
process.stdout.write(`${table([['work', 'ms', `x ${REFERENCE}`, 'at most'], ...rows])}\n`)
fs.rmSync(work, { recursive: true })
