import { canonicalBytes, type Digest, hexOf } from '../core/digest.ts'
import type { Body } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { itemsOf, parseItems } from '../core/items.ts'
import type {
  Arm,
  Evaluation,
  EvaluationFile,
  EvidenceAddData,
  EvidenceEntry,
  EvidenceLsData,
  Manifest,
  ShownEvidence,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { append, history, type Maker, newest } from './logs.ts'
import { manifestOf } from './plan.ts'
import { resolveRef } from './refs.ts'
import { otherOperation } from './repeat.ts'

export const evidenceLog = (bundle: Digest): `evidence/${string}` => `evidence/${hexOf(bundle)}`

/** Everything that was put down about a bundle, newest first. Errors: CHAIN_BROKEN, CORRUPT. */
export async function evidenceOf(ctx: Context, bundle: Digest): Promise<readonly EvidenceEntry[]> {
  const found: EvidenceEntry[] = []
  for await (const entry of history(ctx, evidenceLog(bundle))) {
    if (entry.bundle !== bundle)
      throw new AishipError(
        'CORRUPT',
        `evidence of another bundle stands in the log of ${bundle}, as entry ${entry.seq}`,
        {
          next: ['aiship fsck'],
        },
      )
    found.push(entry)
  }
  return found
}

export type NewEvidence = Body<EvidenceEntry>

/**
 * Appends a fact, once for each operation; somebody else's at the same moment only means a later number. Out: the entry, and whether it is new.
 * Errors: USAGE for an operation that put down something else.
 */
export async function addEvidence(
  ctx: Context,
  fact: NewEvidence,
  maker: Maker = { op: ctx.op.id, actor: ctx.actor },
): Promise<{ readonly entry: EvidenceEntry; readonly isNew: boolean }> {
  const log = evidenceLog(fact.bundle)
  for (;;) {
    const tip = await newest(ctx, log)
    for await (const entry of history(ctx, log, tip)) {
      if (entry.op !== maker.op) continue
      if (sameFact(entry, fact)) return { entry, isNew: false }
      const did = `${entry.actor.name} put down an ${entry.type} with it (at ${entry.at})`
      throw otherOperation(ctx, did, `aiship evidence ls ${fact.bundle.slice(0, 19)}`)
    }
    const { won, read } = await append(ctx, log, tip, fact, maker)
    if (won) return { entry: read.entry, isNew: true }
  }
}

/** Puts down what comes with a bundle from elsewhere, oldest first, in the names that it has there. Out: how much of it is new here. */
export async function takeEvidence(ctx: Context, facts: readonly EvidenceEntry[]): Promise<number> {
  let added = 0
  for (const { bundle, type, evaluation, approval, scan, reason, op, actor } of facts) {
    const fact = { bundle, type, evaluation, approval, reason, ...(scan === undefined ? {} : { scan }) }
    const { isNew } = await addEvidence(ctx, fact, { op, actor })
    if (isNew) added++
  }
  return added
}

const sameFact = (a: NewEvidence, b: NewEvidence): boolean =>
  [a.evaluation, a.approval, a.scan ?? null].every(
    (part, i) =>
      Buffer.compare(canonicalBytes(part), canonicalBytes([b.evaluation, b.approval, b.scan ?? null][i])) === 0,
  )

export const shown = (entry: EvidenceEntry): ShownEvidence => {
  const { seq, id, at, actor, type, evaluation, approval, reason, scan } = entry
  const scanned = scan === undefined ? {} : { scan, dataset: entry.bundle }
  return { seq, id, at, actor, type, evaluation, approval, reason, ...scanned }
}

/** What was found among the rows of the datasets of a bundle, newest first. */
export async function scansIn(ctx: Context, { components }: Manifest): Promise<readonly EvidenceEntry[]> {
  const digests = new Set(components.filter(({ layer }) => layer === 'data').map(({ digest }) => digest))
  const logs = await Promise.all([...digests].map((digest) => evidenceOf(ctx, digest)))
  return logs.flat().filter(({ type }) => type === 'scan')
}

export interface EvidenceAddInput {
  readonly ref: string
  readonly type: string
  /** `-` is standard input. */
  readonly file: string
  /** A file with what each example gave, a line of JSON each; null: they stand in `file`, or nowhere. */
  readonly items: string | null
  readonly reason: string | null
}

const MAX_FILE = 256 * 1024
const MAX_ITEMS = 16 * 1024 * 1024

/** Errors: EVIDENCE_INVALID for an evaluation that says itself that it is of another bundle. In: what to type with the bundle that it names. */
export function refuseOther(
  { bundle: other }: { readonly bundle?: string | undefined },
  { bundle, version }: Arm,
  name: string,
  next: (other: string) => string,
): void {
  if (other === undefined || other === bundle) return
  throw new AishipError('EVIDENCE_INVALID', `${name} is an evaluation of ${other}, and ${version} is ${bundle}`, {
    hint: 'nothing was put down; name the bundle that was measured',
    next: [next(other)],
  })
}

/** Puts down an evaluation from a file. Errors: EVIDENCE_INVALID, with line and key, also for one of another bundle; FILE_MISSING; those of resolveRef. */
export const evidenceAdd: Operation<EvidenceAddInput, EvidenceAddData> = async (
  ctx,
  { ref, type, file, items, reason },
) => {
  if (type !== 'evaluation')
    throw new AishipError('USAGE', `evidence of the type ${JSON.stringify(type)} is not read from a file`, {
      hint: 'there is evaluation; an approval is a command of its own',
      next: [type === 'approval' ? `aiship approve ${ref} --for POINTER` : 'aiship help evidence add'],
    })
  const { bundle, version } = await resolveRef(ctx, ref)
  if (ctx.input === undefined || ctx.evaluation === undefined)
    throw new AishipError('USAGE', 'an evaluation cannot be read here', { next: ['aiship help evidence add'] })
  const name = file === '-' ? 'standard input' : file
  const written = await ctx.evaluation(await ctx.input(file, MAX_FILE), name, false)
  refuseOther(
    written,
    { bundle, version },
    name,
    (other) => `aiship evidence add ${other} --type evaluation --file ${file}`,
  )
  const listed = items === null ? [] : parseItems(await ctx.input(items, MAX_ITEMS), items)
  const evaluation = evaluationOf(
    { ...written, items: [...(written.items ?? []), ...listed] },
    { runner: written.runner ?? null, eval_set: written.eval_set ?? null },
  )
  const { entry, isNew } = await addEvidence(ctx, { bundle, type, evaluation, approval: null, reason })
  const head = { registry: ctx.registry.url, app: ctx.app, bundle, version }
  return { changed: isNew, data: { ...head, evidence: shown(entry) } }
}

/** What is stored of it: how many examples each metric has, where that was said at all. Errors: EVIDENCE_INVALID for examples of a metric that is not there, and those of `itemsOf`. */
export function evaluationOf(
  { metrics, samples = {}, items = [] }: EvaluationFile,
  about: Pick<Evaluation, 'runner' | 'eval_set'> & Partial<Pick<Evaluation, 'runtime'>>,
): Evaluation {
  const counts =
    typeof samples === 'number' ? Object.fromEntries(Object.keys(metrics).map((name) => [name, samples])) : samples
  const stray = Object.keys(counts).find((name) => !Object.hasOwn(metrics, name))
  if (stray !== undefined)
    throw new AishipError(
      'EVIDENCE_INVALID',
      `samples.${stray} is of no metric: there is ${Object.keys(metrics).join(', ')}`,
      {
        next: ['aiship help evidence add'],
      },
    )
  const told = itemsOf(items, { metrics, samples: counts })
  const counted = Object.entries(told).map(([name, { values }]) => [name, values.length] as const)
  return {
    ...{ metrics, samples: { ...counts, ...Object.fromEntries(counted) }, runtime: null, ...about },
    ...(counted.length === 0 ? {} : { items: told }),
  }
}

/** Of the bundle, and then of its datasets. Errors: those of resolveRef; OBJECT_MISSING, CHAIN_BROKEN, CORRUPT. */
export const evidenceLs: Operation<{ readonly ref: string }, EvidenceLsData> = async (ctx, { ref }) => {
  const { bundle, version } = await resolveRef(ctx, ref)
  const scans = await scansIn(ctx, await manifestOf(ctx, { bundle, version }))
  const evidence = [...(await evidenceOf(ctx, bundle)), ...scans].map(shown)
  return { changed: false, data: { registry: ctx.registry.url, app: ctx.app, bundle, version, evidence } }
}
