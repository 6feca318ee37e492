import { notS3 } from './_s3-refusals.ts'
import type { Requester } from './_s3-request.ts'
import { all, type Element, parseXml, textOf } from './_s3-xml.ts'

export interface ListedObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
  readonly lastModified: Date
}

/** Where a delimiter is given: all that starts so. */
export interface ListedPrefix {
  readonly prefix: string
}

export interface ListOptions {
  /** Only keys after this one, in the order of their UTF-8 bytes. */
  readonly startAfter?: string
  readonly delimiter?: string
  /** So many at most, and no request for more. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

const PAGE = 1000
/** A page of keys that are as long as they may be and all escapes. */
const MAX_PAGE_BYTES = 8 * 2 ** 20

/** What starts with `prefix`, in pages that are fetched as they are read; each page in the order of the keys. */
export async function* listObjects(
  requester: Requester,
  prefix: string,
  { startAfter, delimiter, limit = Number.POSITIVE_INFINITY, signal }: ListOptions,
): AsyncIterable<ListedObject | ListedPrefix> {
  const odd = (what: string): Error => notS3(what, requester.asked({ action: 'list', key: prefix }))
  let token = ''
  for (let left = limit; left > 0; ) {
    const query = {
      ...{ 'list-type': '2', 'encoding-type': 'url', prefix, 'max-keys': String(Math.min(PAGE, left)) },
      ...(startAfter === undefined || token !== '' ? {} : { 'start-after': startAfter }),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(token === '' ? {} : { 'continuation-token': token }),
    }
    const answer = await requester.whole({
      ...{ method: 'GET', action: 'list', key: '', query, maxBytes: MAX_PAGE_BYTES, signal },
    })
    const page = parseXml(answer.bytes.toString())
    if (page?.name !== 'ListBucketResult') throw odd('its listing cannot be read')
    const found = itemsOf(page)
    if (found === null) throw odd('its listing has an entry that cannot be read')
    if (found.some((item) => !nameOf(item).startsWith(prefix))) throw odd(`it lists what is not under "${prefix}"`)
    for (const item of found) {
      if (left-- <= 0) return
      yield item
    }
    if (textOf(page, 'IsTruncated') !== 'true') return
    const next = textOf(page, 'NextContinuationToken')
    if (next === '' || next === token) throw odd('its listing does not go on')
    token = next
  }
}

const nameOf = (item: ListedObject | ListedPrefix): string => ('key' in item ? item.key : item.prefix)

/** Null where one cannot be read. */
function itemsOf(page: Element): readonly (ListedObject | ListedPrefix)[] | null {
  const isEscaped = textOf(page, 'EncodingType') === 'url'
  try {
    const read = (text: string): string => (isEscaped ? decodeURIComponent(text.replaceAll('+', ' ')) : text)
    const objects = all(page, 'Contents').map((element) => ({
      ...{ key: read(textOf(element, 'Key')), size: Number(textOf(element, 'Size')), etag: textOf(element, 'ETag') },
      lastModified: new Date(textOf(element, 'LastModified')),
    }))
    const prefixes = all(page, 'CommonPrefixes').map((element) => ({ prefix: read(textOf(element, 'Prefix')) }))
    if (objects.some(({ key, size }) => key === '' || !Number.isSafeInteger(size))) return null
    if (prefixes.length === 0) return objects
    return [...objects, ...prefixes].sort((a, b) => Buffer.compare(Buffer.from(nameOf(a)), Buffer.from(nameOf(b))))
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
