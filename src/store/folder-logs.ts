import fs from 'node:fs'
import { hasCode } from '../core/errors.ts'
import type { LogRecord, LogStore } from '../core/ports.ts'
import { createFirst, createOnce } from './create.ts'
import { readWhole, refuseLinked } from './durable.ts'
import { storeError } from './errno.ts'
import { hintedSeq, writeHint } from './hint.ts'
import { entryFile, entrySeq, isPart, logFolder, type Place, prefixFolder } from './layout.ts'

/** How many entries a hint may lag before a listing is the shorter way. */
const MAX_PROBES = 32

/** Logs as folders with a file an entry. Synchronous inside: on a local disk a thread's detour costs more than the call. */
export function folderLogs(place: Place): LogStore {
  const { root } = place

  function read(log: string, seq: number): LogRecord | null {
    const bytes = readWhole(`${logFolder(root, log)}/${entryFile(seq)}`)
    return bytes === null ? null : { seq, bytes }
  }

  function numbers(log: string): readonly number[] {
    const found: number[] = []
    for (const name of readFolder(logFolder(root, log))) {
      const seq = entrySeq(name)
      if (seq !== null) found.push(seq)
    }
    return found.sort((a, b) => a - b)
  }

  /** The newest entry from where the hint points on; null where the hint is of no use. */
  function tipFromHint(log: string): LogRecord | null {
    const hinted = hintedSeq(logFolder(root, log))
    let newest = hinted === null ? null : read(log, hinted)
    for (let probes = 0; newest !== null && probes < MAX_PROBES; probes++) {
      const next = read(log, newest.seq + 1)
      if (next === null) return newest
      newest = next
    }
    return null
  }

  function tip(log: string): LogRecord | null {
    const newest = tipFromHint(log)
    if (newest !== null) return newest
    const seq = numbers(log).at(-1)
    return seq === undefined ? null : read(log, seq)
  }

  async function append(log: string, seq: number, bytes: Uint8Array): Promise<'won' | 'lost'> {
    const folder = logFolder(root, log)
    const file = `${folder}/${entryFile(seq)}`
    refuseLinked([`${root}/tmp`, `${root}/logs`, ...foldersOf(root, log)])
    // Whoever sees an entry may rely on its folder: the names above are durable before entry 1 can be seen.
    const isFirst = seq === 1 || !fs.existsSync(folder)
    const outcome = isFirst
      ? await createFirst(root, file, bytes, place.tmp(), place.link)
      : createOnce(file, bytes, place.tmp(), place.link)
    if (outcome === 'won') writeHint(folder, bytes)
    return outcome
  }

  return {
    tip: async (log) => tip(log),
    read: async (log, seq) => read(log, seq),
    append,
    numbers: async (log) => numbers(log),
    list: async (prefix) => {
      const folder = prefixFolder(prefix, 'a prefix of logs')
      return logsBelow(root, folder).filter((log) => log.startsWith(prefix))
    },
  }
}

/** A log's folder and those above it, below logs/; of a log that was checked. */
const foldersOf = (root: string, log: string): readonly string[] =>
  log.split('/').map((_, i, parts) => `${root}/logs/${parts.slice(0, i + 1).join('/')}`)

function readFolder(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', folder)
  }
}

/** Every folder below logs/`folder` that has an entry in it. */
function logsBelow(root: string, folder: string): readonly string[] {
  const path = folder === '' ? `${root}/logs` : `${root}/logs/${folder}`
  // No log lies below another, and a log may have very many entries: one look tells, where a listing would take milliseconds.
  if (fs.existsSync(`${path}/${entryFile(1)}`)) return [folder]
  const found: string[] = []
  let names: readonly fs.Dirent[]
  try {
    names = fs.readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', path)
  }
  if (folder !== '' && names.some((name) => name.isFile() && entrySeq(name.name) !== null)) found.push(folder)
  for (const name of names) {
    if (name.isDirectory() && isPart(name.name))
      found.push(...logsBelow(root, folder === '' ? name.name : `${folder}/${name.name}`))
  }
  return found.sort()
}
