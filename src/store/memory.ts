import fs from 'node:fs'
import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { inspect } from '../core/inspect.ts'
import type { LogRecord, LogStore, NameStore, ObjectBatch, ObjectStore, Registry, Stored } from '../core/ports.ts'
import { entryFile, keyFile, keyPrefixFolder, logFolder, objectFile, prefixFolder } from './layout.ts'
import { receiveAll, wholeOf } from './receive.ts'
import { readSteadily } from './source.ts'

const CHUNK_BYTES = 1024 * 1024

/** A registry that lasts as long as the process: for tests, and for a dry run where there is no registry yet. */
export function openMemory(options: { readonly id: string; readonly url?: string }): Registry {
  return {
    url: options.url ?? 'memory:',
    id: options.id,
    objects: memoryObjects(),
    logs: memoryLogs(),
    names: memoryNames(),
  }
}

function memoryObjects(): ObjectStore {
  const objects = new Map<Digest, Uint8Array>()
  return {
    has: async (digests) => new Set(digests.filter((digest) => objects.has(checked(digest)))),
    size: async (digest) => objects.get(checked(digest))?.length ?? null,
    get: (digest, maxBytes) => chunksOf(objects.get(checked(digest)), digest, maxBytes ?? Number.POSITIVE_INFINITY),
    batch: async () => memoryBatch(objects),
    list: async function* () {
      for (const [digest, bytes] of objects) yield { digest, size: bytes.length }
    },
  }
}

function memoryBatch(objects: Map<Digest, Uint8Array>): ObjectBatch {
  const pending = new Map<Digest, Uint8Array>()
  let isOver = false
  const stillOpen = (): void => {
    if (isOver) throw new Error('the batch is closed')
  }

  function put(bytes: Uint8Array, digest: Digest): Stored {
    stillOpen()
    const isNew = !objects.has(digest) && !pending.has(digest)
    if (isNew) pending.set(digest, Uint8Array.from(bytes))
    return { digest, size: bytes.length, isNew }
  }

  return {
    files: async (requests, { progress = () => undefined, signal } = {}) => {
      const read = requests.map(({ path, watch }) => {
        signal?.throwIfAborted()
        const bytes = readSteadily(path, (fd) => fs.readFileSync(fd))
        progress(bytes.length)
        return { bytes, seen: watch === null ? null : inspect(bytes, watch) }
      })
      return read.map(({ bytes, seen }) => {
        const stored = put(bytes, digestOf(bytes))
        return { ...stored, seen, newBytes: stored.isNew ? stored.size : 0 }
      })
    },
    reuse: async (digests) => new Set(digests.filter((digest) => objects.has(digest) || pending.has(digest))),
    bytes: async (bytes) => put(bytes, digestOf(bytes)),
    receive: (incoming, options) =>
      receiveAll(incoming, options, {
        isHere: ({ digest }) => objects.has(digest) || pending.has(digest),
        store: async (one) => put(await wholeOf(one), one.digest).isNew,
      }),
    flush: async () => {
      stillOpen()
      for (const [digest, bytes] of pending) objects.set(digest, bytes)
      pending.clear()
    },
    close: async () => {
      isOver = true
      pending.clear()
    },
  }
}

async function* chunksOf(bytes: Uint8Array | undefined, digest: Digest, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (bytes === undefined)
    throw new AishipError('OBJECT_MISSING', `object ${digest} is not there`, {
      next: ['aiship fsck'],
      details: { digest },
    })
  if (bytes.length > maxBytes) {
    throw new AishipError('CORRUPT', `object ${digest} has ${bytes.length} bytes, more than the ${maxBytes} allowed`, {
      next: ['aiship fsck'],
      details: { digest },
    })
  }
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.slice(start, start + CHUNK_BYTES)
}

function memoryLogs(): LogStore {
  const logs = new Map<string, Map<number, Uint8Array>>()
  const entries = (log: string): ReadonlyMap<number, Uint8Array> => {
    logFolder('', log)
    return logs.get(log) ?? new Map()
  }
  const numbers = (log: string): readonly number[] => [...entries(log).keys()].sort((a, b) => a - b)
  const read = (log: string, seq: number): LogRecord | null => {
    entryFile(seq)
    const bytes = entries(log).get(seq)
    return bytes === undefined ? null : { seq, bytes: bytes.slice() }
  }
  return {
    tip: async (log) => {
      const seq = numbers(log).at(-1)
      return seq === undefined ? null : read(log, seq)
    },
    read: async (log, seq) => read(log, seq),
    append: async (log, seq, bytes) => {
      if (read(log, seq) !== null) return 'lost'
      logs.set(log, new Map(entries(log)).set(seq, bytes.slice()))
      return 'won'
    },
    list: async (prefix) => {
      prefixFolder(prefix, 'a prefix of logs')
      return [...logs.keys()].filter((log) => log.startsWith(prefix)).sort()
    },
    numbers: async (log) => numbers(log),
  }
}

function memoryNames(): NameStore {
  const records = new Map<string, Uint8Array>()
  const safe = (key: string): string => keyFile('', key) && key
  return {
    create: async (key, bytes) => {
      if (records.has(safe(key))) return 'lost'
      records.set(key, bytes.slice())
      return 'won'
    },
    read: async (key) => records.get(safe(key))?.slice() ?? null,
    replace: async (key, bytes) => {
      records.set(safe(key), bytes.slice())
    },
    remove: async (key) => {
      records.delete(safe(key))
    },
    list: async (prefix) => {
      keyPrefixFolder(prefix)
      return [...records.keys()].filter((key) => key.startsWith(prefix)).sort()
    },
  }
}

/** Refuses here what a folder would refuse, so that a test in memory cannot pass with a name that no disk takes. */
function checked(digest: Digest): Digest {
  objectFile('', digest)
  return digest
}
