import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { aiship } from './aiship.ts'
import { applyReport } from './apply.ts'
import { bucketReport } from './bucket.ts'
import { crossingReport } from './crossing.ts'
import { decisionReport } from './decide.ts'
import { TASKS, type Task, WORKS, type Work } from './figures.ts'
import { guardReport } from './guards.ts'
import { ingestPart } from './ingest.ts'
import { looksPart } from './looks.ts'
import { stopRunning } from './measure.ts'
import { type Choice, chooseFrom, USAGE } from './options.ts'
import { dropGround, onFreshGround, type Part } from './part.ts'
import { PEERS } from './peers.ts'
import { PLAIN } from './plain.ts'
import { predictionsReport } from './predictions.ts'
import type { Program, Step } from './program.ts'
import { newRecord } from './record.ts'
import { repairReport } from './repair.ts'
import { reportWork, tally, type Versions } from './report.ts'
import { serveReport } from './serve.ts'
import { startReport } from './start.ts'
import { FULL, keptSets, QUICK, type SetName } from './work.ts'

/** Works that are measured in their own way. */
const APART: readonly Work[] = ['W7', 'W8', 'W9', 'W10', 'W11', 'W12', 'W13', 'G1', 'G2']

/** Prints one table for each work: aiship against every peer on the same work in the same run. */
async function bench(choice: Choice): Promise<string> {
  const { isQuick, works } = choice
  const size = isQuick ? QUICK : FULL
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const record = newRecord({ ...choice, say })
  const folder = path.join(choice.folder, isQuick ? 'quick' : 'full')
  fs.mkdirSync(folder, { recursive: true })
  const chosen = PEERS.filter(({ name }) => choice.peers === null || choice.peers.some((peer) => name.startsWith(peer)))
  const versions: Versions = new Map([aiship, ...PLAIN, ...chosen].map((program) => [program, program.version()]))
  const there: readonly Program[] = [...versions].filter(([, version]) => version !== null).map(([program]) => program)
  const grounds = new Set<string>()
  for (const set of ['big', 'small'] as const) {
    for (const [act, steps] of [
      [ingestPart, ['ingest', 'change']],
      [looksPart, ['again', 'checkout', 'over', 'link', 'verify']],
    ] as const) {
      const tasks = TASKS.filter(
        (task) => task.set === set && works.includes(task.work) && (steps as readonly string[]).includes(task.step),
      )
      if (tasks.length === 0) continue
      say(`making the work in ${folder}`)
      const kept = keptSets(folder, size)[set]
      const name = `${set}: ${[...new Set(tasks.map(({ work }) => work))].join(', ')}`
      const run = (part: Part) => act(part, tasks, there)
      grounds.add(
        await onFreshGround({ ...{ name, set, kept, folder, size, record }, gib: room(set, tasks, isQuick) }, run),
      )
    }
  }
  const reports = works.filter((work) => !APART.includes(work)).map((work) => reportWork(record, work, versions))
  if (works.includes('W7')) {
    const sizes = isQuick ? [2, 1_000] : [2, 1_000, 10_000]
    reports.push(await startReport(folder, versions, { rounds: isQuick ? 11 : 31, sizes, say }))
  }
  if (works.includes('W9')) reports.push(await decisionReport(isQuick ? 50_000 : 500_000))
  if (works.includes('W10')) {
    const { rounds, wait } = choice
    const times = isQuick ? { seconds: 1, moves: 5 } : { seconds: 3, moves: 40 }
    reports.push(await serveReport(folder, { ...times, rounds, wait, say }))
  }
  if (works.includes('W11'))
    reports.push(
      await predictionsReport(folder, { count: isQuick ? 200_000 : 2_000_000, rounds: isQuick ? 1 : 3, say }),
    )
  if (works.includes('W12'))
    reports.push(await repairReport(folder, { count: isQuick ? 200_000 : 2_000_000, rounds: isQuick ? 1 : 3, say }))
  if (works.includes('W13')) reports.push(await applyReport(folder, { count: isQuick ? 50_000 : 2_000_000, say }))
  if (works.includes('G1')) reports.push(guardReport(isQuick ? 400 : 4000))
  if (works.includes('G2')) reports.push(await crossingReport(folder, { rounds: isQuick ? 2 : 8, say }))
  if (works.includes('W8')) {
    const rounds = Math.min(choice.rounds, 3)
    reports.push(await bucketReport(folder, size, { rounds, wait: choice.wait, say }))
  }
  const { all, busy } = record.runs
  const head = [
    `${os.cpus().length} cores (${os.cpus()[0]?.model.trim()}), ${os.type()} ${os.release()}, Node ${process.version}${isQuick ? '; --quick: the figures are meant for the full size' : ''}.`,
    `Wall time of whole processes, page cache warm, medians of ${choice.rounds} runs in turn; a program that no figure needs ran less often when it is slow.`,
    ...(grounds.size > 0 ? [`On ${[...grounds].join('; ')}. ${busy} of ${all} runs began on a busy machine.`] : []),
  ]
  const work = `W1: one file of ${size.file / 2 ** 20} MiB, and ${size.insert / 2 ** 20} MiB inserted; W2: ${size.files} files of 1 to 16 KiB in ${size.folders} folders.`
  const report = reports.join('\n')
  return `${[...head, work].join('\n')}\n\n${report}\n${tally(report)}\n`
}

/** GiB that a part needs at most: what is deleted only at its end counts in each round. */
function room(set: SetName, tasks: readonly Task[], isQuick: boolean): number {
  if (isQuick) return 3
  const has = (...steps: readonly Step[]) => tasks.some(({ step }) => steps.includes(step))
  if (set === 'small') return has('ingest', 'change', 'checkout', 'over') ? 32 : 10
  if (has('change', 'ingest')) return has('change') ? 28 : 16
  return has('over') ? 34 : 22
}

function end(): void {
  stopRunning()
  dropGround()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    end()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })

try {
  const choice = chooseFrom(process.argv.slice(2), Object.keys(WORKS) as Work[])
  process.stdout.write(choice === null ? USAGE : await bench(choice))
} finally {
  end()
}
