import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ask, type Reply } from './s3/client.ts'
import { servers } from './servers.ts'

/** What the tests take for granted of the servers that they use. */
describe.skipIf(servers === null)('of the real servers', () => {
  const { s3 = '', lying = '', bucket = '', key = { id: '', secret: '' }, oci = '' } = servers ?? {}

  /** 32 writers of one new name, three times. Out: how many were told that they created it. */
  async function race(endpoint: string): Promise<readonly number[]> {
    const wins: number[] = []
    for (let round = 0; round < 3; round++) {
      const path = `/${bucket}/race/${process.pid}-${Date.now()}-${round}`
      const put = (i: number): Promise<Reply> => {
        const headers = { 'if-none-match': '*' }
        return ask({ ...key, endpoint }, { method: 'PUT', path, body: `writer ${i}`, headers })
      }
      const replies = await Promise.all(Array.from({ length: 32 }, (_, i) => put(i)))
      wins.push(replies.filter(({ status }) => status === 200).length)
    }
    return wins
  }

  // SeaweedFS lets those who wait for a key ask again each second: with bad luck a round takes half a minute.
  test('one lets one writer create what 32 create at once', { timeout: 180_000 }, async () => {
    expect(await race(s3)).toEqual([1, 1, 1])
  })

  test('one lies to all of them', async () => {
    expect(await race(lying)).toEqual([32, 32, 32])
  })

  test('one is an OCI registry, empty, that skopeo reads', async () => {
    const args = ['inspect', '--tls-verify=false', `docker://${oci}/none:latest`]
    await expect(promisify(execFile)('skopeo', args)).rejects.toThrow('manifest unknown')
  })
})
