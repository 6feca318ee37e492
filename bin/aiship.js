#!/usr/bin/env node
// Kept to syntax that an old Node parses, so that it can say which one is needed. What happens here counts at every start.

const fs = require('fs')
const path = require('path')

const DIST = path.join(__dirname, '..', 'dist')
const MAIN = path.join(DIST, 'main.js')

/**
 * dist/main.js compiled, with the bytecode that the build kept for exactly this text and this Node, if it did: that saves a
 * third of what a start costs above bare Node. V8 refuses bytecode that does not fit, and compiles as usual.
 */
function compile() {
  // The build writes ASCII, and V8 reads Latin-1 fastest. The first line carries the text's own digest.
  const source = fs.readFileSync(MAIN, 'latin1')
  const cache = path.join(DIST, `main.${source.slice(2, 18)}.${process.version}-${process.arch}.cache`)
  let cachedData
  try {
    cachedData = fs.readFileSync(cache)
  } catch (_) {
    cachedData = undefined
  }
  const text = `(function(exports,require,module,__filename,__dirname){${source}\n})`
  const script = new (require('vm').Script)(text, { filename: MAIN, cachedData })
  const loaded = { exports: {} }
  script.runInThisContext()(loaded.exports, require, loaded, MAIN, DIST)
  return { cache, script, main: loaded.exports.main }
}

/** Made when it is asked for, and once: most commands never look. */
function lazy(make) {
  let made
  return () => {
    if (made === undefined) made = make()
    return made
  }
}

/** @returns {{ host: import('../src/cli/host.ts').Host, finish(code: number): number }} */
function processHost() {
  const os = require('os')
  const tty = require('tty')
  const stopper = new AbortController()
  let isClosed = false
  const stdout = lazy(() =>
    process.stdout.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error
      // A reader that has enough, as `head` has, is no error. What would run on ends.
      isClosed = true
      stopper.abort('SIGPIPE')
    }),
  )
  const stderr = lazy(() => process.stderr.on('error', () => {}))
  const signal = lazy(() => {
    // Once: the second Ctrl-C ends the process on the spot, as everywhere.
    for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopper.abort(name))
    return stopper.signal
  })
  const answers = lazy(() => {
    const lines = require('readline').createInterface({ input: process.stdin, terminal: false })
    signal().addEventListener('abort', () => lines.close())
    return { lines, next: lines[Symbol.asyncIterator]() }
  })
  let hasAsked = false
  const output = (fd, stream) => ({
    isTTY: tty.isatty(fd),
    get columns() {
      return stream().columns || 80
    },
    write(text) {
      if (!isClosed) stream().write(text)
    },
  })
  const host = {
    cwd: process.cwd(),
    env: process.env,
    stdinIsTTY: tty.isatty(0),
    stdout: output(1, stdout),
    stderr: output(2, stderr),
    nodeVersion: process.version,
    get user() {
      try {
        return os.userInfo().username
      } catch (_) {
        // A container may run under a number that has no name.
        return String(process.getuid === undefined ? 'unknown' : process.getuid())
      }
    },
    get hostname() {
      return os.hostname()
    },
    get signal() {
      return signal()
    },
    now: () => new Date(),
    uuid: () => require('crypto').randomUUID(),
    hasTerminal() {
      if (process.platform === 'win32') return host.stdinIsTTY
      try {
        fs.closeSync(fs.openSync('/dev/tty', 'r'))
        return true
      } catch (_) {
        return false
      }
    },
    readLine() {
      hasAsked = true
      return answers()
        .next.next()
        .then((line) => (line.done ? null : line.value))
    },
  }
  const finish = (code) => {
    // An open standard input would keep the process alive.
    if (hasAsked) answers().lines.close()
    return isClosed && code >= 128 ? 0 : code
  }
  return { host, finish }
}

function run() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    process.stderr.write(`aiship needs Node.js 20.19 or newer, and this is ${process.version}\n`)
    process.exitCode = 2
    return
  }
  const { host, finish } = processHost()
  compile()
    .main(process.argv.slice(2), host)
    .then((code) => {
      process.exitCode = finish(code)
    })
}

if (require.main === module) run()

module.exports = { compile }
