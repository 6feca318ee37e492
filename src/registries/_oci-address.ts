import { type Digest, isDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'

/** `oci://host[:port]/repository[:tag][@digest][?plain_http=true]`. */
export interface Address {
  /** `https://host`, where the registry's API is. */
  readonly origin: string
  /** As people and Docker's configuration write it: `host[:port]`. */
  readonly host: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: Digest | null
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/** Errors: USAGE, naming what is wrong. */
export function readAddress(url: string): Address {
  const refuse = (why: string): AishipError =>
    new AishipError('USAGE', `${JSON.stringify(url)} is no address in an OCI registry: ${why}`, {
      hint: 'write oci://host/repository:tag, as in oci://ghcr.io/acme/scorer:v42',
    })
  const [, host = '', rest = '', query = ''] = /^oci:\/\/([^/?#]+)\/([^?#]+)(?:\?([^#]*))?$/i.exec(url) ?? []
  if (host === '') throw refuse('it names no host and repository')
  if (host.includes('@')) throw refuse('credentials do not belong in an address; use docker login')
  if (!/^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$/i.test(host)) throw refuse('the host is none')
  const [path = '', digest] = rest.split('@')
  const [, repository = '', tag] = /^([^:]*)(?::(.*))?$/.exec(path) ?? []
  if (!REPOSITORY.test(repository)) throw refuse('a repository has lower-case letters, digits, "/", ".", "_" and "-"')
  if (tag !== undefined && !TAG.test(tag)) throw refuse('a tag has letters, digits, ".", "_" and "-"')
  if (digest !== undefined && !isDigest(digest)) throw refuse('after "@" stands sha256: and 64 hex digits')
  const options = new URLSearchParams(query)
  for (const key of options.keys()) if (key !== 'plain_http') throw refuse(`there is no option ${JSON.stringify(key)}`)
  const isPlain = options.get('plain_http') === 'true' || isLoopback(host)
  const where = host === 'docker.io' ? 'registry-1.docker.io' : host
  return {
    origin: `${isPlain ? 'http' : 'https'}://${where}`,
    host,
    repository,
    tag: tag ?? null,
    digest: digest ?? null,
  }
}

/** This machine: what is sent there crosses no network. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]+)?$/i.test(host)
