import type { Command } from './command.ts'
import { command as bundle } from './commands/bundle.ts'
import { command as checkout } from './commands/checkout.ts'
import { command as hold } from './commands/hold.ts'
import { command as log } from './commands/log.ts'
import { command as promote } from './commands/promote.ts'
import { command as resolve } from './commands/resolve.ts'
import { command as rollback } from './commands/rollback.ts'
import { command as undo } from './commands/undo.ts'
import { command as unhold } from './commands/unhold.ts'
import { REPAIR } from './commands-repair.ts'

export const GROUPS = ['Start', 'Bundle', 'Release', 'Rollout', 'Evaluate', 'Trace', 'Repair', 'Store'] as const

export interface Listed {
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
    load: loaded(bundle),
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
    load: loaded(checkout),
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
  follow: {
    group: 'Release',
    summary: 'keep a folder equal to what a pointer says',
    load: () => import('./commands/follow.ts'),
  },
  log: {
    group: 'Release',
    summary: 'the moves of a pointer, and what ran when',
    load: loaded(log),
  },
  'route show': {
    group: 'Rollout',
    summary: 'who is served what: arms, rules, split',
    load: () => import('./commands/route-show.ts'),
  },
  'route eval': {
    group: 'Rollout',
    summary: 'which bundle a request gets, and why',
    load: () => import('./commands/route-eval.ts'),
  },
  'route set': {
    group: 'Rollout',
    summary: 'send some requests elsewhere: a rule, a share, a mirror',
    load: () => import('./commands/route-set.ts'),
  },
  'route export': {
    group: 'Rollout',
    summary: 'a route as a file for flagd, nginx or a shell',
    load: () => import('./commands/route-export.ts'),
  },
  serve: {
    group: 'Rollout',
    summary: 'answer over HTTP which bundle a request gets (OFREP)',
    load: () => import('./commands/serve.ts'),
  },
  'rollout plan': {
    group: 'Rollout',
    summary: 'what a rollout would do, and what each step could see',
    load: () => import('./commands/rollout-plan.ts'),
  },
  'rollout start': {
    group: 'Rollout',
    summary: 'give a candidate some of the traffic, step by step',
    load: () => import('./commands/rollout-start.ts'),
  },
  'rollout status': {
    group: 'Rollout',
    summary: 'where a rollout is, and what it waits for',
    load: () => import('./commands/rollout-status.ts'),
  },
  'rollout advance': {
    group: 'Rollout',
    summary: 'make the step that is due, or say when it is',
    load: () => import('./commands/rollout-advance.ts'),
  },
  'rollout pause': {
    group: 'Rollout',
    summary: 'stay at the present step',
    load: () => import('./commands/rollout-pause.ts'),
  },
  'rollout resume': {
    group: 'Rollout',
    summary: 'go on',
    load: () => import('./commands/rollout-resume.ts'),
  },
  'rollout abort': {
    group: 'Rollout',
    summary: 'return to what was stable, without mark and hold',
    load: () => import('./commands/rollout-abort.ts'),
  },
  check: {
    group: 'Evaluate',
    summary: 'what stands against promoting a bundle, and its evaluation',
    load: () => import('./commands/check.ts'),
  },
  'evidence add': {
    group: 'Evaluate',
    summary: 'put down what was measured of a bundle',
    load: () => import('./commands/evidence-add.ts'),
  },
  'evidence ls': {
    group: 'Evaluate',
    summary: 'evaluations and approvals of a bundle',
    load: () => import('./commands/evidence-ls.ts'),
  },
  approve: {
    group: 'Evaluate',
    summary: 'say yes to a bundle on a pointer, in your name',
    load: () => import('./commands/approve.ts'),
  },
  'predictions ingest': {
    group: 'Trace',
    summary: 'read prediction logs into segments',
    load: () => import('./commands/predictions-ingest.ts'),
  },
  'predictions sql': {
    group: 'Trace',
    summary: 'ask the predictions a question in SQL',
    load: () => import('./commands/predictions-sql.ts'),
  },
  'predictions drop': {
    group: 'Trace',
    summary: 'let old segments go',
    load: () => import('./commands/predictions-drop.ts'),
  },
  why: {
    group: 'Trace',
    summary: 'one prediction: the bundle, its components, who put it there',
    load: () => import('./commands/why.ts'),
  },
  slice: {
    group: 'Trace',
    summary: 'live predictions in groups, worst first',
    load: () => import('./commands/slice.ts'),
  },
  compare: {
    group: 'Trace',
    summary: 'how two bundles did on live traffic, and why',
    load: () => import('./commands/compare.ts'),
  },
  ...REPAIR,
  export: { group: 'Store', summary: 'write a bundle to one file', load: () => import('./commands/export.ts') },
  import: { group: 'Store', summary: 'take a bundle from such a file', load: () => import('./commands/import.ts') },
  push: {
    group: 'Store',
    summary: 'bring a bundle to another registry',
    load: () => import('./commands/push.ts'),
  },
  pull: {
    group: 'Store',
    summary: 'bring a bundle from another registry',
    load: () => import('./commands/pull.ts'),
  },
  fsck: { group: 'Store', summary: 'check the whole registry', load: () => import('./commands/fsck.ts') },
  gc: { group: 'Store', summary: 'take out what nothing needs', load: () => import('./commands/gc.ts') },
  repack: { group: 'Store', summary: 'put the registry in order', load: () => import('./commands/repack.ts') },
}

/** The command that a line begins with: its first word, or its first two. Null where there is none. */
export function commandName(words: readonly string[]): string | null {
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) => Object.hasOwn(COMMANDS, name)) ?? null
}

/** The commands whose first word this is, where they have two: `route show`, `route set`, … */
export const groupOf = ([word = '']: readonly string[]): readonly string[] =>
  Object.keys(COMMANDS).filter((name) => name.startsWith(`${word} `))
