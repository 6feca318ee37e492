import { type LookupAddress, lookup as resolveName } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { type Notice, type Notify, targetName } from '../core/notice.ts'
import { pause } from '../store/pause.ts'
import { type Env, runProgram } from './program.ts'

const PROGRAM_MS = 30_000
const ANSWER_MS = 10_000
const MOST_REDIRECTS = 3
/** Before each further try. */
const AGAIN_MS = [1000, 4000]

/** Where a machine's own credentials are handed out: nobody is told anything there, whatever a policy or a name server says. */
const METADATA = new BlockList()
METADATA.addSubnet('169.254.0.0', 16)
METADATA.addAddress('100.100.100.200')
METADATA.addSubnet('fe80::', 10, 'ipv6')
METADATA.addAddress('fd00:ec2::254', 'ipv6')
METADATA.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

const isForbidden = (address: string): boolean => METADATA.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

export interface NotifyOptions {
  /** Programs are started here. Absolute. */
  readonly cwd: string
  readonly env: Env
  readonly signal: AbortSignal
  /** How a name is resolved. */
  readonly resolve?: typeof resolveName
  readonly againMs?: readonly number[]
}

/** Tells a program, once, or a webhook, which is tried again where trying may help. */
export const notifier =
  (options: NotifyOptions): Notify =>
  ({ command, webhook = '' }, notice) =>
    command === undefined ? post(webhook, notice, options) : run(command, notice, options)

async function run(
  argv: readonly string[],
  notice: Notice,
  { cwd, env, signal }: NotifyOptions,
): Promise<string | null> {
  const input = Buffer.from(`${JSON.stringify(notice)}\n`)
  const problem = await runProgram({ argv, cwd, set: {}, pass: [], timeoutMs: PROGRAM_MS, input }, env, signal)
  return problem === null ? null : `${argv[0]} ${problem}`
}

async function post(webhook: string, notice: Notice, options: NotifyOptions): Promise<string | null> {
  const { env, signal, againMs = AGAIN_MS } = options
  const name = targetName({ webhook })
  const text = webhook.startsWith('env:') ? env[name] : webhook
  if (text === undefined || text === '') return `${name} is not set, and the webhook stands there`
  if (!URL.canParse(text)) return `${name} is no URL`
  const url = new URL(text)
  let problem: Problem = null
  for (const wait of [0, ...againMs]) {
    await pause(wait, signal)
    signal.throwIfAborted()
    problem = await sendOn(url, JSON.stringify(notice), options)
    if (problem?.isWorthAnother !== true) break
  }
  return problem === null ? null : `${url.host} ${problem.why}`
}

type Problem = { readonly why: string; readonly isWorthAnother: boolean } | null

/** Follows a redirect that keeps method and body, to the same host alone: another one was not named in the policy. */
async function sendOn(start: URL, body: string, options: NotifyOptions): Promise<Problem> {
  let url = start
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const answer = await send(url, body, options)
    if ('why' in answer) return answer
    const { status, location } = answer
    if (status >= 200 && status < 300) return null
    if (status < 300 || status >= 400)
      return { why: `answered ${status}`, isWorthAnother: status === 429 || status >= 500 }
    const next = location === undefined || !URL.canParse(location, url.href) ? null : new URL(location, url)
    if (next === null || (status !== 307 && status !== 308))
      return { why: `answered ${status}, which is not followed`, isWorthAnother: false }
    if (next.origin !== start.origin)
      return { why: `redirects to another host, ${next.host}, which is not followed`, isWorthAnother: false }
    url = next
  }
  return { why: 'redirects without end', isWorthAnother: false }
}

type Sent = { readonly status: number; readonly location: string | undefined } | NonNullable<Problem>

function send(url: URL, body: string, { signal, resolve = resolveName }: NotifyOptions): Promise<Sent> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const refused = (address: string): string => `is at ${address}, which is link-local or a metadata service: not told`
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return Promise.resolve({ why: `is not reached by http or https`, isWorthAnother: false })
  if (isIP(host) !== 0 && isForbidden(host)) return Promise.resolve({ why: refused(host), isWorthAnother: false })
  return new Promise((done) => {
    let forbidden: string | null = null
    /** What was checked is what is connected to: a second answer of the name server has no say. */
    const lookup: LookupFunction = (name, options, found) =>
      resolve(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        forbidden = error === null ? (addresses.find(({ address }) => isForbidden(address))?.address ?? null) : null
        if (error !== null || forbidden !== null) found(error ?? new Error('forbidden'), '', 0)
        else if (options.all) found(null, addresses)
        else found(null, addresses[0]?.address ?? '', addresses[0]?.family)
      })
    const { request } = url.protocol === 'https:' ? https : http
    const asked = request(url, {
      ...{ method: 'POST', lookup, agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) },
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    })
    asked.on('response', (response) => {
      done({ status: response.statusCode ?? 0, location: response.headers.location })
      asked.destroy()
    })
    asked.on('error', (error) => {
      if (forbidden !== null) done({ why: refused(forbidden), isWorthAnother: false })
      else if (error.name === 'AbortError' || error.name === 'TimeoutError')
        done({ why: `gave no answer in ${ANSWER_MS / 1000} s`, isWorthAnother: true })
      else done({ why: `could not be reached: ${error.message}`, isWorthAnother: true })
    })
    asked.end(body)
  })
}
