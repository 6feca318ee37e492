import { afterAll, beforeAll } from 'vitest'
import { logStoreContract } from '../contracts/log-store.ts'
import { nameStoreContract } from '../contracts/name-store.ts'
import { objectStoreContract } from '../contracts/object-store.ts'
import { REAL, sayIfAbsent } from '../s3/real.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { openBucket, openMade, removeDirs } from './bucket.ts'

let server: S3Server
beforeAll(async () => {
  server = await startS3()
})
afterAll(async () => {
  await server.close()
  removeDirs()
})

objectStoreContract('a bucket', async () => (await openBucket(server)).registry.objects, { keepsFiles: true })
logStoreContract('a bucket', async () => (await openBucket(server)).registry.logs)
nameStoreContract('a bucket', async () => (await openBucket(server)).registry.names)

sayIfAbsent('the contracts in a real bucket', REAL, 'AISHIP_TEST_S3_ENDPOINT')
if (REAL !== null) {
  const { key, ...real } = REAL
  const open = async () => (await openMade(real, { key })).registry
  objectStoreContract('a real bucket', async () => (await open()).objects, { keepsFiles: true })
  // Few races: SeaweedFS lets those who wait for a key ask again each second.
  logStoreContract('a real bucket', async () => (await open()).logs, 3)
  nameStoreContract('a real bucket', async () => (await open()).names)
}
