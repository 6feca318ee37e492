import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Makes one plain script of a TypeScript file, for processes that have no loader for it. Out: its path. */
export async function bundled(source: string, dir: string): Promise<string> {
  const outfile = join(dir, `${source.slice(source.lastIndexOf('/') + 1)}.mjs`)
  await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'error',
    banner: { js: REQUIRE },
  })
  chmodSync(dir, 0o755)
  return outfile
}

/** Packages in CommonJS that are bundled into a module still ask for `require`. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export function run(script: string, args: readonly string[], options: { readonly uid?: number } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  return finished(child)
}

function finished(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
