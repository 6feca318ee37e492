import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')

/** The demo ends itself where anything in it is not as it says. */
test('npm run demo -- --full: out, wrong, back by hand, out again and back by itself, and put right', () => {
  const words = ['scripts/demo.mjs', '--full']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
  const [, requests = '0'] = /Rolled back by its guard after ([0-9]+) requests to the bad release/.exec(stdout) ?? []
  expect(Number(requests)).toBeGreaterThan(10)
  expect(stdout).toMatch(/ana \(automation\) +rollback +v1 .*missed-spam: /)
  expect(stdout).toMatch(/^# [1-9][0-9]* mails were put right/m)
}, 180_000)
