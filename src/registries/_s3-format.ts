import { registryIn } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { entrySeq, MAX_RECORD_BYTES, OF_A_REGISTRY } from '../store/layout.ts'
import type { Parts } from './_s3-parts.ts'

/** A bucket that has lost its format.json. */

type Bucket = Pick<Parts, 'client' | 'key'>

/** Whether something of a registry lies there. */
export async function hasContent({ client, key }: Bucket): Promise<boolean> {
  const start = key('/')
  for await (const item of client.list(start, { delimiter: '/' }))
    if ('prefix' in item && OF_A_REGISTRY.includes(item.prefix.slice(start.length, -1))) return true
  return false
}

/** The id in the first whole entry; `fresh` where there is no entry, and other things are. Null where there is nothing, or no entry is whole. */
export async function lostId(bucket: Bucket, fresh: string): Promise<string | null> {
  const { client, key } = bucket
  let entries = 0
  for await (const item of client.list(key('/logs/'))) {
    if (!('key' in item) || entrySeq(item.key.slice(item.key.lastIndexOf('/') + 1)) === null) continue
    entries++
    const id = registryIn((await client.get(item.key, { maxBytes: MAX_RECORD_BYTES })).bytes)
    if (id !== null) return id
  }
  return entries === 0 && (await hasContent(bucket)) ? fresh : null
}

export const formatGone = (where: string): AishipError =>
  new AishipError('CORRUPT', `${where} has no format.json, and had one`, {
    hint: 'bring it back from a backup or an older version of the object, or have it made again: its id stands in every entry',
    next: ['aiship fsck --repair'],
    details: { url: where },
  })
