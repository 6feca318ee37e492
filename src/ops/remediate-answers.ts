import type { ReceiptStatus, RemediationWork, RepairAnswer } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { type Hold, sayings } from './remediate-close.ts'
import { eachLine } from './remediation-lines.ts'

/** Of each status. */
const MOST_NOTES = 3
/** Notes that are told apart: where each is another, the first show how they are. */
const MOST_KEPT = 10_000
const QUIET: readonly ReceiptStatus[] = ['not_sent', 'applied', 'already_applied']

interface Said {
  readonly status: ReceiptStatus
  readonly note: string | null
  readonly item: number
  count: number
}

/** What was said most of the items that were sent and are not done, as the journal has it, each with one of its items. Errors: OBJECT_MISSING, CORRUPT. */
export async function answersOf(
  ctx: Context,
  { diff, journal, state }: Pick<Hold, 'diff' | 'journal' | 'state'>,
): Promise<readonly RepairAnswer[]> {
  const read = sayings(journal)
  const all = new Map<string, Said>()
  for (let item = 0; item < diff.work.count; item++) {
    const status = state.statusOf(item)
    if (QUIET.includes(status)) continue
    const at = state.saidAt(item)
    const { note = null } = at === null ? {} : read(at, item)
    // Of what was sent only, nothing was said.
    if (status === 'in_doubt' && note === null) continue
    const name = JSON.stringify([status, note])
    const known = all.get(name)
    if (known !== undefined) known.count++
    else if (all.size < MOST_KEPT) all.set(name, { status, note, item, count: 1 })
  }
  const left = new Map<ReceiptStatus, number>()
  const shown = [...all.values()]
    .sort((a, b) => b.count - a.count)
    .filter(({ status }) => {
      left.set(status, (left.get(status) ?? MOST_NOTES) - 1)
      return (left.get(status) as number) >= 0
    })
  return named(ctx, diff.work, shown)
}

/** With the names of their items. */
async function named(ctx: Context, work: Hold['diff']['work'], shown: readonly Said[]): Promise<RepairAnswer[]> {
  const last = Math.max(-1, ...shown.map(({ item }) => item))
  const names = new Map<number, Pick<RemediationWork, 'entity' | 'key'>>()
  let index = 0
  if (last >= 0)
    for await (const { entity, key } of eachLine<RemediationWork>(ctx, work)) {
      if (shown.some(({ item }) => item === index)) names.set(index, { entity, key })
      if (index++ === last) break
    }
  return shown.flatMap(({ item, ...said }) => {
    const name = names.get(item)
    return name === undefined ? [] : [{ ...said, ...name }]
  })
}
