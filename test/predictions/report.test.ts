import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, compare, type Digest } from '../../src/index.ts'
import { makePlace } from './place.ts'
import { traffic } from './traffic.ts'

// The page as a reader has it: opened from a file, in a browser that looks at it.

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking']
const MORE = ['disable-component-update', 'disable-sync']
const EVIL = `<script>document.title='owned'</script><img src=x onerror=alert(1)>"'\u202e`

const dir = mkdtempSync(path.join(tmpdir(), 'aiship-page-'))
const file = path.join(dir, 'compare.html')
let browser: BrowserContext
let page: Page
const complaints: string[] = []
const requests: string[] = []

// What runs in the browser is text here: this program is not compiled for one.
const COLOURS = `(() => {
  const of = (selector, property) => getComputedStyle(document.querySelector(selector)).getPropertyValue(property)
  return [of('body', 'background-color'), of('body', 'color'), of('polyline.a', 'stroke'), of('polyline.b', 'stroke')]
})()`
const STRAYS = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const box = svg.getBoundingClientRect()
  return [...svg.querySelectorAll('rect, polyline, circle, text')].filter((mark) => {
    const one = mark.getBoundingClientRect()
    return one.left < box.left - 1 || one.right > box.right + 1 || one.top < box.top - 1 || one.bottom > box.bottom + 1
  })
}).length`
const HANDLERS = `[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name }) => /^on/.test(name))).length`

/** How light a colour is, from 0 to 1, as WCAG counts it. */
function light(colour: string): number {
  const channels = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((text) => Number(text) / 255)
  const [r = 0, g = 0, b = 0] = channels.map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

// Without a browser it is skipped, which fails continuous integration.
describe.skipIf(!existsSync(CHROMIUM))('the page', () => {
  beforeAll(async () => {
    const place = await makePlace()
    try {
      place.file('params.json', '{"seed":2}')
      const b = (await bundle(await place.context(), { message: null, labels: [], allowSecrets: null })).data
        .bundle as Digest
      const log = traffic(place.bundle, b).map((one, i) => {
        const segment = i % 7 === 3 ? { ...one.segment, region: EVIL } : one.segment
        return JSON.stringify({ ...one, segment, label: one.label === 'block' ? EVIL : one.label })
      })
      await place.ingest(place.file('log.jsonl', `${log.join('\n')}\n`))
      const by = 'segment.region,segment.device'
      await compare(await place.context(), { a: 'v1', b: 'v2', by, since: null, until: null, html: file })
    } finally {
      place.end()
    }
    mkdirSync(path.join(dir, 'profile'))
    browser = await chromium.launchPersistentContext(path.join(dir, 'profile'), {
      ...{ executablePath: CHROMIUM, headless: true, viewport: { width: 1320, height: 900 } },
      env: { ...process.env, HOME: dir } as Record<string, string>,
      args: [...FLAGS, ...MORE].map((flag) => `--${flag}`),
    })
    page = await browser.newPage()
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(file).href)
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })

  test('asks for nothing, runs nothing, and nothing is refused', () => {
    expect(requests).toEqual([pathToFileURL(file).href])
    expect(complaints).toEqual([])
    expect(readFileSync(file, 'utf8')).not.toMatch(/<script|javascript:|https?:|\sstyle="|@import|url\(/i)
  })

  test('says the verdict, and draws what it says', async () => {
    expect(await page.title()).toBe('v1 and v2 of scorer')
    expect(await page.locator('.verdict h2').textContent()).toBe('It is the release.')
    expect(await page.locator('.verdict li').count()).toBeGreaterThan(2)
    expect(await page.locator('figure figcaption').allTextContents()).toEqual(
      expect.arrayContaining(['error_rate', 'latency_p95', 'score_mean', 'score', 'latency_ms', 'label']),
    )
    expect(await page.locator('polyline.a').count()).toBeGreaterThanOrEqual(4)
    expect(await page.locator('rect.bar.b').count()).toBeGreaterThan(40)
    // Every mark lies within its picture, and every word within its place.
    expect(await page.evaluate(STRAYS)).toBe(0)
  })

  test('the worst slice stands first', async () => {
    const [first] = await page.locator('section:has(h2:text("Slices")) tbody tr').allTextContents()
    expect(first).toMatch(/worse.*eu.*android/)
  })

  test('what strangers wrote is text', async () => {
    expect(await page.title()).not.toContain('owned')
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.evaluate(HANDLERS)).toBe(0)
    expect(await page.locator('body').textContent()).toContain("<script>document.title='owned'</script>")
  })

  test('light and dark, by what the reader wants, and readable in both', async () => {
    const looks = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const [ground = '', text = '', ...lines] = await page.evaluate<readonly string[]>(COLOURS)
      expect(contrast(ground, text)).toBeGreaterThan(7)
      expect(lines).toHaveLength(2)
      for (const line of lines) expect(contrast(ground, line)).toBeGreaterThan(3)
      looks.push(ground)
      const shot = await page.screenshot({ fullPage: true })
      expect(shot.length).toBeGreaterThan(50_000)
    }
    expect(light(looks[0] as string)).toBeGreaterThan(0.9)
    expect(light(looks[1] as string)).toBeLessThan(0.1)
  })

  test('on a narrow screen only tables scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(420)
  })
})
