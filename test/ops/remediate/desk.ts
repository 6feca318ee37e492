import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalBytes, type Digest } from '../../../src/core/digest.ts'
import { emptyJournal, type JournalState } from '../../../src/core/journal.ts'
import type {
  Actor,
  ObjectLines,
  ReceiptLine,
  RemediationDiff,
  RemediationEntry,
  RemediationItem,
  RemediationPlan,
  RemediationWork,
} from '../../../src/core/model.gen.ts'
import type { Context, Event } from '../../../src/core/ports.ts'
import { EMPTY_STEP, remediationLog, workKey } from '../../../src/core/remediation.ts'
import { append, history, newest } from '../../../src/ops/logs.ts'
import type { ApplyInput } from '../../../src/ops/remediate-apply.ts'
import { remediateApply } from '../../../src/ops/remediate-apply.ts'
import { remediateApprove } from '../../../src/ops/remediate-approve.ts'
import { remediateAbort, remediatePause } from '../../../src/ops/remediate-hold.ts'
import { remediateReceipt } from '../../../src/ops/remediate-receipt.ts'
import { remediateStatus } from '../../../src/ops/remediate-status.ts'
import { remediateUndo } from '../../../src/ops/remediate-undo.ts'
import { readDiff } from '../../../src/ops/remediation-approval.ts'
import { eachLine } from '../../../src/ops/remediation-lines.ts'
import { hooksOf } from '../../../src/serving/hook.ts'
import { openJournal } from '../../../src/store/journal.ts'
import { human, makeStage } from '../registry.ts'

/**
 * People at a repair: a registry in memory with plans and diffs as another day made them, real operations, real hooks as processes, and journals on disk.
 * A machine is a folder; several may share the registry.
 */

export const HOOK = join(import.meta.dirname, 'hook.mjs')

export interface WorkOptions {
  /** Items of each entity. */
  readonly each?: number
  readonly manual?: string | null
  readonly pointer?: string | null
  readonly epoch?: number
}

export interface Effect {
  readonly key: string
  readonly entity: string
  readonly action: string
  readonly undo?: unknown
  readonly attempt: number
}

export type Desk = ReturnType<typeof makeDesk>

const digit = (n: number): Digest => `sha256:${n.toString(16).padStart(64, '0')}`
export const [BAD, GOOD] = [digit(0xbad), digit(0x900d)]

export function makeDesk(stage = makeStage()) {
  const home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-repair-')))
  const { registry } = stage
  const events: Event[] = []
  const effectsFile = join(home, 'effects.jsonl')
  let plans = 0
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
      workshop: async () => ({
        hooks: hooksOf({ PATH: process.env.PATH }, signal),
        journal: (name: string) => openJournal(top, join(top, 'remediations', name)),
      }),
    })
  }

  async function lines(values: readonly unknown[]): Promise<ObjectLines> {
    const batch = await registry.objects.batch()
    const bytes = Buffer.concat(values.flatMap((value) => [canonicalBytes(value), Buffer.from('\n')]))
    const { digest } = await batch.bytes(bytes)
    await batch.flush()
    return { digest, size: bytes.length, count: values.length }
  }

  async function store(value: unknown): Promise<Digest> {
    const batch = await registry.objects.batch()
    const { digest } = await batch.bytes(canonicalBytes(value))
    await batch.flush()
    return digest
  }

  async function addStep(
    plan: Digest,
    step: Partial<RemediationEntry> & Pick<RemediationEntry, 'action'>,
    actor: Actor,
  ) {
    const ctx = context(actor)
    const log = remediationLog(ctx.app, plan)
    await append(ctx, log, await newest(ctx, log), { ...EMPTY_STEP, plan, ...step })
  }

  /** A diff of `count` items, in the log of its plan. */
  async function diffed(plan: Digest, work: readonly RemediationWork[], manual: string | null): Promise<Digest> {
    const none = {
      same: 0,
      score_moved: 0,
      label_changed: 0,
      error: 0,
      not_replayable: 0,
      not_reproducible: 0,
      erased: 0,
    }
    const diff: RemediationDiff = {
      ...{ v: 1, app: 'fraud', plan, replay: await lines([]), manual, epsilon: 0.01, limit: 99 },
      control: { bad_sample: 0, bad_reproduced: 0, good_sample: 0, good_same: 0 },
      ...{ classes: { ...none, action_changed: work.length }, by: [], moves: [], work: await lines(work) },
    }
    const digest = await store(diff)
    await addStep(plan, { action: 'diffed', diff: digest, objects: [digest, diff.work.digest] }, human('ana'))
    return digest
  }

  async function planned(count: number, { each = 1, manual = null, pointer = 'prod', epoch = 0 }: WorkOptions = {}) {
    const name = (i: number): string => `order:${String(Math.floor(i / each)).padStart(6, '0')}`
    const items = Array.from(
      { length: count },
      (_, i): RemediationItem => ({
        ...{
          entity: name(i),
          request_id: `r${i}`,
          ts: `2026-09-30T09:00:00.${String(i % each).padStart(6, '0')}Z`,
          segment: {},
        },
        ...{ action: 'block', label: 'fraud', score: 0.9, applied: true, unreplayable: null },
      }),
    )
    const work = items.map(({ entity, request_id, segment }): RemediationWork => {
      const target = { action: 'release', label: 'fine' }
      return {
        key: workKey({ entity, request_id, target }, epoch),
        entity,
        request_id,
        expected: { action: 'block', request_id },
        target,
        segment,
      }
    })
    const plan: RemediationPlan = {
      ...{
        v: 1,
        app: 'fraud',
        bad: BAD,
        good: GOOD,
        pointer,
        window: { from: null, until: null },
        where: null,
        select: each === 1 ? 'latest' : 'all',
      },
      ...{
        sample: null,
        items: await lines(items),
        segments: [],
        sample_rates: [],
        unreplayable: {},
        features: 'recorded',
      },
      ...{ author: human('ana'), incident: `INC-${++plans}`, supersedes: null, undoes: null, epoch },
    }
    const digest = await store(plan)
    await addStep(digest, { action: 'planned', objects: [digest, plan.items.digest] }, human('ana'))
    return { plan: digest, work, diff: await diffed(digest, work, manual) }
  }

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
