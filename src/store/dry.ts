import type { Digest } from '../core/digest.ts'
import type { Descriptor, LogStore, NameStore, ObjectBatch, ObjectStore, Registry } from '../core/ports.ts'
import { openMemory } from './memory.ts'
import { type Sink, storeSource } from './source.ts'

/**
 * The registry as a command would leave it, without touching it: reads pass through, what is written lies on top and goes with the process.
 * Files are read and hashed and not kept; everything else that was put can be read back.
 */
export function dryRun(registry: Registry): Registry {
  const top = openMemory({ id: registry.id, url: registry.url })
  return {
    url: registry.url,
    id: registry.id,
    objects: dryObjects(registry.objects, top.objects),
    logs: dryLogs(registry.logs, top.logs),
    names: dryNames(registry.names, top.names),
  }
}

function dryObjects(real: ObjectStore, top: ObjectStore): ObjectStore {
  const hashed = new Map<Digest, number>()
  return {
    has: async (digests) => {
      const here = new Set([...(await real.has(digests)), ...(await top.has(digests))])
      for (const digest of digests) if (hashed.has(digest)) here.add(digest)
      return here
    },
    size: async (digest) => (await real.size(digest)) ?? (await top.size(digest)) ?? hashed.get(digest) ?? null,
    get: async function* (digest, maxBytes) {
      const isOnTop = (await top.size(digest)) !== null
      yield* (isOnTop ? top : real).get(digest, maxBytes)
    },
    batch: async () => dryBatch(real, await top.batch(), hashed),
    list: async function* () {
      const seen = new Set<Digest>()
      const all = [real.list(), top.list(), [...hashed].map(([digest, size]) => ({ digest, size }))]
      for (const some of all) {
        for await (const object of some as AsyncIterable<Descriptor>) {
          if (!seen.has(object.digest)) yield object
          seen.add(object.digest)
        }
      }
    },
  }
}

function dryBatch(real: ObjectStore, top: ObjectBatch, hashed: Map<Digest, number>): ObjectBatch {
  const pending = new Map<Digest, number>()
  const sink: Sink = {
    small: (bytes, digest) => ({ digest, size: bytes.length, isNew: true }),
    large: () => ({
      write: async () => undefined,
      end: async (whole) => ({ ...whole, isNew: true }),
      drop: () => undefined,
    }),
  }
  const isNew = async (digest: Digest): Promise<boolean> => !hashed.has(digest) && (await real.size(digest)) === null
  return {
    file: async (path, tap) => {
      const { digest, size } = await storeSource(path, sink, tap)
      const isFirst = !pending.has(digest)
      pending.set(digest, size)
      return { digest, size, isNew: isFirst && (await isNew(digest)) }
    },
    bytes: async (bytes) => {
      const { digest, size, ...stored } = await top.bytes(bytes)
      const isFirst = stored.isNew && !pending.has(digest)
      pending.set(digest, size)
      return { digest, size, isNew: isFirst && (await isNew(digest)) }
    },
    flush: async () => {
      await top.flush()
      for (const [digest, size] of pending) hashed.set(digest, size)
      pending.clear()
    },
    close: () => top.close(),
  }
}

function dryLogs(real: LogStore, top: LogStore): LogStore {
  return {
    tip: async (log) => {
      const [below, above] = [await real.tip(log), await top.tip(log)]
      return above !== null && above.seq > (below?.seq ?? 0) ? above : below
    },
    read: async (log, seq) => (await real.read(log, seq)) ?? (await top.read(log, seq)),
    append: async (log, seq, bytes) => ((await real.read(log, seq)) === null ? top.append(log, seq, bytes) : 'lost'),
    list: async (prefix) => merged(await real.list(prefix), await top.list(prefix)),
    numbers: async (log) =>
      [...new Set([...(await real.numbers(log)), ...(await top.numbers(log))])].sort((a, b) => a - b),
  }
}

function dryNames(real: NameStore, top: NameStore): NameStore {
  return {
    create: async (key, bytes) => ((await real.read(key)) === null ? top.create(key, bytes) : 'lost'),
    read: async (key) => (await top.read(key)) ?? (await real.read(key)),
    replace: (key, bytes) => top.replace(key, bytes),
    list: async (prefix) => merged(await real.list(prefix), await top.list(prefix)),
  }
}

const merged = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])].sort()
