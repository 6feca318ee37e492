import { AishipError } from '../core/errors.ts'
import type { Env } from './_s3-settings.ts'

export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

export interface Credentials {
  /** Errors: NOT_AUTHENTICATED. */
  identity(): Promise<Identity>
  /** Told that a server took `refused` for expired. Out: whether there may be newer ones. */
  renew(refused: Identity): boolean
}

/** Renewed so long before they end, so that no request outlives them. */
const EARLY_MS = 5 * 60_000
/** Some sources give out what ends sooner: they are not asked again for each request. */
const KEPT_MS = 60_000

type Load = (profile: string | undefined) => Promise<Identity>

const loadChain: Load = async (profile) => (await import('./_s3-chain.ts')).fromChain(profile)

/** A profile that is named goes before keys in the environment, as in the AWS tools. */
export function credentialsOf(env: Env, profile: string | undefined, load: Load = loadChain): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env
  if (accessKeyId && secretAccessKey && profile === undefined) {
    const identity = { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN || undefined }
    return { identity: async () => identity, renew: () => false }
  }
  let current: Promise<Identity> | null = null
  let known: Identity | null = null
  let loaded = 0
  const begin = async (): Promise<Identity> => {
    try {
      known = await load(profile)
      loaded = Date.now()
      return known
    } catch (error) {
      current = null
      throw noCredentials(error, profile)
    }
  }
  return {
    async identity() {
      const ends = known?.expiration?.getTime() ?? Number.POSITIVE_INFINITY
      if (ends - Date.now() < EARLY_MS && Date.now() - loaded > KEPT_MS) [current, known] = [null, null]
      current ??= begin()
      return current
    },
    renew(refused) {
      // Others that were refused at the same time share the renewal.
      if (known === refused) [current, known] = [null, null]
      return true
    },
  }
}

function noCredentials(cause: unknown, profile: string | undefined): AishipError {
  const said = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').slice(0, 300) : ''
  const whose = profile === undefined ? '' : ` in the profile "${profile}"`
  return new AishipError('NOT_AUTHENTICATED', `there are no AWS credentials${whose}`, {
    hint: `the AWS credential chain says: ${said}`,
    next:
      profile === undefined
        ? ['aws configure']
        : [/sso/i.test(said) ? `aws sso login --profile ${profile}` : `aws configure --profile ${profile}`],
    cause,
  })
}
