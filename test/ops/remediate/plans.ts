import { canonicalBytes, type Digest } from '../../../src/core/digest.ts'
import type {
  Actor,
  ObjectLines,
  RemediationDiff,
  RemediationEntry,
  RemediationItem,
  RemediationPlan,
  RemediationWork,
} from '../../../src/core/model.gen.ts'
import type { Context, Registry } from '../../../src/core/ports.ts'
import { EMPTY_STEP, remediationLog, workKey } from '../../../src/core/remediation.ts'
import { append, newest } from '../../../src/ops/logs.ts'
import { human } from '../registry.ts'

export interface WorkOptions {
  /** Items of each entity. */
  readonly each?: number
  readonly manual?: string | null
  readonly pointer?: string | null
  readonly epoch?: number
}

const digit = (n: number): Digest => `sha256:${n.toString(16).padStart(64, '0')}`
export const [BAD, GOOD] = [digit(0xbad), digit(0x900d)]

/** Plans and diffs as they would have been made of a log of predictions. */
export function makePlans(registry: Registry, context: (actor: Actor, more?: { readonly op?: string }) => Context) {
  let plans = 0

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
    op?: string,
  ) {
    const ctx = context(actor, op === undefined ? {} : { op })
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
      control: { bad_sample: 0, bad_reproduced: 0, good_sample: 0, good_same: 0, unable: null },
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
    await addStep(digest, { action: 'replayed', replay: plan.items.digest }, human('ana'))
    return { plan: digest, work, diff: await diffed(digest, work, manual) }
  }

  return { planned, diffed, addStep }
}
