import fs from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf, isDigest } from '../core/digest.ts'
import { matchesItself } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { LogRecord, LogStore, Registry } from '../core/ports.ts'
import { readCached, refuseLinks } from './cache.ts'

/** The newest entry that this machine has seen of a log. */
interface Seen {
  readonly seq: number
  readonly digest: Digest
}

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

const IS_REMEMBERED = /^(pointers|versions)\//

/**
 * Remembers, under `cacheDir`, the newest entry seen of each pointer's and version log. A registry that shows an older one, or another one at
 * that number, was put back from a backup or rewritten: `onWentBack` gets the message (once a log), `lost` tells, and appending to it fails.
 * Errors of append: LOG_WENT_BACK. Losing the cache, or not being able to write it, is harmless.
 */
export function rememberTips(registry: Registry, cacheDir: string, onWentBack: (message: string) => void): Registry {
  const { url, objects, names } = registry
  const logs = rememberLogs(registry.logs, registry, cacheDir, onWentBack)
  return {
    ...{ url, objects, names, logs },
    // Asked for each time: one that is not made yet may yet be another's.
    get id() {
      return registry.id
    },
  }
}

function rememberLogs(
  logs: LogStore,
  registry: Registry,
  cacheDir: string,
  onWentBack: (message: string) => void,
): LogStore {
  const folderOf = (): string => path.join(cacheDir, digestOf(registry.id).slice(7, 23))
  const fileOf = (log: string): string => path.join(folderOf(), log.replaceAll('/', '@'))
  /** What each log was found to be in this process: null if all is well. */
  const found = new Map<string, AishipError | null>()

  async function tip(log: string): Promise<LogRecord | null> {
    if (!IS_REMEMBERED.test(log)) return logs.tip(log)
    // Read first: what another process remembers is in the log before it is in the cache, never the other way round.
    const seen = readSeen(fileOf(log))
    const record = await logs.tip(log)
    const problem = seen === null ? null : await compare(log, seen, record)
    const isKnown = found.get(log) instanceof AishipError
    if (problem === null) {
      if (!isKnown) found.set(log, null)
      if (record !== null && record.seq !== seen?.seq) remember(log, record)
    } else if (!isKnown) {
      found.set(log, wentBack(log, problem, registry, fileOf(log)))
      onWentBack(problem)
    }
    return record
  }

  /** What is wrong with the log as it is now, or null. */
  async function compare(log: string, seen: Seen, record: LogRecord | null): Promise<string | null> {
    if (record === null || record.seq < seen.seq) {
      const now = record === null ? 'no entry' : `entry ${record.seq} as its newest`
      return `${log} in ${registry.url} has ${now}, and had entry ${seen.seq} (${seen.digest.slice(0, 19)}) when it was last read here`
    }
    const same = record.seq === seen.seq ? record : await logs.read(log, seen.seq)
    const digest = same === null ? null : digestOf(same.bytes)
    if (digest === seen.digest) return null
    const now = digest === null ? 'is gone' : `is ${digest.slice(0, 19)} now`
    return `entry ${seen.seq} of ${log} in ${registry.url} ${now}, and was ${seen.digest.slice(0, 19)} when it was last read here`
  }

  /** Never what is no entry: who once met damage would go on missing it. */
  function remember(log: string, record: LogRecord): void {
    if (matchesItself(record.bytes)) writeSeen(fileOf(log), { seq: record.seq, digest: digestOf(record.bytes) })
  }

  async function append(log: string, seq: number, bytes: Uint8Array): Promise<'won' | 'lost'> {
    if (!IS_REMEMBERED.test(log)) return logs.append(log, seq, bytes)
    if (!found.has(log)) await tip(log)
    const problem = found.get(log)
    if (problem instanceof AishipError) throw problem
    const outcome = await logs.append(log, seq, bytes)
    if (outcome === 'won') remember(log, { seq, bytes })
    return outcome
  }

  async function lost(log?: string): Promise<readonly AishipError[]> {
    const all = log === undefined ? remembered(folderOf()) : [log]
    for (const one of all) if (log === undefined || !found.has(one)) await tip(one)
    return all.flatMap((one) => found.get(one) ?? [])
  }

  return { ...logs, tip, append, lost }
}

/** The logs of which something is remembered. */
function remembered(folder: string): readonly string[] {
  try {
    const names = fs.readdirSync(folder).map((name) => name.replaceAll('@', '/'))
    return names.filter((log) => IS_REMEMBERED.test(log)).sort()
  } catch {
    return []
  }
}

const wentBack = (log: string, problem: string, registry: Registry, file: string): AishipError =>
  new AishipError('LOG_WENT_BACK', problem, {
    hint: `a backup was put back, or somebody rewrote the log: compare it with another copy; if it is meant to be so, delete ${file}`,
    next: [
      'aiship fsck',
      log.startsWith('pointers/') ? `aiship log ${log.slice(log.lastIndexOf('/') + 1)}` : 'aiship ls',
    ],
    details: { log, registry: registry.id, remembered_in: file },
  })

function readSeen(file: string): Seen | null {
  const [seq, digest] = (readCached(file, 1024)?.toString() ?? '').trimEnd().split(' ')
  return /^[1-9][0-9]{0,11}$/.test(seq ?? '') && isDigest(digest) ? { seq: Number(seq), digest } : null
}

/** Written in place: a torn line reads as nothing remembered. */
function writeSeen(file: string, { seq, digest }: Seen): void {
  try {
    const folder = path.dirname(file)
    // The registry's own, all registries', and the whole cache.
    refuseLinks([folder, path.dirname(folder), path.dirname(path.dirname(folder))])
    fs.mkdirSync(folder, { recursive: true })
    const fd = fs.openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    try {
      fs.writeSync(fd, `${seq} ${digest}\n`)
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    // A cache that can't be written remembers nothing.
  }
}
