import { AISHIP } from './aiship.ts'
import { BARE, COPY, COPY_AND_HASH, LOOK, OPENSSL } from './plain.ts'
import type { Step } from './program.ts'
import type { ChangeName, SetName } from './work.ts'

export const WORKS = {
  W1: 'ingest of one large weights file',
  W2: 'ingest of many small files',
  W3: 'both again, nothing changed',
  W4: 'both again after a change',
  W5: 'checkout',
  W6: 'verify everything stored',
  W7: 'rollback and start-up',
  W8: 'a bucket',
  W9: 'a routing decision, in process',
  W10: 'a service that decides',
  W11: 'predictions',
  W12: 'repair',
  W13: 'a repair applied',
  G1: 'guards, simulated',
  G2: 'guards, from the crossing to the move',
} as const
export type Work = keyof typeof WORKS

/** One thing that is timed. `change` is what was done to the data before, for W4. */
export interface Task {
  readonly work: Work
  readonly name: string
  readonly set: SetName
  readonly step: Step
  readonly change?: ChangeName
}

const CHANGE_NAMES: Readonly<Record<ChangeName, string>> = {
  insert: 'W1, bytes inserted in the middle',
  header: 'W1, header rewritten to another length',
  pages: 'W1, 1 % of its 4 KiB pages overwritten',
  files: 'W2, 1 % of the files changed',
}

const both = (work: Work, step: Step, name: string): readonly Task[] => [
  { work, name: `W1${name}`, set: 'big', step },
  { work, name: `W2${name}`, set: 'small', step },
]
const change = (name: ChangeName, set: SetName): Task => ({
  ...{ work: 'W4', name: CHANGE_NAMES[name], set, step: 'change', change: name },
})

export const TASKS: readonly Task[] = [
  { work: 'W1', name: 'W1', set: 'big', step: 'ingest' },
  { work: 'W2', name: 'W2', set: 'small', step: 'ingest' },
  ...both('W3', 'again', ''),
  ...(['insert', 'header', 'pages'] as const).map((name) => change(name, 'big')),
  change('files', 'small'),
  ...both('W5', 'checkout', ', into an empty folder'),
  ...both('W5', 'over', ', over the previous version'),
  ...both('W5', 'link', ', --link'),
  ...both('W6', 'verify', ''),
]

export const taskId = ({ work, name }: Pick<Task, 'work' | 'name'>): string => `${work}/${name}`

/** The most that aiship may take of the time of `against`: of the slowest of them, or of aiship itself at the step `of`. */
interface TimeFigure {
  readonly atMost: number
  readonly against: readonly string[]
  readonly of?: Step
}

const timeFigure = (atMost: number, ...against: string[]): TimeFigure => ({ atMost, against })
const HARDWARE = timeFigure(1.15, COPY, OPENSSL)

/** The time figures of a task. */
export function timeFigures({ work, set, step }: Task): readonly TimeFigure[] {
  const isBig = set === 'big'
  if (work === 'W1')
    return [timeFigure(1.2, OPENSSL), ...['restic', 'git-lfs', 'borg', 'dvc'].map((peer) => timeFigure(0.5, peer))]
  if (work === 'W2')
    return [
      timeFigure(1, COPY_AND_HASH),
      ...[timeFigure(0.4, 'git'), timeFigure(0.15, 'git-lfs'), timeFigure(0.2, 'dvc')],
    ]
  if (work === 'W3') return [isBig ? timeFigure(1.6, BARE) : timeFigure(1.8, LOOK)]
  if (work === 'W4') return [timeFigure(1, 'restic')]
  if (work === 'W6') return [timeFigure(isBig ? 1.1 : 0.7, OPENSSL)]
  if (step === 'checkout') return [HARDWARE]
  if (step === 'over') return isBig ? [HARDWARE] : [{ atMost: 0.25, against: [AISHIP], of: 'checkout' }]
  if (step === 'link' && isBig) return [timeFigure(1.6, BARE)]
  return []
}

/** 300 MB in every row. */
export const PEAK_BYTES = 300e6

const MiB = 2 ** 20
export interface Facts {
  /** Bytes of the files of the set. */
  readonly size: number
  /** Bytes that the change made new; 0 without one. */
  readonly changed: number
}

/** The most that aiship may store anew in bytes: `files`, and beside them `trees` of folders; 'restic' for what restic stores. */
export function storedFigure(
  { work, change }: Task,
  { size, changed }: Facts,
): { files?: number | 'restic'; trees?: number } {
  if (work === 'W2') return { files: 1.05 * size }
  if (change === 'insert') return { files: 1.1 * changed }
  if (change === 'header') return { files: MiB }
  if (change === 'pages') return { files: 'restic' }
  if (change === 'files') return { files: 1.1 * changed, trees: 3 * MiB }
  return {}
}
