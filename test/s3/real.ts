import { randomUUID } from 'node:crypto'
import { BUCKET, OWNER } from './server.ts'

/** Where a registry may be made: in the double, or in a real server that keeps its word. */
export interface Store {
  readonly name: string
  readonly endpoint: string
  readonly region: string
  readonly key: { readonly id: string; readonly secret: string }
}

const { AISHIP_TEST_S3_ENDPOINT: endpoint, AISHIP_TEST_S3_LYING_ENDPOINT: lying } = process.env
const key = {
  id: process.env.AISHIP_TEST_S3_ACCESS_KEY ?? OWNER.id,
  secret: process.env.AISHIP_TEST_S3_SECRET_KEY ?? OWNER.secret,
}

/** A real server, where the environment names one; its bucket is that of the double. */
export const REAL: Store | null =
  endpoint === undefined ? null : { name: 'a real server', endpoint, region: 'us-east-1', key }

/** One that does not keep its word. */
export const LIAR: Store | null =
  lying === undefined ? null : { name: 'a server that lies', endpoint: lying, region: 'us-east-1', key }

/** Says in one line what does not run here. */
export function sayIfAbsent(what: string, store: Store | null, variable: string): void {
  if (store === null) process.stdout.write(`${what}: not run, ${variable} is not set\n`)
}

export const urlIn = (
  { endpoint, region }: Pick<Store, 'endpoint' | 'region'>,
  prefix: string = randomUUID(),
): string => `s3://${BUCKET}/${prefix}?endpoint=${encodeURIComponent(endpoint)}&region=${region}`
