import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { Component, QuarantineCheckData, RowScan, ScannedDataset, ShownQuarantine } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isInForce, quarantineWords } from '../core/quarantine.ts'
import { addEvidence } from './evidence.ts'
import { subjectOf } from './mark.ts'
import { manifestOf } from './plan.ts'
import { allQuarantines } from './quarantine.ts'
import { decidedFor } from './quarantine-window.ts'
import { resolveRef } from './refs.ts'
import { countRows } from './row-scan.ts'

export interface QuarantineCheckInput {
  /** A bundle, of which every dataset is looked at, or a component's digest. */
  readonly subject: string
  /** The column that has entities or request ids. */
  readonly key: string
}

/** A quarantine, and the entities and request ids that it has. */
export interface Wanted {
  readonly id: Digest
  readonly values: ReadonlySet<string>
}

/**
 * Looks for quarantined entities and request ids among the rows of datasets, and puts down what is found as evidence of each dataset.
 * Errors: NOT_FOUND where nothing is quarantined of which anybody knows the entities; USAGE for a column that there is not; those of resolveRef.
 */
export const quarantineCheck: Operation<QuarantineCheckInput, QuarantineCheckData> = async (ctx, { subject, key }) => {
  const wanted: Wanted[] = []
  for (const one of (await allQuarantines(ctx)).all.filter(isInForce)) {
    const values = await valuesOf(ctx, one)
    if (values !== null) wanted.push({ id: one.id, values })
    else if (one.kind === 'window') {
      const message = `nobody knows whose decisions ${quarantineWords(one)} has, for the prediction log does not tell: its rows are not looked for`
      ctx.emit({ type: 'warning', code: 'NOT_LOOKED_FOR', message })
    }
  }
  if (wanted.length === 0)
    throw new AishipError('NOT_FOUND', 'nothing is quarantined of which anybody knows the entities', {
      hint: 'a window has those that the prediction log shows; an entity set lists its own',
      next: ['aiship quarantine ls'],
    })
  const datasets: ScannedDataset[] = []
  for (const component of await datasetsOf(ctx, subject)) datasets.push(await scan(ctx, component, key, wanted))
  const outcome = (['fail', 'unknown'] as const).find((one) => datasets.some((each) => each.outcome === one)) ?? 'pass'
  return { changed: true, data: { registry: ctx.registry.url, app: ctx.app, outcome, datasets } }
}

async function valuesOf(ctx: Context, one: ShownQuarantine): Promise<ReadonlySet<string> | null> {
  if (one.kind === 'window') return one.app === ctx.app ? decidedFor(ctx, one) : null
  if (one.entities === null) return null
  const text = Buffer.from(await collectBytes(ctx.registry.objects.get(one.entities.digest))).toString('utf8')
  return new Set(text.split('\n').flatMap((line) => (line === '' ? [] : [String(JSON.parse(line))])))
}

async function datasetsOf(ctx: Context, text: string): Promise<readonly Component[]> {
  const { digest, kind, version } = await subjectOf(ctx, text)
  const arm = kind === 'bundle' ? { bundle: digest, version } : await resolveRef(ctx, version)
  const { components } = await manifestOf(ctx, arm)
  const found = components.filter((one) => (kind === 'bundle' ? one.role === 'dataset' : one.digest === digest))
  if (found.length > 0) return found
  throw new AishipError('NOT_FOUND', `${version} has no dataset`, { next: [`aiship show ${version}`] })
}

async function scan(
  ctx: Context,
  component: Component,
  key: string,
  wanted: readonly Wanted[],
): Promise<ScannedDataset> {
  const { name, digest } = component
  const counted = await countRows(ctx, component, key, wanted)
  const { rows, unread, hits, found, replayed } = counted
  if (replayed > 0) {
    const message = `${replayed} rows of ${name} are replays, which nobody was served: they are no training data`
    ctx.emit({ type: 'warning', code: 'REPLAYED_ROWS', message })
  }
  const quarantines = wanted.map(({ id, values }, i) => ({ id, entities: values.size, rows: hits[i] ?? 0 }))
  const result: RowScan = { key, rows, unread, quarantines }
  const fact = { bundle: digest, type: 'scan', evaluation: null, approval: null, reason: null, scan: result } as const
  const { entry } = await addEvidence(ctx, fact)
  const outcome = hits.some((count) => count > 0) ? 'fail' : unread > 0 ? 'unknown' : 'pass'
  return { name, digest, outcome, scan: result, found, replayed, evidence: entry.id }
}
