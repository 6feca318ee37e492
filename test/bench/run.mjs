// Bundles the bench and runs it: `npm run bench`, `npm run bench -- --quick`.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'

const dir = mkdtempSync(path.join(tmpdir(), 'aiship-bench-code-'))
const outfile = path.join(dir, 'bench.mjs')
await build({
  entryPoints: ['test/bench/main.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  outfile,
  logLevel: 'warning',
})
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' })
// Both get an interruption from the terminal: the bench cleans up, and this one waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (status) => {
  rmSync(dir, { recursive: true })
  process.exitCode = status ?? 1
})
