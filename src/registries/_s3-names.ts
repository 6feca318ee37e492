import type { NameStore } from '../core/ports.ts'
import { keyFile, keyPrefixFolder, MAX_RECORD_BYTES, NAME_FOLDERS } from '../store/layout.ts'
import { unknown } from './_s3-logs.ts'
import type { Parts } from './_s3-parts.ts'

/** Records that are kept in memory. */
const MOST_READ = 256

/** Small named records as objects of their own. */
export function s3Names({ client, key, copy, kept, ensure, orCopy }: Parts): NameStore {
  /** What one command has seen: created once, or derived and never trusted alone. */
  const known = new Map<string, Uint8Array>()
  async function keep(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    // What followers report is overwritten all the time, and tells nothing once it is old.
    if (name.startsWith('presence/')) return bytes
    if (known.size >= MOST_READ) known.clear()
    known.set(name, bytes)
    await kept.set(keyFile('', name).slice(1), bytes)
    return bytes
  }
  return {
    async create(name, bytes) {
      const path = keyFile('', name)
      await ensure()
      const put = await client.put(key(path), bytes, { ifNoneMatch: true })
      if (put.outcome === 'unknown') throw unknown(name, put)
      if (put.outcome === 'stored') {
        await keep(name, bytes)
        return 'won'
      }
      return 'lost'
    },
    async read(name) {
      const path = keyFile('', name)
      return orCopy(
        async () => {
          const before = known.get(name)
          if (before !== undefined) return before
          const { status, bytes } = await client.get(key(path), { maxBytes: MAX_RECORD_BYTES })
          if (status === 404) return null
          return keep(name, bytes)
        },
        () => copy.names.read(name),
      )
    },
    async replace(name, bytes) {
      await ensure()
      await client.put(key(keyFile('', name)), bytes)
      await keep(name, bytes)
    },
    async remove(name) {
      await client.delete([key(keyFile('', name))])
      known.delete(name)
    },
    async list(prefix) {
      keyPrefixFolder(prefix)
      return orCopy(
        async () => {
          const names: string[] = []
          const root = key('/').length
          for (const start of prefix === '' ? NAME_FOLDERS : [prefix])
            for await (const item of client.list(key(`/${start}`)))
              if ('key' in item && item.key.endsWith('.json')) names.push(item.key.slice(root, -'.json'.length))
          return names.sort()
        },
        () => copy.names.list(prefix),
      )
    },
  }
}
