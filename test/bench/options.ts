import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Work } from './figures.ts'

export interface Choice {
  readonly isQuick: boolean
  readonly works: readonly Work[]
  /** Beginnings of names; null: all. */
  readonly peers: readonly string[] | null
  readonly rounds: number
  readonly patience: number
  readonly wait: number
  /** Where the work is kept and the stores are made. */
  readonly folder: string
}

export const USAGE = `npm run bench -- [flags]
  --quick            64 MiB and 2,000 files, fewer runs
  --only W2,W3       these works
  --peers git,borg   these peers (the programs that figures are ratios of run anyway)
  --rounds N         runs of each (5)
  --patience N       seconds that a program which no figure needs may take in one part before it is not run again (30)
  --wait N           seconds to wait for an idle machine before a run (10)
AISHIP_BENCH_DIR     where the work is kept and stores are made (the temporary folder)
AISHIP_BENCH_DVC     DVC, if it is not on the PATH
`

/** Out: null if only the usage is asked for. Errors: an unknown flag or work. */
export function chooseFrom(argv: readonly string[], known: readonly Work[]): Choice | null {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ help: { type: 'boolean' }, quick: { type: 'boolean' } },
      ...{ only: text, peers: text, rounds: text, patience: text, wait: text },
    },
  })
  if (values.help) return null
  const isQuick = values.quick === true
  const list = (value: string) => value.split(',').map((word) => word.trim())
  const works = values.only === undefined ? known : known.filter((work) => list(values.only as string).includes(work))
  if (works.length === 0) throw new Error(`--only takes ${known.join(', ')}`)
  const number = (value: string | undefined, otherwise: number) => {
    const given = Number(value ?? otherwise)
    if (!Number.isFinite(given) || given < 0) throw new Error(`${value} is no number`)
    return given
  }
  return {
    ...{ isQuick, works },
    peers: values.peers === undefined ? null : list(values.peers),
    rounds: Math.max(1, Math.floor(number(values.rounds, isQuick ? 3 : 5))),
    patience: number(values.patience, isQuick ? 5 : 30),
    wait: number(values.wait, isQuick ? 0 : 10),
    folder: process.env.AISHIP_BENCH_DIR ?? path.join(os.tmpdir(), 'aiship-bench'),
  }
}
