import { AishipError } from '../core/errors.ts'

/** What an answer that is not the one hoped for means. */
export function refused(status: number, answer: Uint8Array, doing: string): AishipError {
  const said = Buffer.from(answer.subarray(0, 2000)).toString('utf8')
  const message = /"message"\s*:\s*"([^"]{1,200})"/.exec(said)?.[1]
  const why = message === undefined ? `HTTP ${status}` : `HTTP ${status}, ${message}`
  if (status === 401)
    return new AishipError('NOT_AUTHENTICATED', `not permitted to ${doing}: ${why}`, {
      hint: 'docker login to that registry',
    })
  if (status === 403) return new AishipError('NOT_PERMITTED', `not permitted to ${doing}: ${why}`)
  if (status === 404) return new AishipError('NOT_FOUND', `could not ${doing}: ${why}`)
  return new AishipError('REGISTRY_UNREACHABLE', `could not ${doing}: ${why}`, {
    hint:
      status === 429 || status >= 500
        ? 'the registry is busy or out of order: the same command again, later, goes on with what is there'
        : 'see that the address is that of a registry, and what it says above',
  })
}
