import { canonicalBytes, digestOf, parseCanonical } from '../core/digest.ts'
import type { Finding } from '../core/ports.ts'
import { type CheckOptions, entriesOf, unexpected } from './check-parts.ts'
import { readWhole } from './durable.ts'
import { writeHint } from './hint.ts'
import { entryFile, entrySeq, isPart, MAX_RECORD_BYTES } from './layout.ts'

/** Names below logs/, and the hints. What the entries say, and the gaps between them, a check through the ports sees. */
export function* checkLogs(root: string, options: CheckOptions, folder = 'logs'): Generator<Finding> {
  // Before the listing: a hint that is ahead of it is then not the trace of an append that came between.
  const hint = folder === 'logs' ? null : readOrNull(`${root}/${folder}/hint`)
  const entries = entriesOf(`${root}/${folder}`)
  let newest = 0
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`
    const seq = entrySeq(entry.name)
    if (entry.isDirectory() && isPart(entry.name)) yield* checkLogs(root, options, name)
    else if (entry.isFile() && seq !== null) newest = Math.max(newest, seq)
    else if (!entry.isFile() || entry.name !== 'hint') yield unexpected(name, 'is not an entry of a log')
  }
  if (newest > 0) yield* checkHint(root, folder, newest, hint, options)
  else if (hint !== null) yield lostTip(folder, 0, hint)
}

function* checkHint(
  root: string,
  folder: string,
  newest: number,
  hint: Uint8Array | null,
  options: CheckOptions,
): Generator<Finding> {
  const file = `${root}/${folder}/${entryFile(newest)}`
  const bytes = readOrNull(file)
  if (bytes === null || (hint !== null && Buffer.compare(bytes, hint) === 0)) return
  const ahead = hint === null ? null : wholeSeq(hint)
  if (hint !== null && ahead !== null && ahead > newest) {
    yield lostTip(folder, newest, hint)
    return
  }
  if (options.repair) writeHint(`${root}/${folder}`, bytes)
  const state = hint === null ? 'is missing' : `is not entry ${newest}, the newest`
  const done = options.repair ? 'written again' : 'harmless, the next read lists the folder'
  yield { id: 'hintStale', severity: 'info', subject: `${folder}/hint`, message: `${folder}/hint ${state}: ${done}` }
}

/** A hint is written after its entry is durable, so a whole one that is ahead says that the newest entry was there and is lost. */
const lostTip = (folder: string, newest: number, hint: Uint8Array): Finding => ({
  id: 'tipWentBack',
  severity: 'error',
  subject: folder.slice('logs/'.length),
  message: `${folder} ends at entry ${newest}, and its hint still holds entry ${wholeSeq(hint) ?? '?'}: the newest entry was there and is lost`,
})

/** The number of a hint whose bytes match their own id; null for any other. */
function wholeSeq(hint: Uint8Array): number | null {
  try {
    const { id, ...rest } = parseCanonical(hint, 'hint', MAX_RECORD_BYTES) as Record<string, unknown>
    return id === digestOf(canonicalBytes(rest)) && Number.isSafeInteger(rest.seq) ? (rest.seq as number) : null
  } catch {
    return null
  }
}

function readOrNull(file: string): Uint8Array | null {
  try {
    return readWhole(file)
  } catch {
    return null
  }
}
