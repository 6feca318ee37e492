import { ociIndex } from '../core/artifact.ts'
import { digestOf, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import {
  INDEX_TYPE,
  MANIFEST_TYPE,
  MAX_OCI_MANIFEST,
  type OciBlob,
  type OciPiece,
  type OciRepository,
  readOci,
} from '../core/oci.ts'
import { verified } from '../core/verify.ts'
import { readAddress } from './_oci-address.ts'
import { startSession } from './_oci-auth.ts'
import { isThere, readBlob, sendBlob } from './_oci-blobs.ts'
import { PACE, type Pace, type Request, type Response, textOf } from './_oci-http.ts'
import { refused } from './_oci-refused.ts'

const ACCEPT = `${MANIFEST_TYPE}, ${INDEX_TYPE}`
/** Pages of a list of referrers. */
const MAX_PAGES = 20

/** In: `oci://host/repository[:tag|@digest]`, and who asks. `isDryRun`: nothing is sent. Errors: USAGE. */
export function openRepository(
  url: string,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly signal: AbortSignal
    readonly isDryRun: boolean
    readonly pace?: Pace
  },
): OciRepository {
  const { signal, pace = PACE } = options
  const address = readAddress(url)
  const session = startSession(address, options.env, signal, pace)
  const base = `${address.origin}/v2/${address.repository}`
  const name = `oci://${address.host}/${address.repository}`

  const ask = (request: Request): Promise<Response> => session.send(request)
  const get = (path: string, headers = {}): Promise<Response> => ask({ method: 'GET', url: `${base}/${path}`, headers })

  /** A manifest or an index by tag or digest; null where it is not there. */
  async function document(reference: string): Promise<OciPiece | null> {
    const response = await get(`manifests/${reference}`, { accept: ACCEPT })
    const bytes = await textOf(response, MAX_OCI_MANIFEST)
    if (response.status === 404) return null
    if (response.status !== 200) throw refused(response.status, bytes, `read ${name}`)
    const mediaType = (response.headers['content-type'] ?? MANIFEST_TYPE).split(';')[0] as string
    return {
      ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
      bytes: async function* () {
        yield bytes
      },
    }
  }

  async function referrers(subject: OciBlob): Promise<readonly OciBlob[]> {
    const found: OciBlob[] = []
    let path: string | null = `referrers/${subject.digest}`
    for (let page = 0; path !== null && page < MAX_PAGES; page++) {
      const response = await get(path)
      const bytes = await textOf(response, MAX_OCI_MANIFEST)
      if (page === 0 && response.status === 404) return fallback(subject)
      if (response.status !== 200)
        throw refused(response.status, bytes, `read what refers to ${subject.digest} in ${name}`)
      found.push(...readOci(bytes, `the referrers in ${name}`).manifests)
      const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(String(response.headers.link ?? ''))?.[1]
      const to = next === undefined ? null : new URL(next, response.url).href
      path = to?.startsWith(`${base}/`) === true ? to.slice(base.length + 1) : null
    }
    return found
  }

  /** Registries without a list of referrers keep an index under a tag made of the digest; clients keep it up. */
  async function fallback(subject: OciBlob): Promise<readonly OciBlob[]> {
    const index = await document(fallbackTag(subject))
    return index === null ? [] : readOci(await collectBytes(index.bytes()), `the referrers in ${name}`).manifests
  }

  async function putDocument(reference: string, bytes: Uint8Array, type: string): Promise<Response> {
    const body = {
      size: bytes.length,
      bytes: async function* () {
        yield bytes
      },
    }
    const response = await ask({
      method: 'PUT',
      url: `${base}/manifests/${reference}`,
      headers: { 'content-type': type },
      body,
    })
    const answer = await textOf(response, MAX_OCI_MANIFEST)
    if (response.status !== 201 && response.status !== 200) throw refused(response.status, answer, `write to ${name}`)
    return response
  }

  return {
    url: name,
    name: url.replace(/\?.*$/, ''),
    tag: address.tag,
    blobs: null,
    async manifests() {
      const reference = address.digest ?? address.tag ?? 'latest'
      const model = await document(reference)
      if (model === null)
        throw new AishipError('NOT_FOUND', `${name} has no ${reference}`, {
          hint: 'see that the repository and the tag are right, and that you may read them',
        })
      if (address.digest !== null && model.digest !== address.digest)
        throw new AishipError('CORRUPT', `${name} gives ${model.digest} for ${address.digest}`)
      return [model, ...(await referrers(model))]
    },
    read(blob) {
      const isManifest = blob.mediaType === MANIFEST_TYPE || blob.mediaType === INDEX_TYPE
      const url = `${base}/${isManifest ? 'manifests' : 'blobs'}/${blob.digest}`
      const headers = isManifest ? { accept: ACCEPT } : {}
      return verified(
        blob,
        readBlob({ ask, url, headers, size: blob.size, signal, pace, what: `${blob.digest} in ${name}` }),
        name,
      )
    },
    async put(blob, progress) {
      if (await isThere(ask, base, blob, name)) return false
      if (!options.isDryRun) await sendBlob({ ask, base, blob, progress, signal, pace, what: name })
      return true
    },
    async putManifests(model, others) {
      if (options.isDryRun) return
      await putDocument(model.digest, await collectBytes(model.bytes()), model.mediaType)
      let isListed = true
      for (const other of others) {
        const { headers } = await putDocument(other.digest, await collectBytes(other.bytes()), other.mediaType)
        if (headers['oci-subject'] === undefined) isListed = false
      }
      if (isListed) return
      const known = (await fallback(model)).filter(({ digest }) => !others.some((other) => other.digest === digest))
      await putDocument(fallbackTag(model), ociIndex([...known, ...others]), INDEX_TYPE)
    },
    async putTag(tag, manifest) {
      if ((await document(tag))?.digest === manifest.digest) return false
      if (!options.isDryRun) await putDocument(tag, await collectBytes(manifest.bytes()), manifest.mediaType)
      return true
    },
    close: async () => undefined,
  }
}

const fallbackTag = ({ digest }: OciBlob): string => `sha256-${hexOf(digest)}`
