import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type {
  ChangedPart,
  DecidedBefore,
  DecisionLine,
  Manifest,
  WhyComponent,
  WhyData,
  WhyOutcome,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Row } from '../core/predictions.ts'
import { traceTree } from '../core/trace-tree.ts'
import { manifestOf } from './plan.ts'
import { indexed, versionOf } from './refs.ts'
import { type Opened, openPredictions } from './segments.ts'
import { badMarks } from './verdicts.ts'
import { lineageOf, versionEntry } from './versions.ts'
import { type Asked, decisionsAbout, recordsOf, stepsOf } from './why-records.ts'
import { decidedBy, pointersThen } from './why-route.ts'

export type WhyInput = Asked

/**
 * One decision explained: which bundle made it, what that consists of and from which commits, what the pointer said then and who had moved it there, what differs
 * from the bundle that decided about the same entity before, what came of it, and an agent's steps. Errors: USAGE; NOT_FOUND where no record of it is here.
 */
export const why: Operation<WhyInput, WhyData> = async (ctx, input) => {
  const session = await openPredictions(ctx)
  try {
    return { changed: false, data: await explain(ctx, session, input) }
  } finally {
    session.close()
  }
}

async function explain(ctx: Context, session: Opened, input: WhyInput): Promise<WhyData> {
  const versions = versionReader(ctx)
  const line = async (row: Row): Promise<DecisionLine> => lineOf(row, await versions(row.bundle as Digest))
  const { prediction, others, outcomes, decisions } = await recordsOf(ctx, session, input)
  const bundle = prediction.bundle as Digest
  const version = await versions(bundle)
  const about = decisions ?? (await decisionsAbout(session, prediction))
  const earlier = about.rows.find(
    (row) => row.bundle !== bundle && row.mode === 'live' && String(row.ts) < String(prediction.ts),
  )
  const known = version === null ? null : await knownOf(ctx, bundle, version)
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, request_id: String(prediction.request_id), bundle, version },
    ...{ message: known?.message ?? null, git: known?.git ?? null },
    marks: version === null ? [] : await badMarks(ctx, bundle, version, null),
    components: known?.components ?? [],
    prediction: Object.fromEntries(Object.entries(prediction).filter(([, value]) => value !== null)),
    others: await Promise.all(others.map(line)),
    decisions: await Promise.all(about.rows.slice(0, MOST_SHOWN).map(line)),
    decisions_total: about.total,
    decided_by: await decidedBy(ctx, prediction),
    pointers: await pointersThen(ctx, prediction),
    before: earlier === undefined ? null : await beforeOf(ctx, await line(earlier), known?.manifest ?? null),
    outcomes: outcomes.map(
      (row): WhyOutcome => ({
        ...{ name: String(row.outcome_name), value: String(row.outcome_value), at: String(row.outcome_ts) },
        bundle: row.bundle as Digest,
      }),
    ),
    steps: traceTree(await stepsOf(session, prediction)),
  }
}

const MOST_SHOWN = 100

/** The version of each bundle, looked up once; null for one that this registry does not know. */
function versionReader(ctx: Context): (bundle: Digest) => Promise<string | null> {
  const found = new Map<Digest, Promise<string | null>>()
  return (bundle) => {
    const version = found.get(bundle) ?? versionOf(ctx, bundle)
    found.set(bundle, version)
    return version
  }
}

function lineOf(row: Row, version: string | null): DecisionLine {
  const text = (key: string): string | null => (typeof row[key] === 'string' ? (row[key] as string) : null)
  return {
    ...{
      ts: String(row.ts),
      request_id: String(row.request_id),
      bundle: row.bundle as Digest,
      version,
      mode: String(row.mode),
    },
    ...{ label: text('label'), score: typeof row.score === 'number' ? row.score : null, action: text('action') },
    ...{ applied: typeof row.applied === 'boolean' ? row.applied : null, status: text('status') },
  }
}

interface Known {
  readonly manifest: Manifest
  readonly message: string | null
  readonly git: WhyData['git']
  readonly components: readonly WhyComponent[]
}

/** What the registry has of a bundle. What was collected since has its version still, and no manifest. */
async function knownOf(ctx: Context, bundle: Digest, version: string): Promise<Known | null> {
  const manifest = await manifestIfThere(ctx, bundle)
  if (manifest === null) return null
  const entry = await versionEntry(ctx, version)
  const components = await Promise.all(
    manifest.components.map(async (component): Promise<WhyComponent> => {
      const { name, role, layer, kind, digest, size } = component
      const since = (await indexed(ctx, digest).catch(() => null))?.version ?? null
      const first = since === null ? null : await versionEntry(ctx, since).catch(() => null)
      const made_from = lineageOf(entry, component)?.inputs ?? null
      return { name, role, layer, kind, digest, size, since, commit: first?.git?.commit ?? null, made_from }
    }),
  )
  return { manifest, message: entry.message, git: entry.git, components }
}

async function manifestIfThere(ctx: Context, bundle: Digest): Promise<Manifest | null> {
  try {
    return await manifestOf(ctx, { bundle })
  } catch (error) {
    if (error instanceof AishipError && error.code === 'OBJECT_MISSING') return null
    throw error
  }
}

async function beforeOf(ctx: Context, decision: DecisionLine, now: Manifest | null): Promise<DecidedBefore> {
  const then = decision.version === null ? null : await manifestIfThere(ctx, decision.bundle)
  if (then === null || now === null) return { decision, changes: null }
  const [old, fresh] = [then, now].map(({ components }) => new Map(components.map((one) => [one.name, one])))
  const names = [...new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])])].sort()
  const changes = names.flatMap((name): readonly ChangedPart[] => {
    const [from, to] = [old?.get(name), fresh?.get(name)]
    const role = (to ?? from)?.role
    if (role === undefined || from?.digest === to?.digest) return []
    const state = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed'
    return [{ name, role, state, from: from?.digest ?? null, to: to?.digest ?? null }]
  })
  return { decision, changes }
}
