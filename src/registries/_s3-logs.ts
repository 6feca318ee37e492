import { digestOf } from '../core/digest.ts'
import { matchesItself } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { LogRecord, LogStore } from '../core/ports.ts'
import { seqIn } from '../store/hint.ts'
import { entryFile, entrySeq, logFolder, MAX_RECORD_BYTES, prefixFolder } from '../store/layout.ts'
import type { Got, Put } from './_s3-client.ts'
import type { ListedObject } from './_s3-list.ts'
import type { Parts } from './_s3-parts.ts'

/** A log that has fewer keys is listed at one go. */
const SHORT = 32
/** As many as one answer lists. */
const PAGE = 1000
/** Entries that are kept in memory: one command asks for the same again and again. */
const MOST_READ = 256

type Newest = ListedObject & { readonly seq: number }

/** The newest entry that a listing shows; `more` is true where it was cut short. */
interface Shown {
  readonly newest: Newest | null
  readonly more: boolean
}

/** What the first look at a log brings: its hint, and its first entries or those from the newest on that this machine has seen. */
export type FirstLook = Promise<readonly [hint: Got, shown: Shown]>

const hintOf = (log: string): string => `${logFolder('', log)}/hint`
const folderKey = ({ key }: Place, log: string): string => key(logFolder('', log))
/** Every key from this entry's on comes after it. */
const before = (place: Place, log: string, seq: number): string =>
  `${folderKey(place, log)}/${entryFile(seq).replace('.json', '')}`

type Place = Pick<Parts, 'client' | 'key'>

/** The hint and a listing at once: most logs are short or were seen not long ago, and for the others the hint tells where to list from. */
export const firstLook = (place: Place, log: string, seen: number | null): FirstLook =>
  Promise.all([
    place.client.get(place.key(hintOf(log)), { maxBytes: MAX_RECORD_BYTES }),
    newestIn(place, log, seen === null ? { limit: SHORT } : { startAfter: before(place, log, seen), limit: PAGE }),
  ])

async function newestIn(
  place: Place,
  log: string,
  options: { readonly startAfter?: string; readonly limit?: number },
): Promise<Shown> {
  const folder = folderKey(place, log)
  let newest: Newest | null = null
  let count = 0
  for await (const item of place.client.list(`${folder}/`, options)) {
    const seq = 'key' in item ? entrySeq(item.key.slice(folder.length + 1)) : null
    if (seq !== null && seq > (newest?.seq ?? 0)) newest = { ...(item as ListedObject), seq }
    count++
  }
  return { newest, more: count === options.limit }
}

/**
 * Logs in a bucket: an object an entry, created with `If-None-Match: *`, of which one writer wins. The newest is what a listing from the hint's
 * number on shows, never the first gap and never the hint alone. In: `begun`, first looks at logs of which this machine has seen nothing.
 */
export function s3Logs(parts: Parts, begun: Map<string, FirstLook> = new Map()): LogStore {
  const { client, key, copy, kept, ensure, orCopy } = parts
  const pathOf = (log: string, seq: number): string => `${logFolder('', log)}/${entryFile(seq)}`

  /** By their keys. An entry never changes. */
  const known = new Map<string, LogRecord>()

  async function keep(log: string, record: LogRecord): Promise<LogRecord> {
    const path = pathOf(log, record.seq)
    if (known.size >= MOST_READ) known.clear()
    known.set(path, record)
    await kept.set(path.slice(1), record.bytes)
    return record
  }

  async function read(log: string, seq: number): Promise<LogRecord | null> {
    const path = pathOf(log, seq)
    const before = known.get(path)
    if (before !== undefined) return before
    const get = () => client.get(key(path), { maxBytes: MAX_RECORD_BYTES })
    const first = await get()
    if (first.status === 404) return null
    if (matchesItself(first.bytes)) return keep(log, { seq, bytes: first.bytes })
    // What was damaged on the way must not be remembered as what the log says: what lies there so comes so twice.
    const { bytes } = await get()
    if (matchesItself(bytes)) return keep(log, { seq, bytes })
    if (bytes.equals(first.bytes)) return { seq, bytes }
    throw new AishipError('REGISTRY_UNREACHABLE', `entry ${log}@${seq} came twice, each time with other damage`, {
      hint: 'something on the way changes what the bucket says: try again',
      next: ['aiship doctor'],
    })
  }

  async function tip(log: string): Promise<LogRecord | null> {
    const seen = seqIn(Buffer.from((await kept.get(hintOf(log).slice(1))) ?? ''))
    const ahead = seen === null ? begun.get(log) : undefined
    // Good for one look, and only where nobody on this machine knows more: whoever does has kept the hint before anything else tells of it.
    begun.delete(log)
    const [hint, first] = await (ahead ?? firstLook(parts, log, seen))
    const hinted = hint.status === 404 ? null : seqIn(hint.bytes)
    const isEnd = !first.more && (first.newest !== null || seen === null)
    const newest = isEnd ? first.newest : await newestOf(log, Math.max(hinted ?? 1, first.newest?.seq ?? 1))
    if (newest === null) return null
    // The same ETag is the same bytes: the entry need not be fetched as well.
    const isSame = newest.seq === hinted && newest.etag !== '' && newest.etag === hint.etag && matchesItself(hint.bytes)
    if (!isSame) return found(log, newest.seq)
    return keepHint(log, await keep(log, { seq: newest.seq, bytes: hint.bytes }))
  }

  /** In a long log, from `from` on; from its beginning where nothing is there: a hint may lie. */
  async function newestOf(log: string, from: number): Promise<Newest | null> {
    const { newest } = await newestIn(parts, log, { startAfter: before(parts, log, from) })
    return newest ?? (await newestIn(parts, log, { startAfter: before(parts, log, 1) })).newest
  }

  async function found(log: string, seq: number): Promise<LogRecord | null> {
    const record = await read(log, seq)
    return record === null ? null : keepHint(log, record)
  }

  /** So that the copy knows the newest as well. */
  async function keepHint(log: string, record: LogRecord): Promise<LogRecord> {
    await kept.set(hintOf(log).slice(1), record.bytes)
    return record
  }

  async function append(log: string, seq: number, bytes: Uint8Array): Promise<'won' | 'lost'> {
    await ensure()
    const path = pathOf(log, seq)
    const put = await client.put(key(path), bytes, { ifNoneMatch: true })
    if (put.outcome === 'unknown') throw unknown(`${log}@${seq}`, put)
    // What is delivered twice on the way is refused the second time, and that answer may be the one that comes: who lost can read who won.
    if (put.outcome === 'exists' && !((await isOurs(log, seq, bytes)) && put.ambiguous)) return 'lost'
    await keepHint(log, await keep(log, { seq, bytes }))
    // The entry is there already: without its hint the next reader lists from an older one.
    await client.put(key(hintOf(log)), bytes).catch(() => undefined)
    return 'won'
  }

  /** Whether an earlier delivery made it, whose reply was lost. Who can't read it does not know. Errors: OUTCOME_UNKNOWN. */
  async function isOurs(log: string, seq: number, bytes: Uint8Array): Promise<boolean> {
    const open = (cause: unknown): never => {
      throw unknown(`${log}@${seq}`, { outcome: 'unknown', cause })
    }
    const there = (await read(log, seq).catch(open)) ?? open('it is said to be there, and is not found')
    return Buffer.compare(there.bytes, bytes) === 0
  }

  async function numbers(log: string): Promise<readonly number[]> {
    const folder = folderKey(parts, log)
    const seqs: number[] = []
    for await (const item of client.list(`${folder}/`)) {
      const seq = 'key' in item ? entrySeq(item.key.slice(folder.length + 1)) : null
      if (seq !== null) seqs.push(seq)
    }
    return seqs.sort((a, b) => a - b)
  }

  /** Every folder below that has an entry in it: no log lies below another. */
  async function logsBelow(folder: string): Promise<readonly string[]> {
    const start = key(folder === '' ? '/logs/' : `/logs/${folder}/`)
    // An entry sorts before all folders that begin with a letter, and a log has no folders: one item tells.
    for await (const item of client.list(start, { delimiter: '/', limit: 1 }))
      if ('key' in item && entrySeq(item.key.slice(start.length)) !== null) return [folder]
    const found: string[] = []
    for await (const item of client.list(start, { delimiter: '/' })) {
      const name = 'prefix' in item ? item.prefix.slice(start.length, -1) : ''
      if (name !== '') found.push(...(await logsBelow(folder === '' ? name : `${folder}/${name}`)))
    }
    return found.sort()
  }

  return {
    tip: (log) =>
      orCopy(
        () => tip(log),
        () => copy.logs.tip(log),
      ),
    read: async (log, seq, digest) => {
      const near = digest === undefined ? null : await copy.logs.read(log, seq)
      if (near !== null && digestOf(near.bytes) === digest) return near
      return orCopy(
        () => read(log, seq),
        () => copy.logs.read(log, seq),
      )
    },
    append,
    numbers: (log) =>
      orCopy(
        () => numbers(log),
        () => copy.logs.numbers(log),
      ),
    list: async (prefix) => {
      const folder = prefixFolder(prefix, 'a prefix of logs')
      const logs = await orCopy(
        () => logsBelow(folder),
        () => copy.logs.list(prefix),
      )
      return logs.filter((log) => log.startsWith(prefix))
    },
  }
}

/** A write was sent, and nobody knows what became of it. */
export const unknown = (what: string, { cause }: Extract<Put, { outcome: 'unknown' }>): AishipError =>
  new AishipError(
    'OUTCOME_UNKNOWN',
    `${what} was sent, and the bucket did not answer: it may be there, or come to be`,
    {
      hint: 'look before you try again; a repeat with the same --op and --expect is safe',
      details: { what },
      cause,
    },
  )
