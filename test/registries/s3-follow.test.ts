import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StatusData } from '../../src/core/model.gen.ts'
import { OWNER, type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// A host that serves what a bucket says, with a key of its own, and without a project.

const AISHIP = join(import.meta.dirname, '../../bin/aiship.js')
const HOST = { id: 'host', secret: 'host-secret' }
let server: S3Server
let home: Desk
let host: Desk
beforeAll(async () => {
  server = await startS3({ keys: [OWNER, { ...HOST, may: ['read', 'list'] }] })
  home = startDesk(server)
  await release(home)
  host = startDesk(server, { key: HOST })
  Object.assign(host.env, { AISHIP_REGISTRY: registryOf(home), AISHIP_APP: 'scorer' })
  fs.rmSync(join(host.dir, 'aiship.yaml'))
})
afterAll(async () => {
  home.end()
  host.end()
  await server.close()
})

const registryOf = (desk: Desk): string =>
  /registry: (\S+)/.exec(fs.readFileSync(join(desk.dir, 'aiship.yaml'), 'utf8'))?.[1] ?? ''
const prod = async () => ((await home.done('status')) as unknown as StatusData).pointers[0]
const served = (): string => fs.readFileSync(join(host.dir, '../served/current/prompts/system.txt'), 'utf8')
const once = async (...more: readonly string[]) => {
  const { stdout, exit } = await host.aiship(['follow', 'prod', '../served', '--once', '--json', ...more])
  return { exit, ...JSON.parse(stdout) }
}

test('a follower looks every --interval, and says once that it may not report', { timeout: 60_000 }, async () => {
  const dir = join(host.dir, '../running')
  const words = ['follow', 'prod', dir, '--json', '--interval', '500ms']
  const env = { ...host.env, AWS_ACCESS_KEY_ID: HOST.id, AWS_SECRET_ACCESS_KEY: HOST.secret }
  const child = spawn(process.execPath, [AISHIP, ...words], {
    cwd: host.dir,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const serves = async (text: string): Promise<void> => {
    const file = join(dir, 'current/prompts/system.txt')
    for (let tries = 0; !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text; tries++) {
      if (tries > 2000) throw new Error(`it never came to ${text}: ${said}`)
      await delay(5)
    }
  }
  try {
    await serves('Be rude.\n')
    await home.done('rollback', 'prod')
    const moved = Date.now()
    await serves('Be kind.\n')
    const took = Date.now() - moved
    process.stdout.write(`from rollback to flip, in a bucket that is asked every 500 ms: ${took} ms\n`)
    expect(took).toBeLessThan(500 + 10_000)
    await home.done('promote', 'v2', 'prod', '--override', 'test')
    await serves('Be rude.\n')
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toBe(143)
  const events = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event)
  expect(events.filter((event) => event === 'not reported')).toHaveLength(1)
  expect(events.filter((event) => event === 'serving')).toHaveLength(3)
})

test('a host follows a bucket, reports if it may, and goes back without it', { timeout: 120_000 }, async () => {
  const first = await once()
  expect(first).toMatchObject({ exit: 0, changed: true, data: { version: 'v2', away: false } })
  expect(first.warnings).toMatchObject([{ code: 'NOT_REPORTED' }])
  expect(served()).toBe('Be rude.\n')

  // With a key that may write, which each start reads again, what it serves is seen by all.
  Object.assign(host.env, { AWS_ACCESS_KEY_ID: OWNER.id, AWS_SECRET_ACCESS_KEY: OWNER.secret })
  expect((await once()).warnings).toEqual([])
  expect(await prod()).toMatchObject({ followers: { reported: 1, on_target: 1 } })
  const moved = await home.done('rollback', 'prod')
  expect(moved.followers).toMatchObject({ reported: 1, on_target: 0, behind: [{ host: 'laptop', version: 'v2' }] })
  expect(await once()).toMatchObject({ exit: 0, changed: true, data: { version: 'v1' } })
  expect(await prod()).toMatchObject({ followers: { reported: 1, on_target: 1 } })

  host.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1'
  host.wait(3600)
  const away = await once()
  expect(away).toMatchObject({ exit: 0, changed: false, data: { version: 'v1', away: true } })
  expect(away.data.age_ms).toBeGreaterThanOrEqual(3_600_000)
  const refused = await host.aiship(['rollback', 'prod'])
  expect(refused.exit).toBe(8)
  expect(refused.stderr).toContain('aiship follow POINTER DIR --pin REF')
  expect(await once('--pin', 'v2')).toMatchObject({ exit: 0, data: { version: 'v2', pinned: true } })
  expect(served()).toBe('Be rude.\n')
  fs.rmSync(join(host.dir, '../served'), { recursive: true })
  expect(await once()).toMatchObject({ exit: 8, error: { code: 'REGISTRY_UNREACHABLE' } })
})
