import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediateDiffData, RemediationDiff, RemediationWork } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { csvHead, csvRow } from '../core/remediation-csv.ts'
import { type Judged, startTally } from '../core/remediation-tally.ts'
import { parseKeys } from '../core/slice-keys.ts'
import { archivesOf } from './export.ts'
import { versionOf } from './refs.ts'
import { eachLine } from './remediation-lines.ts'
import { type Repair, tooEarly } from './remediation-log.ts'
import { readDiff } from './remediation-objects.ts'

export interface ShownInput {
  /** `segment.region,segment.device`; empty: by day alone. */
  readonly by: string
  /** Files to write, or null. */
  readonly csv: string | null
  readonly html: string | null
}

interface Shown extends Pick<RemediateDiffData, 'examples'> {
  readonly name: Digest
  readonly diff: RemediationDiff
}

/** A diff as it is told, also as a page where one is to be written. Errors: DISK_FULL. */
export async function shown(
  ctx: Context,
  { digest, plan }: Repair,
  { name, diff, examples }: Shown,
  { csv, html }: ShownInput,
): Promise<RemediateDiffData> {
  const { control, epsilon, limit, manual, classes, by, moves } = diff
  const data: RemediateDiffData = {
    ...{ registry: ctx.registry.url, app: ctx.app, plan: digest, diff: name, incident: plan.incident },
    ...{ bad: await armOf(ctx, plan.bad), good: await armOf(ctx, plan.good), items: plan.items.count },
    ...{ undoes: plan.undoes, control, epsilon, limit, manual, classes, by },
    ...{ moves, work: diff.work.count, examples, csv, html },
  }
  if (html !== null) await writePage(ctx, data, html)
  return data
}

/** What an undo takes back: its diff was put down when it was planned, and nothing is decided again. Errors: those of `readDiff`; DISK_FULL. */
export async function shownUndo(ctx: Context, repair: Repair, input: ShownInput): Promise<RemediateDiffData> {
  const { diff: name } = repair.state
  if (name === null) throw tooEarly(repair)
  const diff = await readDiff(ctx, name)
  const keys = segmentKeys(input.by)
  const tally = startTally(keys)
  const table = input.csv === null ? null : await openTable(ctx, input.csv, keys)
  try {
    for await (const work of eachLine<RemediationWork>(ctx, diff.work)) {
      const one = judgedOf(work)
      tally.add(one)
      await table?.add(csvRow(one, keys))
    }
    await table?.end()
  } finally {
    table?.drop()
  }
  const { by, moves, examples } = tally.end()
  const parts = by.filter(({ key }) => key !== 'day')
  return shown(ctx, repair, { name, diff: { ...diff, by: parts, moves }, examples }, input)
}

/** Work as a decision: when it was made, and by which label or score, it does not say. */
function judgedOf({ entity, request_id, segment, expected, target, value }: RemediationWork): Judged {
  const none = { label: null, score: null }
  return {
    item: {
      ...{ entity, request_id, ts: null, segment, action: expected.action, applied: true, unreplayable: null },
      ...none,
      ...(value === undefined ? {} : { value }),
    },
    result: { entity, request_id, action: target.action, error: null, ...none },
    ...{ of: 'action_changed', from: expected.action, to: target.action },
  }
}

/** Errors: USAGE for a key that is none of a segment. */
export function segmentKeys(by: string): readonly string[] {
  return parseKeys(by).map(({ name, kind }) => {
    if (kind === 'segment') return name
    throw new AishipError('USAGE', `a diff is shown by segment.KEY, not by ${name}`, {
      next: ['aiship help remediate diff'],
    })
  })
}

const armOf = async (ctx: Context, bundle: Digest) => ({ bundle, version: await versionOf(ctx, bundle) })

/** Where rows go as a table. */
export async function openTable(ctx: Context, file: string, keys: readonly string[]) {
  const sink = (await archivesOf(ctx)).write(file)
  let held = csvHead(keys)
  const put = async (): Promise<void> => {
    await sink.write(Buffer.from(held))
    held = ''
  }
  return {
    async add(row: string) {
      held += row
      if (held.length > 1 << 16) await put()
    },
    async end() {
      await put()
      sink.end()
    },
    drop: () => sink.drop(),
  }
}

async function writePage(ctx: Context, data: RemediateDiffData, file: string): Promise<void> {
  const { remediationPage } = await import('../core/remediation-page.ts')
  const sink = (await archivesOf(ctx)).write(file)
  try {
    await sink.write(Buffer.from(remediationPage(data, ctx.now())))
    sink.end()
  } finally {
    sink.drop()
  }
}
