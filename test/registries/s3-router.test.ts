import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createRouter, type LiveRouter } from '../../src/index.ts'
import { BUCKET, startS3 } from '../s3/server.ts'
import { release, startDesk } from './desk.ts'

// A service that decides by a bucket, and starts again while the bucket is away.

const routers: LiveRouter[] = []
afterEach(() => {
  for (const router of routers) router.close()
  vi.unstubAllEnvs()
})

test('a router follows a bucket, and starts without it by what this machine remembers', {
  timeout: 60_000,
}, async () => {
  const server = await startS3()
  const desk = startDesk(server)
  try {
    await release(desk)
    for (const [name, value] of Object.entries(desk.env)) vi.stubEnv(name, value)
    vi.stubEnv('XDG_CACHE_HOME', path.join(desk.dir, '../cache'))
    const start = async (): Promise<LiveRouter> => {
      const router = await createRouter({
        registry: `s3://${BUCKET}/${desk.prefix}`,
        app: 'scorer',
        pointer: 'prod',
        dir: path.dirname(desk.dir),
        refresh: 100,
      })
      routers.push(router)
      return router
    }
    const router = await start()
    expect(router.decide({})).toMatchObject({ version: 'v2', seq: 2 })
    await desk.done('rollback', 'prod')
    await expect.poll(() => router.decide({}).version, { timeout: 15_000 }).toBe('v1')
    router.close()
    await server.close()
    const alone = await start()
    expect(alone.decide({})).toMatchObject({ version: 'v1', seq: 3, reason: 'STATIC' })
    expect(alone.state).toMatchObject({ seq: 3, stale: true })
    expect(alone.state.age).toBeGreaterThan(0)
  } finally {
    await server.close()
    desk.end()
  }
})
