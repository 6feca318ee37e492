import type { Listed } from './commands.ts'

/** The commands that find out what a bad bundle did, and make it good. */
export const REPAIR: Readonly<Record<string, Listed>> = {
  blast: {
    group: 'Repair',
    summary: 'what a bad bundle decided, and what of it is in force',
    load: () => import('./commands/blast.ts'),
  },
  'remediate plan': {
    group: 'Repair',
    summary: 'freeze which decisions are to be made again',
    load: () => import('./commands/remediate-plan.ts'),
  },
  'remediate refresh': {
    group: 'Repair',
    summary: 'the same plan with what came late',
    load: () => import('./commands/remediate-refresh.ts'),
  },
  'remediate replay': {
    group: 'Repair',
    summary: 'let the good bundle decide them again',
    load: () => import('./commands/remediate-replay.ts'),
  },
  'remediate diff': {
    group: 'Repair',
    summary: 'what it decides otherwise, and for whom',
    load: () => import('./commands/remediate-diff.ts'),
  },
}
