import { AishipError } from '../core/errors.ts'
import type { Context } from '../core/ports.ts'
import { readInput } from './route-eval.ts'
import type { ServeInput } from './serve.ts'

const VARIABLE = 'AISHIP_SERVE_TOKEN'
const MAX_BYTES = 64 * 1024
/** Shorter ones can be guessed. */
const SHORTEST = 16

/** Of the file and of the environment: any of them will do, so that one can be replaced while clients still have the other. Errors: USAGE, FILE_MISSING. */
export async function tokensOf(
  ctx: Context,
  { tokenFile, host, allowAnonymous }: ServeInput,
): Promise<readonly string[]> {
  const text = tokenFile === null ? '' : Buffer.from(await readInput(ctx, tokenFile, MAX_BYTES)).toString('utf8')
  const written = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const set = (ctx.project().env[VARIABLE] ?? '').split(/[\s,]+/).filter((token) => token !== '')
  const tokens = [...new Set([...written, ...set])]
  for (const [i, token] of tokens.entries()) {
    // Never the token itself.
    const which = `token ${i + 1} of ${tokens.length}`
    if (!/^[\x21-\x7e]+$/.test(token)) throw refuse(`${which} has spaces or characters that no header can have`)
    if (token.length < SHORTEST) throw refuse(`${which} has ${token.length} characters, fewer than ${SHORTEST}`)
  }
  if (tokenFile !== null && written.length === 0) throw refuse(`${tokenFile} has no token`)
  if (tokens.length === 0 && !allowAnonymous && !isLoopback(host))
    throw new AishipError('USAGE', `others reach ${host}, and there is no token`, {
      hint: `set ${VARIABLE}, or --token-file; or say that everybody may ask: --allow-anonymous`,
      next: ['aiship help serve'],
    })
  return tokens
}

const refuse = (message: string): AishipError =>
  new AishipError('USAGE', message, { hint: 'openssl rand -hex 32 makes one', next: ['aiship help serve'] })

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
