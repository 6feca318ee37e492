import fs from 'node:fs'
import type { Finding, LogRecord } from '../core/ports.ts'
import { type CheckOptions, entriesOf, unexpected } from './check-parts.ts'
import { createOnce } from './create.ts'
import { makePath, readWhole } from './durable.ts'
import { writeHint } from './hint.ts'
import { entryFile, entrySeq, isPart } from './layout.ts'
import { follows, lostFinding, lostTip } from './lost-tip.ts'
import { freshTmp } from './pack-copy.ts'

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
  if (newest > 0 || hint !== null) yield* checkHint(root, folder, newest, hint, options)
}

function* checkHint(
  root: string,
  folder: string,
  newest: number,
  hint: Uint8Array | null,
  options: CheckOptions,
): Generator<Finding> {
  const log = folder.slice('logs/'.length)
  const bytes = newest === 0 ? null : readOrNull(`${root}/${folder}/${entryFile(newest)}`)
  const last: LogRecord | null = bytes === null ? null : { seq: newest, bytes }
  const lost = hint === null || (last === null && newest > 0) ? null : lostTip(log, last, hint)
  if (lost !== null) {
    const isBack = options.repair && follows(lost.last, last)
    if (isBack) putBack(root, folder, lost.last)
    yield lostFinding(lost, isBack)
    return
  }
  if (newest === 0) {
    const message = `${folder} has a hint and no entry: its entries are lost`
    yield { id: 'tipWentBack', severity: 'error', subject: log, message }
  }
  if (bytes === null || (hint !== null && Buffer.compare(bytes, hint) === 0)) return
  if (options.repair) writeHint(`${root}/${folder}`, bytes)
  const state = hint === null ? 'is missing' : `is not entry ${newest}, the newest`
  const done = options.repair ? 'written again' : 'harmless, the next read lists the folder'
  yield { id: 'hintStale', severity: 'info', subject: `${folder}/hint`, message: `${folder}/hint ${state}: ${done}` }
}

/** As if it had just been appended. */
function putBack(root: string, folder: string, { seq, bytes }: LogRecord): void {
  makePath(`${root}/tmp`)
  createOnce(`${root}/${folder}/${entryFile(seq)}`, bytes, freshTmp(root), fs.linkSync)
}

function readOrNull(file: string): Uint8Array | null {
  try {
    return readWhole(file)
  } catch {
    return null
  }
}
