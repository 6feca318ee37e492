import type { Digest } from '../core/digest.ts'
import type {
  Descriptor,
  LogStore,
  NameStore,
  ObjectBatch,
  ObjectStore,
  Opened,
  Registry,
  StoredFile,
} from '../core/ports.ts'
import { type Crew, openCrew } from './crew.ts'
import { ingest } from './ingest.ts'
import { startPacks } from './ingest-small.ts'
import { openMemory } from './memory.ts'
import { receiveAll } from './receive.ts'

/** A registry, its check and its upkeep, of which nothing is changed: the check mends nothing. */
export const dryOpened = (opened: Opened): Opened => ({
  ...opened,
  registry: dryRun(opened.registry),
  selfCheck: () => ({ check: (options) => opened.selfCheck().check({ ...options, repair: false }) }),
})

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
  let crew: Crew | null = null
  const isNew = async (digest: Digest): Promise<boolean> => !hashed.has(digest) && (await real.size(digest)) === null
  return {
    files: async (requests, { progress = () => undefined, signal = null } = {}) => {
      const read = await ingest(requests, {
        root: null,
        tmp: () => '',
        crew: () => {
          crew ??= openCrew()
          return crew
        },
        packs: startPacks(() => ''),
        adopt: () => undefined,
        progress,
        signal,
      })
      const stored: StoredFile[] = []
      for (const { digest, size, seen } of read) {
        const isFirst = !pending.has(digest)
        pending.set(digest, size)
        const isNewHere = isFirst && (await isNew(digest))
        stored.push({ digest, size, seen, isNew: isNewHere, newBytes: isNewHere ? size : 0 })
      }
      return stored
    },
    reuse: async (digests) => {
      const here = new Set([...(await real.has(digests)), ...(await top.reuse(digests))])
      for (const digest of digests) if (hashed.has(digest) || pending.has(digest)) here.add(digest)
      return here
    },
    bytes: async (bytes, options) => {
      const { digest, size, ...stored } = await top.bytes(bytes, options)
      const isFirst = stored.isNew && !pending.has(digest)
      pending.set(digest, size)
      return { digest, size, isNew: isFirst && (await isNew(digest)) }
    },
    receive: async (objects, options) =>
      receiveAll(objects, options, {
        isHere: ({ digest }) => hashed.has(digest) || pending.has(digest),
        store: async ({ digest, size }) => {
          pending.set(digest, size)
          return isNew(digest)
        },
      }),
    flush: async () => {
      await top.flush()
      for (const [digest, size] of pending) hashed.set(digest, size)
      pending.clear()
    },
    close: async () => {
      await crew?.close()
      await top.close()
    },
  }
}

function dryLogs(real: LogStore, top: LogStore): LogStore {
  const { lost } = real
  return {
    ...(lost === undefined ? {} : { lost }),
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
    // What is real stays there, and nobody looks for what is gone.
    remove: (key) => top.remove(key),
    list: async (prefix) => merged(await real.list(prefix), await top.list(prefix)),
  }
}

const merged = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])].sort()
