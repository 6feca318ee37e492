import type { Listed } from './commands.ts'

/** The commands that find out what a bad bundle did, and make it good. */
export const REPAIR: Readonly<Record<string, Listed>> = {
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
