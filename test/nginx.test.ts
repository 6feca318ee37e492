import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HASH, MAPPING } from '../src/core/route-decide.ts'
import { nginxFile } from '../src/core/route-nginx.ts'
import { canary } from './core/routes.ts'
import { writeModel, writeSpamFilter } from './spam-filter.ts'

/** examples/nginx, run by the real nginx: two unchanged processes, the shares of a rollout, and the way back. */

const hasNginx = spawnSync('nginx', ['-v']).status === 0
if (!hasNginx) process.stderr.write('skipped what needs nginx: apt-get install nginx-light\n')

const ROOT = path.resolve(import.meta.dirname, '..')
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-nginx-')))
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }))

describe.skipIf(!hasNginx)('nginx', () => {
  test.each([
    ['one arm', canary({}, { serve: [{ to: { stable: 100_000 } }] })],
    ['three arms', canary({ candidate: 5000, control: 5000 })],
    ['shares that nginx rounds to nothing', canary({ candidate: 1, control: 1 })],
    ['shares that it rounds to everything', canary({ candidate: 99_999 })],
    ['conditions only', canary({}, { serve: [{ when: { '==': [{ var: 'a' }, 'b'] }, to: { candidate: 100_000 } }] })],
    [
      'a salt that nginx would read',
      canary(
        { candidate: 5000 },
        { bucket: { by: 'id', salt: '$x"{};\\#', hash: HASH, map: MAPPING, missing: 'stable' } },
      ),
    ],
  ])('reads the file of %s', (name, route) => {
    const dir = path.join(home, name.replaceAll(' ', '-'))
    mkdirSync(path.join(dir, 'tmp'), { recursive: true })
    cpSync(path.join(ROOT, 'examples/nginx/nginx.conf'), path.join(dir, 'nginx.conf'))
    const file = nginxFile({ app: 'scorer', pointer: 'prod', seq: 1, route }, '$http_x_targeting_key')
    writeFileSync(path.join(dir, 'aiship.conf'), file)
    const { status, stderr } = spawnSync('nginx', ['-t', '-p', dir, '-c', 'nginx.conf'], { encoding: 'utf8' })
    expect({ status, stderr }, file).toEqual({ status: 0, stderr: expect.stringContaining('is successful') })
  })

  describe('two processes', () => {
    const project = path.join(home, 'examples/spam-filter')
    const env = { PATH: `${home}/bin:${process.env.PATH}`, HOME: home, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' }
    const agent = new http.Agent({ maxSockets: 8 })
    let running: ChildProcess
    let printed = ''
    let ports: readonly number[] = []
    let bundles: Readonly<Record<'stable' | 'candidate', string>>

    function aiship(...words: readonly string[]): Record<string, string> {
      const argv = [path.join(home, 'bin/aiship'), ...words, '--json', '--yes']
      const ran = spawnSync(process.execPath, argv, { cwd: project, env, encoding: 'utf8' })
      expect(ran.status, ran.stdout + ran.stderr).toBe(0)
      return JSON.parse(ran.stdout).data
    }

    beforeAll(async () => {
      mkdirSync(path.join(home, 'bin'))
      symlinkSync(path.join(ROOT, 'bin/aiship.js'), path.join(home, 'bin/aiship'))
      writeSpamFilter(project)
      await writeModel(project, -4)
      const stable = aiship('bundle').bundle as string
      aiship('promote', '@last', 'prod')
      await writeModel(project, 4)
      const candidate = aiship('bundle').bundle as string
      aiship('rollout', 'start', 'v2', 'prod', '--steps', '20%,100%')
      bundles = { stable, candidate }
      // The example as it stands, but for its ports, which may be taken here.
      cpSync(path.join(ROOT, 'examples/nginx'), path.join(home, 'examples/nginx'), { recursive: true })
      ports = await freePorts(0, 0, 0)
      const conf = path.join(home, 'examples/nginx/nginx.conf')
      const script = path.join(home, 'examples/nginx/run.sh')
      const moved = readFileSync(conf, 'utf8').replace(/808([012])/g, (_, n) => String(ports[Number(n)]))
      writeFileSync(conf, moved)
      writeFileSync(
        script,
        readFileSync(script, 'utf8').replace(/808([012])/g, (_, n) => String(ports[Number(n)])),
      )
      running = spawn(script, [path.join(home, 'served')], { cwd: project, env, detached: true })
      for (const stream of [running.stdout, running.stderr])
        stream?.on('data', (chunk) => {
          printed += chunk
        })
    }, 60_000)
    afterAll(() => {
      agent.destroy()
      try {
        process.kill(-(running.pid as number), 'SIGKILL')
      } catch {
        // All of it has ended.
      }
    })

    /** Asks with a key; without one for null. Errors: every answer that is not what it should be. */
    const ask = (key: string | null): Promise<{ readonly arm: string; readonly bundle: string }> =>
      new Promise((resolve, reject) => {
        // A connection each: nginx closes idle ones when it reads its files again, which a client has to expect.
        const headers = { connection: 'close', ...(key === null ? {} : { 'x-targeting-key': key }) }
        const request = http.request({ port: ports[0], agent, method: 'POST', headers }, (response) => {
          let body = ''
          response.on('data', (chunk) => {
            body += chunk
          })
          response.on('end', () => {
            if (response.statusCode !== 200) reject(new Error(`${response.statusCode}: ${body}`))
            else resolve({ arm: String(response.headers['x-arm']), bundle: JSON.parse(body).bundle })
          })
        })
        request.on('error', reject)
        request.end('{"id":1,"body":"hello"}')
      })
    const askAll = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => ask(`user-${n}`)))

    test('each arm gets its share, a key always the same arm, and no key never the candidate', async () => {
      await expect.poll(() => ask('first').catch(() => null), { timeout: 60_000, interval: 100 }).not.toBeNull()
      const count = 3000
      const answers = await askAll(count)
      for (const { arm, bundle } of answers)
        expect(bundle).toBe(arm === 'candidate' ? bundles.candidate : bundles.stable)
      const shares = { candidate: 0.2, control: 0.2, stable: 0.6 }
      const sum = Object.entries(shares).reduce((all, [arm, share]) => {
        const seen = answers.filter((one) => one.arm === arm).length
        return all + (seen - share * count) ** 2 / (share * count)
      }, 0)
      // Chi-square with two degrees of freedom: more than this comes once in a million draws.
      expect(sum).toBeLessThan(27.6)
      expect(await askAll(300)).toEqual(answers.slice(0, 300))
      for (let n = 0; n < 20; n++) expect((await ask(null)).arm).toBe('stable')
    }, 90_000)

    test('after a rollback everybody is on the stable bundle, and no request has failed', async () => {
      let isOver = false
      let asked = 0
      const load = (async () => {
        while (!isOver) asked += (await askAll(20)).length
      })()
      aiship('rollback', 'prod')
      await expect
        .poll(
          async () => (await askAll(100)).every(({ arm, bundle }) => arm === 'stable' && bundle === bundles.stable),
          {
            timeout: 30_000,
            interval: 100,
          },
        )
        .toBe(true)
      isOver = true
      await load
      expect(asked).toBeGreaterThan(0)
    }, 60_000)

    test('told to end, it leaves nothing behind', async () => {
      const ended = new Promise((resolve) => running.on('close', resolve))
      running.kill('SIGTERM')
      await ended
      expect(await freePorts(...ports), printed).toEqual(ports)
    }, 30_000)
  })
})

/** Listens on each, 0 for any, and lets go of it. Errors: one is taken. */
async function freePorts(...wanted: readonly number[]): Promise<readonly number[]> {
  const servers = wanted.map((port) => createServer().listen(port, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
