// Runs the commands whose start counts, once, and keeps the bytecode that this made for the next starts on this machine.
// Only these: bytecode is read whole at every start, so what others would add, all would pay.
'use strict'

const { spawnSync } = require('node:child_process')
const { randomUUID } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const BIN = path.join(__dirname, '..', '..', 'bin', 'aiship.js')
const DIST = path.join(__dirname, '..', '..', 'dist')
const ENV = { PATH: process.env.PATH, AISHIP_ACTOR: 'build', AISHIP_ACTOR_KIND: 'human' }
const CONFIG = `version: 1
app: warm
components:
  prompt: {role: prompt, path: prompt.txt}
pointers:
  prod: {}
`

// The program works without; but a start that stops being fast must not do so silently.
function complain(argv, code, said) {
  if (code !== 0) process.stderr.write(`warming up: aiship ${argv.join(' ')} ended with ${code}\n${said}`)
}

/** A registry with two versions, and prod at the second: made by other processes, so that their code stays out. */
function prepare(cwd) {
  fs.writeFileSync(path.join(cwd, 'aiship.yaml'), CONFIG)
  for (const text of ['one', 'two']) {
    fs.writeFileSync(path.join(cwd, 'prompt.txt'), text)
    for (const argv of [
      ['bundle', '-m', text],
      ['promote', '@last', 'prod'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [BIN, ...argv], { cwd, env: ENV, encoding: 'utf8' })
      complain(argv, status, stderr)
    }
  }
}

async function run(main, cwd, argv) {
  const said = []
  const output = { isTTY: false, columns: 80, write: (text) => said.push(text) }
  const host = {
    ...{ cwd, env: ENV, stdinIsTTY: false, stdout: output, stderr: output, signal: new AbortController().signal },
    ...{ user: 'build', hostname: 'build', nodeVersion: process.version, now: () => new Date(), uuid: randomUUID },
    ...{ hasTerminal: () => false, readLine: async () => null },
  }
  complain(argv, await main(argv, host), said.join(''))
}

async function warm() {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-warm-'))
  try {
    for (const name of fs.readdirSync(DIST))
      if (name.endsWith('.cache')) fs.rmSync(path.join(DIST, name), { force: true })
    prepare(cwd)
    const { cache, script, main } = require(BIN).compile()
    for (const argv of [
      ['--version'],
      ['bundle'],
      ['resolve', 'prod'],
      ['rollback', 'prod'],
      ['log', 'prod', '--limit', '1'],
      ['checkout', 'prod', 'served', '--link'],
    ]) {
      await run(main, cwd, argv)
    }
    const fresh = `${cache}.${process.pid}`
    fs.writeFileSync(fresh, script.createCachedData())
    fs.renameSync(fresh, cache)
  } finally {
    fs.rmSync(cwd, { recursive: true, force: true })
  }
}

warm()
