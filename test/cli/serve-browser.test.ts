import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { startRelease } from '../hostile/outcome.ts'
import { startServe } from './serving.ts'

// The OpenFeature SDK for the web and its OFREP provider, in a page of another origin.

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]
const TOKEN = 'of-the-shop-0123456789abcdef'

const run = existsSync(CHROMIUM) ? test : test.skip
if (run !== test) process.stdout.write(`${CHROMIUM} is not there: a page that asks \`aiship serve\` is not tested\n`)

run('a page decides by its context, and sees a rollback through events', { timeout: 90_000 }, async () => {
  const session = await startRelease()
  const done = async (...words: readonly string[]) => expect(await session.aiship(words)).toMatchObject({ exit: 0 })
  await done('route', 'set', 'prod', '--when', '{"==":[{"var":"country"},"DE"]}', '--to', 'candidate=v1')
  const { outputFiles } = await build({
    ...{ entryPoints: [path.join(import.meta.dirname, 'page.mjs')], bundle: true, write: false, format: 'esm' },
  })
  const page = http.createServer(({ url = '' }, answer) => {
    const isScript = url.startsWith('/page.js')
    answer.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    answer.end(isScript ? outputFiles[0]?.contents : '<script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
  session.env.AISHIP_SERVE_TOKEN = TOKEN
  const served = await startServe(session, '--cors-origin', origin)
  const profile = mkdtempSync(path.join(tmpdir(), 'aiship-chromium-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: FLAGS,
    env: { ...process.env, HOME: profile } as Record<string, string>,
  })
  try {
    const tab = await browser.newPage()
    /** What the page says last. */
    const until = (said: object) =>
      expect.poll(() => tab.evaluate('said.at(-1)'), { timeout: 20_000, interval: 20 }).toMatchObject(said)
    await tab.goto(`${origin}/?${new URLSearchParams({ url: served.url, token: TOKEN })}`)
    const bundle = expect.stringMatching(/^sha256:/)
    await until({ variant: 'stable', reason: 'TARGETING_MATCH', value: { arm: 'stable', bundle } })
    // The provider keeps its tag where the key stays: a tag of the route alone would answer 304 here.
    await tab.evaluate('setCountry("DE")')
    await until({ variant: 'candidate', reason: 'TARGETING_MATCH' })
    await done('rollback', 'prod')
    await until({ variant: 'stable', reason: 'STATIC' })
  } finally {
    await browser.close()
    page.close()
    served.child.kill('SIGKILL')
    session.end()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  }
})
