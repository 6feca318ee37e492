import type { Act } from './operations.ts'
import { answerXml } from './operations.ts'
import { S3Error, xml } from './reply.ts'
import { encodePath } from './sign.ts'

const MOST = 1000

/** A number that a client gives, up to the most that is listed at once. */
export function maxOf(query: ReadonlyMap<string, string>, name: string): number {
  const given = query.get(name) ?? String(MOST)
  if (!/^\d{1,9}$/.test(given)) throw new S3Error(400, 'InvalidArgument', `Provided ${name} not an integer`)
  return Math.min(Number(given), MOST)
}

/** ListObjectsV2, and the first version for old clients. */
export function listObjects({ call, bucket, response }: Act): void {
  const { query } = call
  const isFirst = query.get('list-type') !== '2'
  const [prefix, delimiter, max] = [query.get('prefix') ?? '', query.get('delimiter') ?? '', maxOf(query, 'max-keys')]
  const token = isFirst ? query.get('marker') : query.get('continuation-token')
  const after = token === undefined ? (query.get('start-after') ?? '') : isFirst ? token : fromToken(token)
  const listed = bucket.list({ prefix, delimiter, max, after, resumes: token !== undefined })
  const written = query.get('encoding-type') === 'url' ? encodePath : (text: string) => text
  const isTruncated = listed.last !== null
  const next = listed.last === null ? '' : isFirst ? written(listed.last) : toToken(listed.last)
  const document = xml('ListBucketResult', {
    ...{ Name: call.bucket, Prefix: written(prefix), Delimiter: written(delimiter), MaxKeys: max },
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    ...(isFirst ? {} : { KeyCount: listed.keys.length + listed.prefixes.length }),
    ...(isTruncated ? { [isFirst ? 'NextMarker' : 'NextContinuationToken']: next } : {}),
    IsTruncated: isTruncated,
    Contents: listed.keys.map((key) => {
      const stored = bucket.get(key)
      return {
        ...{ Key: written(key), LastModified: stored?.modified.toISOString() ?? '', ETag: stored?.etag ?? '' },
        ...{ Size: stored?.body.size ?? 0, StorageClass: 'STANDARD' },
      }
    }),
    CommonPrefixes: listed.prefixes.map((one) => ({ Prefix: written(one) })),
  })
  answerXml(response, 200, document)
}

const toToken = (last: string): string => Buffer.from(`after ${last}`).toString('base64url')

function fromToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after '))
    throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect')
  return text.slice('after '.length)
}
