import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServe } from '../cli/serving.ts'
import { OWNER, type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// `aiship serve` beside a bucket, which nobody wakes it for, and which may be away when it starts.

let server: S3Server
let desk: Desk
beforeAll(async () => {
  server = await startS3({ keys: [OWNER] })
  desk = startDesk(server)
  await release(desk)
})
afterAll(async () => {
  desk.end()
  await server.close()
})

test('a bucket is asked every --interval; a start without it goes on from what was served', {
  timeout: 60_000,
}, async () => {
  const until = (isSo: () => unknown) => expect.poll(isSo, { timeout: 20_000, interval: 20 }).toBe(true)
  const first = await startServe(desk, '--interval', '300ms')
  const version = async () => (await first.ask('/v1/resolve/prod')).json.version
  expect(await version()).toBe('v2')
  await desk.done('rollback', 'prod')
  await until(async () => (await version()) === 'v1')
  expect(await first.end()).toBe(143)

  // Nobody answers at this port.
  const away = { dir: desk.dir, env: { ...desk.env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } }
  const second = await startServe(away, '--json')
  const ready = (await second.ask('/readyz')).json
  expect(ready).toMatchObject({ status: 'degraded', pointers: 1, age_ms: expect.any(Number) })
  expect((await second.ask('/v1/resolve/prod')).json).toMatchObject({ version: 'v1', stale: true })
  await until(() => second.lines().some(({ event }) => event === 'away'))
  expect(await second.end()).toBe(143)
  expect(second.lines().at(-1)).toMatchObject({ ok: true, data: { pointers: 1 } })

  // Nothing is remembered of these pointers: it waits, and says so.
  const third = await startServe(away, 'prod')
  expect((await third.ask('/readyz')).status).toBe(503)
  const unready = await third.ask('/ofrep/v1/evaluate/flags/prod', '')
  expect([unready.status, unready.json.errorCode]).toEqual([500, 'PROVIDER_NOT_READY'])
  expect((await third.ask('/healthz')).status).toBe(200)
  expect(await third.end()).toBe(143)
})
