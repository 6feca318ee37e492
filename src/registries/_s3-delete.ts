import { createHash } from 'node:crypto'
import { inPool } from '../core/pool.ts'
import type { Requester } from './_s3-request.ts'
import { all, escapeXml, hasUnwritable, parseXml, textOf } from './_s3-xml.ts'

const BATCH = 1000
const MAX_REPLY = 4 * 2 ** 20
/** Stores that know no batches say it in these ways. */
const NO_BATCH = [400, 403, 405, 411, 501]

/** Deletes what is there of `keys`. Errors: NOT_PERMITTED; REGISTRY_UNREACHABLE. Some may be deleted then, and the same call goes on. */
export async function deleteObjects(requester: Requester, keys: readonly string[], width: number): Promise<void> {
  const single: string[] = keys.filter(hasUnwritable)
  const batched = keys.filter((key) => !hasUnwritable(key))
  for (let at = 0; at < batched.length; at += BATCH) {
    const batch = batched.slice(at, at + BATCH)
    // One request has the same cost, and needs less of the store.
    single.push(...(batch.length === 1 ? batch : await deleteBatch(requester, batch)))
  }
  await inPool(single, width, async (key) => {
    await requester.whole({ method: 'DELETE', action: 'delete', key, maxBytes: MAX_REPLY, expect: [404] })
  })
}

/** Out: those that are to be deleted one by one, because the store could not, or knows no batches. */
async function deleteBatch(requester: Requester, keys: readonly string[]): Promise<readonly string[]> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('')
  const bytes = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}<Quiet>true</Quiet></Delete>`,
  )
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const headers = { 'content-md5': createHash('md5').update(bytes).digest('base64'), 'content-type': 'application/xml' }
  const answer = await requester.whole({
    ...{ method: 'POST', action: 'delete', key: '', query: { delete: '' }, headers, body: { bytes, sha256 } },
    ...{ maxBytes: MAX_REPLY, expect: NO_BATCH },
  })
  if (answer.status !== 200) return keys
  const result = parseXml(answer.bytes.toString())
  if (result?.name !== 'DeleteResult') return keys
  return all(result, 'Error')
    .filter((error) => textOf(error, 'Code') !== 'NoSuchKey')
    .map((error) => textOf(error, 'Key'))
}
