import { AishipError } from '../core/errors.ts'
import { isLoopback } from './_oci-address.ts'
import { type Credentials, credentialsFor } from './_oci-credentials.ts'
import { type Pace, type Request, type Response, send, textOf } from './_oci-http.ts'

const MAX_TOKEN = 1024 * 1024

/** Sends requests to one registry, with what it asks for to know who sends them. */
export interface Session {
  send(request: Request): Promise<Response>
}

/** In: the host as Docker's configuration knows it, and where its API is. Errors of `send`: NOT_AUTHENTICATED, REGISTRY_UNREACHABLE. */
export function startSession(
  { host, origin }: { readonly host: string; readonly origin: string },
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  pace: Pace,
): Session {
  let authorization: string | null = null
  let known: Promise<Credentials | null> | null = null
  const credentials = (): Promise<Credentials | null> => {
    known ??= credentialsFor(host, env)
    return known
  }
  /** Where blobs are uploaded may be another host, which has its own way to know us in the address that it gives. */
  const signed = (request: Request): Request =>
    authorization === null || new URL(request.url).origin !== origin
      ? request
      : { ...request, headers: { ...request.headers, authorization } }
  return {
    async send(request) {
      const response = await send(signed(request), signal, pace)
      const challenge = response.headers['www-authenticate']
      if (response.status !== 401 || challenge === undefined || new URL(response.url).origin !== origin) return response
      response.body.resume()
      authorization = await answer(challenge, origin, await credentials(), signal, pace)
      const again = await send(signed(request), signal, pace)
      if (again.status !== 401) return again
      again.body.resume()
      throw notAuthenticated(host, (await credentials()) !== null)
    },
  }
}

const notAuthenticated = (host: string, isKnown: boolean): AishipError =>
  new AishipError(
    'NOT_AUTHENTICATED',
    `${host} ${isKnown ? 'does not accept the credentials that Docker has for it' : 'wants to know who you are, and Docker has no credentials for it'}`,
    {
      hint: `docker login ${host} (or podman, oras, skopeo: whatever writes ~/.docker/config.json)`,
    },
  )

/** What a challenge asks for: a password, or a token that another server gives. */
async function answer(
  challenge: string,
  origin: string,
  credentials: Credentials | null,
  signal: AbortSignal,
  pace: Pace,
): Promise<string> {
  const { host } = new URL(origin)
  const basic =
    credentials === null ? null : `Basic ${Buffer.from(`${credentials.user}:${credentials.secret}`).toString('base64')}`
  if (/^basic\b/i.test(challenge)) {
    if (basic === null) throw notAuthenticated(host, false)
    if (origin.startsWith('http:') && !isLoopback(host)) throw plain(origin)
    return basic
  }
  const field = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1]
  const [realm, service, scope] = [field('realm'), field('service'), field('scope')]
  if (!/^bearer\b/i.test(challenge) || realm === undefined)
    throw new AishipError(
      'NOT_AUTHENTICATED',
      `${host} asks for a proof that aiship cannot give: ${challenge.slice(0, 200)}`,
    )
  const url = new URL(realm, origin)
  if (credentials !== null && url.protocol !== 'https:' && !isLoopback(url.host)) throw plain(url.origin)
  const asked = { ...(service === undefined ? {} : { service }), ...(scope === undefined ? {} : { scope }) }
  const response = await send(
    credentials?.isIdentity === true ? exchange(url, credentials.secret, asked) : get(url, basic, asked),
    signal,
    pace,
  )
  const text = Buffer.from(await textOf(response, MAX_TOKEN)).toString('utf8')
  if (response.status !== 200) throw notAuthenticated(host, credentials !== null)
  return `Bearer ${tokenIn(text, url.host)}`
}

const plain = (origin: string): AishipError =>
  new AishipError('NOT_AUTHENTICATED', `credentials are not sent to ${origin}: the connection is not encrypted`, {
    hint: 'use a registry with https',
  })

function get(url: URL, basic: string | null, asked: Readonly<Record<string, string>>): Request {
  for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value)
  return { method: 'GET', url: url.href, headers: basic === null ? {} : { authorization: basic } }
}

function exchange(url: URL, token: string, asked: Readonly<Record<string, string>>): Request {
  const form = Buffer.from(
    new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'aiship',
      refresh_token: token,
      ...asked,
    }).toString(),
  )
  const bytes = async function* () {
    yield form
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url: url.href, headers, body: { size: form.length, bytes } }
}

function tokenIn(text: string, host: string): string {
  try {
    const { token, access_token: access } = JSON.parse(text)
    const found = token ?? access
    if (typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)) return found
  } catch {
    // Said below.
  }
  throw new AishipError('NOT_AUTHENTICATED', `${host} gives no token that could be read`)
}
