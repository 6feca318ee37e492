import { AishipError } from '../core/errors.ts'
import type { MetricPlace } from '../core/metric-source.ts'
import { spanOf } from '../core/slice-keys.ts'

const DEFAULT_MS = 10_000
/** Longer no answer is. */
const MOST_BYTES = 32 * 1024 * 1024
const SHOWN = 200

/** How long an answer may take, in ms. */
export const timeoutOf = ({ options }: MetricPlace): number => {
  const { timeout } = options
  return typeof timeout === 'string' ? (spanOf(timeout) ?? DEFAULT_MS) : DEFAULT_MS
}

/** A text in which `env:NAME` stands for a variable. Errors: SOURCE_FAILED for one that is not set. */
export const withEnv = (text: string, { env }: MetricPlace): string =>
  text.replace(/\benv:([A-Za-z_]\w*)/g, (_, name: string) => {
    const value = env[name]
    if (value === undefined || value === '') throw failed(`the variable ${name} is not set`)
    return value
  })

/** The URL of the options. Errors: SOURCE_FAILED. */
export function urlOf(place: MetricPlace): URL {
  const text = withEnv(String(place.options.url), place)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw failed('url is no http:// or https:// address')
  if (url.username !== '' || url.password !== '')
    throw failed('url has a name or password in it: send it with headers, as env:NAME')
  return url
}

/**
 * One request, and the JSON that answers it. Redirects are not followed, for credentials are sent along. Errors: SOURCE_FAILED for whatever is not an answer of
 * status 200 in time; with `explain`, what an answer of another status says of itself.
 */
export async function askJson(
  place: MetricPlace,
  url: URL,
  init: { readonly method: 'GET' | 'POST'; readonly type?: string; readonly body?: string },
  explain: (text: string) => string | null = () => null,
): Promise<unknown> {
  const ms = timeoutOf(place)
  const where = `${url.origin}${url.pathname}`
  const given = Object.entries((place.options.headers ?? {}) as Readonly<Record<string, string>>)
  const headers = {
    accept: 'application/json',
    ...(init.type === undefined ? {} : { 'content-type': init.type }),
    ...Object.fromEntries(given.map(([name, value]) => [name, withEnv(value, place)])),
  }
  const late = AbortSignal.timeout(ms)
  try {
    const response = await fetch(url, {
      ...{ method: init.method, headers, redirect: 'manual', signal: AbortSignal.any([late, place.signal]) },
      ...(init.body === undefined ? {} : { body: init.body }),
    })
    const text = await textOf(response, where)
    if (response.status >= 300 && response.status < 400)
      throw failed(
        `${where} redirects to ${hostOf(response.headers.get('location'), url)}, which is not followed: name that`,
      )
    if (response.status !== 200) {
      const why = explain(text) ?? text.trim().split('\n')[0]?.slice(0, SHOWN) ?? ''
      throw failed(`${where} answers ${response.status}${why === '' ? '' : `: ${why}`}`)
    }
    return parsed(text, where)
  } catch (error) {
    place.signal.throwIfAborted()
    if (late.aborted) throw failed(`${where} did not answer within ${ms / 1000} s`)
    if (error instanceof AishipError) throw error
    throw failed(`${where} can't be reached: ${causeOf(error)}`)
  }
}

async function textOf({ body }: Response, where: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MOST_BYTES) throw failed(`${where} answers with more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw failed(`${where} answers with something else than JSON: ${JSON.stringify(text.slice(0, SHOWN))}`)
  }
}

const hostOf = (location: string | null, base: URL): string =>
  location !== null && URL.canParse(location, base.href) ? new URL(location, base).origin : 'nowhere'

/** fetch() says only that it failed; the reason lies below. */
function causeOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string
    readonly cause?: { readonly code?: string; readonly message?: string }
  }
  return cause?.code ?? cause?.message ?? String(message ?? error)
}

export const failed = (why: string): AishipError => new AishipError('SOURCE_FAILED', why)
