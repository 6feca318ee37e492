import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { canonicalBytes, digestOf, hexOf, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Fact, Memory, RegistryDriver, RemotePlace } from '../core/ports.ts'
import { makeCacheRoom, openCache } from '../store/cache.ts'
import { openFolder } from '../store/folder.ts'
import { FORMAT, formatId, formatLost, MAX_FORMAT_BYTES, orDamaged } from '../store/format.ts'
import { FIRST_MS, orFromCopy, PATIENCE_MS } from './_s3-away.ts'
import { openS3, type S3Client } from './_s3-client.ts'
import { formatGone, hasContent, lostId } from './_s3-format.ts'
import { firstLook, s3Logs, unknown } from './_s3-logs.ts'
import { s3Names } from './_s3-names.ts'
import { s3Objects } from './_s3-objects.ts'
import type { Parts } from './_s3-parts.ts'
import { lying, RACERS, raceProbe } from './_s3-probe.ts'
import { parseS3Url, type S3Options } from './_s3-settings.ts'
import { openStock } from './_s3-stock.ts'

/** A registry in an S3-compatible bucket: `s3://bucket/prefix`, its options as a query (schemas/drivers/s3.schema.json). */
export const driver: RegistryDriver = {
  async open(place) {
    const cache = cacheFor(place)
    const remembered = openCache(cache)
    const known = await rememberedId(remembered, whereOf(place))
    const hasCopy = known !== null && place.looks
    const leave = new AbortController()
    const bucket = await connect({ ...place, signal: AbortSignal.any([place.signal, leave.signal]) })
    const { client, key, where } = bucket
    const ask = () => askId(client, key, where, hasCopy ? PATIENCE_MS : FIRST_MS)
    let isLost = false
    const asking = (known === null ? askTwice(ask, where) : ask()).then(async (asked) => {
      const found = asked ?? (place.mends === true ? await lostId(bucket, known ?? place.uuid()) : null)
      isLost = asked === null && found !== null
      if (known !== null && found === null) throw formatGone(where)
      if (known !== null && found !== known)
        throw another(where, known, found as string, path.join(cache, memoryOf(where)))
      return found
    })
    // At the first meeting the id must be waited for: what the command will ask first is asked beside it.
    const begun = new Map(known === null ? place.soon?.map((log) => [log, firstLook(bucket, log, null)]) : [])
    for (const look of begun.values()) look.catch(() => undefined)
    // Heard below, with every answer, and before the first write. Nothing else is worth waiting for then.
    asking.catch((error) => leave.abort(error))
    let id = known ?? (await asking)
    if (id === null && (await hasContent(bucket))) throw formatGone(where)
    if (id === null && !place.create) throw absent(place, where)
    const draft = id ?? place.uuid()
    const root = path.join(cache, draft)
    const kept = openCache(root)
    /** Before anything else is kept: what has entries and no format is a damaged registry. */
    const keepFormat = () => kept.set('format.json', canonicalBytes({ ...FORMAT, id: draft }))
    if (id !== null && known === null && !isLost) await remembered.set(memoryOf(where), Buffer.from(id))
    if (id !== null) await keepFormat()
    const copy = openFolder(root, { create: 'late', isCopy: true, url: place.url, now: place.now, uuid: () => draft })

    async function ensure(): Promise<void> {
      const found = id !== null && id !== known ? id : await asking
      id = found ?? (await create(place, bucket, draft))
      if (known === null) await remembered.set(memoryOf(where), Buffer.from(id))
      await keepFormat()
    }
    const sure: Parts['orCopy'] = async (ask) => (await Promise.all([ask(), asking]))[0]
    const fromCopy = hasCopy ? orFromCopy(place, kept, asking, leave) : null
    const orCopy: Parts['orCopy'] = (ask, copied) => (fromCopy ?? sure)(() => sure(ask, copied), copied)
    const parts: Parts = { place, client, key, copy, root, kept, ensure, orCopy }
    const stock = openStock(parts)
    return {
      registry: {
        url: place.url,
        get id() {
          return id ?? draft
        },
        objects: s3Objects(parts, stock),
        logs: s3Logs(parts, begun),
        names: s3Names(parts),
      },
      selfCheck: () => ({
        async *check(options) {
          const { checkBucket } = await import('./_s3-check.ts')
          await asking
          if (isLost) yield formatLost(options.repair ? await make(place, bucket, draft) : undefined)
          yield* checkBucket(parts, stock, options)
        },
      }),
      upkeep: (isDry) => ({
        isDry,
        collect: async () => (await import('./_s3-gc.ts')).beginBucketCollection(parts, stock),
        repack: async (options) => (await import('./_s3-repack.ts')).repackBucket(parts, stock, isDry, options),
      }),
    }
  },

  async probe(place) {
    const { client, key, where } = await connect(place, RACERS)
    const facts: Fact[] = []
    const why = await raceProbe(client, key, place.uuid)
    facts.push({
      id: 'registry-create-if-absent',
      ok: why === null,
      why:
        why === null
          ? `of ${RACERS} writers that create one key of ${where} at once, exactly one wins`
          : lying(where, why).message,
    })
    return facts
  },
}

interface Bucket extends Pick<Parts, 'client' | 'key'> {
  /** The URL without its options. */
  readonly where: string
}

/** Errors: CONFIG_INVALID. */
async function connect({ url, env, signal }: RemotePlace, width?: number): Promise<Bucket> {
  const where = whereOf({ url })
  const query = url.slice(where.length + 1)
  const { bucket, prefix } = parseS3Url(where)
  const client = await openS3(bucket, { ...optionsOf(query), env, signal, ...(width === undefined ? {} : { width }) })
  return { client, where, key: (name) => (prefix === '' ? name.slice(1) : prefix + name) }
}

const whereOf = ({ url }: Pick<RemotePlace, 'url'>): string => url.split('?', 1)[0] as string

const OPTIONS = ['endpoint', 'path_style', 'region'] as const

function optionsOf(query: string): S3Options {
  const given = new URLSearchParams(query)
  const odd = [...given.keys()].find((name) => !OPTIONS.some((option) => option === name))
  const style = given.get('path_style')
  if (odd !== undefined || (style !== null && !/^(true|false)$/.test(style)))
    throw new AishipError('CONFIG_INVALID', `a bucket has no option ${odd ?? `path_style=${style}`}`, {
      hint: 'the options are endpoint=URL, region=NAME and path_style=true|false: s3://bucket/prefix?region=eu-central-1',
    })
  return {
    ...(given.has('region') ? { region: given.get('region') as string } : {}),
    ...(given.has('endpoint') ? { endpoint: given.get('endpoint') as string } : {}),
    ...(style === null ? {} : { pathStyle: style === 'true' }),
  }
}

/** Where copies go: a folder of the machine's own where the given one can't be written. */
function cacheFor({ cache }: RemotePlace): string {
  if (makeCacheRoom(cache)) return cache
  return fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-cache-'))
}

const memoryOf = (where: string): string => `remotes/${hexOf(digestOf(where)).slice(0, 16)}`

/** The id under which this bucket was met before on this machine. */
async function rememberedId(remembered: Memory, where: string): Promise<string | null> {
  const text = Buffer.from((await remembered.get(memoryOf(where))) ?? '').toString()
  return /^[0-9a-f-]{36}$/.test(text) ? text : null
}

/** At the first meeting: what is remembered of it must not be what was damaged on the way. */
async function askTwice(ask: () => Promise<string | null>, where: string): Promise<string | null> {
  const [one, other] = await Promise.all([ask(), ask()])
  if (one === other) return one
  throw new AishipError('REGISTRY_UNREACHABLE', `${where}/format.json was read twice, with two answers`, {
    hint: 'something on the way changes what the bucket says, or the registry is being made: try again',
    next: ['aiship doctor'],
  })
}

/** Null where there is no registry. Errors: FORMAT_NEWER, CORRUPT; those of the client. */
async function askId(client: S3Client, key: Parts['key'], where: string, patienceMs?: number): Promise<string | null> {
  const options = { maxBytes: MAX_FORMAT_BYTES, ...(patienceMs === undefined ? {} : { patienceMs }) }
  const { status, bytes } = await client.get(key('/format.json'), options)
  if (status === 404) return null
  return formatId(
    orDamaged(() => parseCanonical(bytes, `${where}/format.json`, MAX_FORMAT_BYTES)),
    where,
  )
}

/** Makes the registry, once the bucket has been found to keep its word: that it is there is the memory of that. */
async function create(place: RemotePlace, bucket: Bucket, draft: string): Promise<string> {
  const id = await make(place, bucket, draft)
  if (id === draft) place.emit({ type: 'note', message: `made the registry ${bucket.where}` })
  return id
}

async function make(place: RemotePlace, { client, key, where }: Bucket, draft: string): Promise<string> {
  const racing = await connect(place, RACERS)
  try {
    const why = await raceProbe(racing.client, key, place.uuid)
    if (why !== null) throw lying(where, why)
  } finally {
    racing.client.close()
  }
  const put = await client.put(key('/format.json'), canonicalBytes({ ...FORMAT, id: draft }), { ifNoneMatch: true })
  if (put.outcome === 'unknown') throw unknown(`${where}/format.json`, put)
  const id = await askId(client, key, where)
  if (id === null) throw formatGone(where)
  return id
}

const absent = ({ next }: RemotePlace, where: string): AishipError =>
  new AishipError('REGISTRY_MISSING', `there is no registry at ${where}`, {
    hint: 'the first bundle makes one; or name another with --registry',
    next: [next ?? 'aiship bundle'],
    details: { url: where },
  })

const another = (where: string, known: string, id: string, file: string): AishipError =>
  new AishipError('LOG_WENT_BACK', `${where} is the registry ${id} now, and was ${known} when it was last used here`, {
    hint: `the bucket was emptied or exchanged: compare the two; if it is meant to be so, delete ${file}`,
    next: ['aiship doctor'],
    details: { url: where, known, id },
  })
