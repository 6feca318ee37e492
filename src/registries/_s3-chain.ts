import { defaultProvider } from '@aws-sdk/credential-provider-node'
import type { Identity } from './_s3-credentials.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/**
 * The official chain: profiles, SSO, web identity, container and instance roles. Loaded where the environment's keys do not suffice.
 * A new chain remembers nothing of the one before.
 */
export async function fromChain(profile: string | undefined): Promise<Identity> {
  // The packages announce which version of Node.js they will want next year, at each start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return defaultProvider({ logger: silent, ...(profile === undefined ? {} : { profile }) })()
}
