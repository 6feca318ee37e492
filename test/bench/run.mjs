// Bundles the bench and runs it: `npm run bench`, `npm run bench -- --quick`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'

const dir = mkdtempSync(path.join(tmpdir(), 'aiship-bench-code-'))
const outfile = path.join(dir, 'bench.cjs')
await build({
  entryPoints: ['test/bench/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  outfile,
  logLevel: 'warning',
})
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' })
rmSync(dir, { recursive: true })
process.exitCode = status ?? 1
