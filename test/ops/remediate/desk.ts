import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Digest } from '../../../src/core/digest.ts'
import { emptyJournal, type JournalState } from '../../../src/core/journal.ts'
import type { Actor, ReceiptLine, RemediationEntry } from '../../../src/core/model.gen.ts'
import type { Context, Event } from '../../../src/core/ports.ts'
import { remediationLog } from '../../../src/core/remediation.ts'
import { history } from '../../../src/ops/logs.ts'
import type { ApplyInput } from '../../../src/ops/remediate-apply.ts'
import { remediateApply } from '../../../src/ops/remediate-apply.ts'
import { remediateApprove } from '../../../src/ops/remediate-approve.ts'
import { diffRemediation } from '../../../src/ops/remediate-diff.ts'
import { remediateAbort, remediatePause } from '../../../src/ops/remediate-hold.ts'
import { remediateReceipt } from '../../../src/ops/remediate-receipt.ts'
import { remediateStatus } from '../../../src/ops/remediate-status.ts'
import { remediateUndo } from '../../../src/ops/remediate-undo.ts'
import { eachLine } from '../../../src/ops/remediation-lines.ts'
import { readDiff } from '../../../src/ops/remediation-objects.ts'
import { hooksOf } from '../../../src/serving/hook.ts'
import { openRehearsal } from '../../../src/serving/rehearsal.ts'
import { openJournal } from '../../../src/store/journal.ts'
import { human, makeStage } from '../registry.ts'
import { makePlans } from './plans.ts'

/**
 * People at a repair: a registry in memory with plans and diffs as another day made them, real operations, real hooks as processes, and journals on disk.
 * A machine is a folder; several may share the registry.
 */

export const HOOK = join(import.meta.dirname, 'hook.mjs')

export interface Effect {
  readonly key: string
  readonly entity: string
  readonly action: string
  readonly undo?: unknown
  readonly attempt: number
}

export type Desk = ReturnType<typeof makeDesk>

export function makeDesk(stage = makeStage()) {
  const home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-repair-')))
  const { registry } = stage
  const events: Event[] = []
  const effectsFile = join(home, 'effects.jsonl')
  let skipped = 0

  function context(
    actor: Actor = human('ana'),
    { machine = 'laptop', signal = new AbortController().signal, op = undefined as string | undefined } = {},
  ): Context {
    const ctx = stage.context(actor, op)
    const root = join(home, machine)
    const top = join(root, '.aiship')
    fs.mkdirSync(root, { recursive: true })
    return Object.assign(Object.create(ctx) as Context, {
      ...{ host: machine, signal },
      // The hook's time is the machine's; days that pass are added.
      now: () => new Date(Date.now() + skipped),
      emit: (event: Event) => void events.push(event),
      project: () => ({ root, ignore: [], registry: null, signal, env: {} }),
      pause: (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
      rehearsal: async () => openRehearsal(join(top, 'cache', 'replay'), {}, signal, false),
      workshop: async () => ({
        hooks: hooksOf({ PATH: process.env.PATH }, signal),
        journal: (name: string) => openJournal(top, join(top, 'remediations', name)),
      }),
    })
  }

  const { planned, diffed, addStep } = makePlans(registry, context)

  /** What is typed after a hook with these options. */
  const input = (
    plan: string,
    options: object = {},
    more: Partial<ApplyInput> & { readonly with?: ApplyInput['options'] } = {},
  ): ApplyInput => {
    const hook = [process.execPath, HOOK, effectsFile, JSON.stringify(options)]
    const { with: typed = {}, ...rest } = more
    return {
      plan,
      verb: 'apply',
      dry: false,
      takeOver: false,
      reason: null,
      options: { hook, pause: false, ...typed },
      ...rest,
    }
  }

  return {
    ...{ home, registry, stage, events, context, planned, diffed, addStep, input },
    effects: (): readonly Effect[] =>
      fs.existsSync(effectsFile)
        ? fs
            .readFileSync(effectsFile, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Effect)
        : [],
    warnings: () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
    approve: (plan: string, actor = human('ana'), word: string | null = null, diff: string | null = null) =>
      remediateApprove(context(actor), { plan, reason: null, diff, word }),
    apply: (
      plan: string,
      options: object = {},
      more: Parameters<typeof input>[2] = {},
      who: Parameters<typeof context>[1] = {},
    ) => remediateApply(context(human('ana'), who), input(plan, options, more)),
    /** With everything as it was, unless a hook is given. */
    resume: (
      plan: string,
      options: object | null = null,
      more: Parameters<typeof input>[2] = {},
      who: Parameters<typeof context>[1] = {},
    ) => {
      const whole = input(plan, options ?? {}, { verb: 'resume', ...more })
      return remediateApply(
        context(human('ana'), who),
        options === null ? { ...whole, options: more.with ?? {} } : whole,
      )
    },
    status: async (plan: string) => (await remediateStatus(context(), { plan })).data.repairs[0],
    pause: (plan: string) => remediatePause(context(human('ben')), { plan, reason: 'the mailbox is slow' }),
    abort: (plan: string) => remediateAbort(context(human('ben')), { plan, reason: 'enough' }),
    receipt: (plan: string, list: Parameters<typeof remediateReceipt>[1]['list'] = null) =>
      remediateReceipt(context(), { plan, list }),
    diff: (plan: string) =>
      diffRemediation(context(), { plan, by: '', epsilon: 0.01, limit: 99, csv: null, html: null }),
    undo: (ref: string) => remediateUndo(context(), { ref, reason: 'it was worse' }),
    async log(plan: Digest): Promise<readonly RemediationEntry[]> {
      const found: RemediationEntry[] = []
      for await (const entry of history(context(), remediationLog('fraud', plan))) found.unshift(entry)
      return found
    },
    async results(plan: string): Promise<readonly ReceiptLine[]> {
      const { data } = await remediateReceipt(context(), { plan, list: null })
      const { work } = await readDiff(context(), data.diff)
      const size = (await registry.objects.size(data.results)) as number
      const found: ReceiptLine[] = []
      for await (const line of eachLine<ReceiptLine>(context(), { digest: data.results, size, count: work.count }))
        found.push(line)
      return found
    },
    /** What the journal on a machine says. */
    journal(plan: Digest, items: number, machine = 'laptop'): { readonly file: string; readonly state: JournalState } {
      const top = join(home, machine, '.aiship')
      const file = openJournal(top, join(top, 'remediations', registry.id, 'fraud', plan.slice(7)))
      const state = emptyJournal(items)
      file.read((line, at) => state.add(line, at))
      file.close()
      return { file: file.path, state }
    },
    skip: (days: number) => {
      skipped += days * 86_400_000
    },
    end: () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 10 }),
  }
}
