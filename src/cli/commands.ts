import type { Command } from './command.ts'
import { command as hold } from './commands/hold.ts'
import { command as log } from './commands/log.ts'
import { command as promote } from './commands/promote.ts'
import { command as resolve } from './commands/resolve.ts'
import { command as rollback } from './commands/rollback.ts'
import { command as undo } from './commands/undo.ts'
import { command as unhold } from './commands/unhold.ts'

export const GROUPS = ['Start', 'Bundle', 'Release', 'Store'] as const

interface Listed {
  readonly group: (typeof GROUPS)[number]
  readonly summary: string
  readonly load: () => Promise<{ readonly command: Command }>
}

/** For the commands that are typed at three in the morning: in the file that every start reads anyway. */
const loaded = (command: Command) => async () => ({ command })

/** Every command: its line in the overview, and the file that has it, loaded when it is used. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  init: { group: 'Start', summary: 'write an aiship.yaml for this folder', load: () => import('./commands/init.ts') },
  status: {
    group: 'Start',
    summary: 'what every pointer says, and the working tree against it',
    load: () => import('./commands/status.ts'),
  },
  doctor: {
    group: 'Start',
    summary: 'check this machine, the configuration and the registry',
    load: () => import('./commands/doctor.ts'),
  },
  bundle: {
    group: 'Bundle',
    summary: 'hash and store every component as one release',
    load: () => import('./commands/bundle.ts'),
  },
  show: {
    group: 'Bundle',
    summary: 'a bundle: components, provenance, lineage, pointers',
    load: () => import('./commands/show.ts'),
  },
  diff: {
    group: 'Bundle',
    summary: 'what differs between two bundles, layer by layer',
    load: () => import('./commands/diff.ts'),
  },
  ls: { group: 'Bundle', summary: 'the versions, newest first', load: () => import('./commands/ls.ts') },
  resolve: {
    group: 'Bundle',
    summary: "print a reference's bundle digest, for scripts",
    load: loaded(resolve),
  },
  checkout: {
    group: 'Bundle',
    summary: 'write a bundle to a folder, verified',
    load: () => import('./commands/checkout.ts'),
  },
  promote: {
    group: 'Release',
    summary: 'move a pointer forward to a bundle',
    load: loaded(promote),
  },
  rollback: {
    group: 'Release',
    summary: 'take a pointer back to what it served before',
    load: loaded(rollback),
  },
  undo: {
    group: 'Release',
    summary: 'take back the newest move of a pointer',
    load: loaded(undo),
  },
  hold: { group: 'Release', summary: 'lock a pointer against moves forward', load: loaded(hold) },
  unhold: { group: 'Release', summary: 'lift the lock', load: loaded(unhold) },
  mark: {
    group: 'Release',
    summary: 'call a bundle or a component bad or good',
    load: () => import('./commands/mark.ts'),
  },
  retire: {
    group: 'Release',
    summary: 'end a pointer, keeping its history',
    load: () => import('./commands/retire.ts'),
  },
  log: {
    group: 'Release',
    summary: 'the moves of a pointer, and what ran when',
    load: loaded(log),
  },
  fsck: { group: 'Store', summary: 'check the whole registry', load: () => import('./commands/fsck.ts') },
}
