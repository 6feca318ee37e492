import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'

const ENGINE = path.resolve(import.meta.dirname, '../../src/predictions/duckdb.ts')

/** Node 20 reads no TypeScript, so the module is bundled first. */
const PROGRAM = `
const { buildSync } = require('esbuild')
const options = { entryPoints: [process.argv[1]], bundle: true, write: false, format: 'cjs', platform: 'node', external: ['@duckdb/node-api'] }
const module_ = { exports: {} }
new Function('module', 'exports', 'require', buildSync(options).outputFiles[0].text)(module_, module_.exports, require)
module_.exports.openEngine(process.argv[2], 256, new AbortController().signal).then((engine) => {
  engine.rows('SELECT count(*) FROM range(10000000000) a, range(10) b').catch((error) => console.log(error.message.split(' ')[0]))
  setTimeout(() => engine.close(), 200)
})
`

test('an engine that is closed while it works ends the work, and keeps no process', () => {
  const cwd = path.resolve(import.meta.dirname, '../..')
  const words = ['-e', PROGRAM, ENGINE, tmpdir()]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8', timeout: 50_000 })
  expect([status, stdout.trim()], stderr).toEqual([0, 'INTERRUPT'])
}, 60_000)
