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
  'remediate approve': {
    group: 'Repair',
    summary: 'say yes to what a repair would change',
    load: () => import('./commands/remediate-approve.ts'),
  },
  'remediate apply': {
    group: 'Repair',
    summary: 'send it to your hook, each item once',
    load: () => import('./commands/remediate-apply.ts'),
  },
  'remediate resume': {
    group: 'Repair',
    summary: 'go on with a repair',
    load: () => import('./commands/remediate-resume.ts'),
  },
  'remediate pause': {
    group: 'Repair',
    summary: 'stop a repair',
    load: () => import('./commands/remediate-pause.ts'),
  },
  'remediate abort': {
    group: 'Repair',
    summary: 'end a repair for good',
    load: () => import('./commands/remediate-abort.ts'),
  },
  'remediate status': {
    group: 'Repair',
    summary: 'where repairs stand',
    load: () => import('./commands/remediate-status.ts'),
  },
  'remediate receipt': {
    group: 'Repair',
    summary: 'what a repair did, item by item',
    load: () => import('./commands/remediate-receipt.ts'),
  },
  'remediate undo': {
    group: 'Repair',
    summary: 'plan to take a repair back',
    load: () => import('./commands/remediate-undo.ts'),
  },
  'quarantine add': {
    group: 'Repair',
    summary: 'say what no dataset is to be made of',
    load: () => import('./commands/quarantine-add.ts'),
  },
  'quarantine lift': {
    group: 'Repair',
    summary: 'say that this is over',
    load: () => import('./commands/quarantine-lift.ts'),
  },
  'quarantine waive': {
    group: 'Repair',
    summary: 'let one thing through, for a time',
    load: () => import('./commands/quarantine-waive.ts'),
  },
  'quarantine check': {
    group: 'Repair',
    summary: 'look for it among the rows of a dataset',
    load: () => import('./commands/quarantine-check.ts'),
  },
  'quarantine ls': {
    group: 'Repair',
    summary: 'what is quarantined, and what is let through',
    load: () => import('./commands/quarantine-ls.ts'),
  },
}
