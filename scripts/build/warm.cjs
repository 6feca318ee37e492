// Runs the commands whose start counts, once, and keeps the bytecode that this made for the next starts on this machine.
'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { compile } = require('../../bin/aiship.js')

const CONFIG = `version: 1
app: warm
components:
  prompt: {role: prompt, path: prompt.txt}
pointers:
  prod: {}
`

async function warm() {
  const dist = path.join(__dirname, '..', '..', 'dist')
  for (const name of fs.readdirSync(dist))
    if (name.endsWith('.cache')) fs.rmSync(path.join(dist, name), { force: true })
  const { cache, script, main } = compile()
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-warm-'))
  try {
    const run = async (...argv) => {
      const said = []
      const output = { isTTY: false, columns: 80, write: (text) => said.push(text) }
      const host = {
        ...{ cwd, env: { AISHIP_ACTOR: 'build' }, stdinIsTTY: false, stdout: output, stderr: output },
        ...{ user: 'build', hostname: 'build', nodeVersion: process.version, signal: new AbortController().signal },
        ...{ now: () => new Date(), uuid: () => require('node:crypto').randomUUID() },
        ...{ hasTerminal: () => false, readLine: async () => null },
      }
      const code = await main(argv, host)
      // The program works without; but a build that stops being fast should not do so silently.
      if (code !== 0) process.stderr.write(`warming up: aiship ${argv.join(' ')} ended with ${code}\n${said.join('')}`)
    }
    await run('--version')
    fs.writeFileSync(path.join(cwd, 'aiship.yaml'), CONFIG)
    for (const text of ['one', 'two']) {
      fs.writeFileSync(path.join(cwd, 'prompt.txt'), text)
      await run('bundle', '-m', text)
      await run('promote', '@last', 'prod')
    }
    await run('resolve', 'prod')
    await run('rollback', 'prod', '--reason', 'warming up')
    await run('rollback', 'prod', '--dry-run', '--json')
    await run('log', 'prod')
    await run('hold', 'prod')
    await run('unhold', 'prod')
    const fresh = `${cache}.${process.pid}`
    fs.writeFileSync(fresh, script.createCachedData())
    fs.renameSync(fresh, cache)
  } finally {
    fs.rmSync(cwd, { recursive: true, force: true })
  }
}

warm()
