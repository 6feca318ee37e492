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
  const script = new (require('vm').Script)(source, { filename: MAIN, cachedData })
  const { main } = script.runInThisContext()(require, { exports: {} }, {}, DIST)
  return { cache, script, main }
}

/** Made when it is asked for, and once: most commands never look. */
function lazy(make) {
  let made
  return () => {
    if (made === undefined) made = make()
    return made
  }
}

/**
 * Standard output or error. Written with plain system calls: the streams of Node load a tenth of Node before the first byte.
 * `onClosed` is called when the reader is gone.
 */
function output(fd, stream, onClosed) {
  let isClosed = false
  let isStream = process.platform === 'win32'
  const isTTY = lazy(() => isTerminal(fd))
  const close = (error) => {
    // A reader that has enough, as `head` has, is no error; and of an error stream that fails nobody can be told.
    if (error.code !== 'EPIPE' && fd !== 2) throw error
    isClosed = true
    onClosed()
  }
  const streamed = lazy(() =>
    stream().on('error', () => {
      isClosed = true
      onClosed()
    }),
  )
  return {
    get isTTY() {
      return isTTY()
    },
    get columns() {
      return (isTTY() && streamed().columns) || 80
    },
    write(text) {
      let rest = Buffer.from(text)
      while (!isClosed && !isStream && rest.length > 0) {
        try {
          rest = rest.subarray(fs.writeSync(fd, rest))
        } catch (error) {
          // A pipe that does not block, and is full.
          if (error.code === 'EAGAIN') isStream = true
          else close(error)
        }
      }
      if (!isClosed && rest.length > 0) streamed().write(rest)
    },
  }
}

/** Asked without loading terminals and sockets where the answer is plain: a file, a pipe, /dev/null. */
function isTerminal(fd) {
  try {
    const stat = fs.fstatSync(fd)
    if (process.platform !== 'win32') {
      if (!stat.isCharacterDevice() || stat.rdev === fs.statSync('/dev/null').rdev) return false
    }
    return require('tty').isatty(fd)
  } catch (_) {
    return false
  }
}

/** A folder that was deleted under this process has no path any more: its old one says best what is wrong. */
function workingFolder() {
  try {
    return process.cwd()
  } catch (_) {
    return process.env.PWD || '/(a deleted folder)'
  }
}

/** Version 4, from the system's own source of chance where that is a file: crypto takes two milliseconds to load. */
function randomUuid() {
  let bytes
  try {
    const fd = fs.openSync('/dev/urandom', 'r')
    bytes = Buffer.alloc(16)
    const got = fs.readSync(fd, bytes)
    fs.closeSync(fd)
    if (got !== 16) throw new Error('short')
  } catch (_) {
    return require('crypto').randomUUID()
  }
  bytes[6] = (bytes[6] & 15) | 64
  bytes[8] = (bytes[8] & 63) | 128
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** @returns {{ host: import('../src/cli/host.ts').Host, finish(code: number): number }} */
function processHost() {
  // Made when it is asked for: it costs a millisecond, and what takes twenty needs no stopping.
  const stopper = lazy(() => new AbortController())
  // From the start, so that what is done is also said: a move that is under way ends, and prints. Once: the second Ctrl-C ends the
  // process on the spot, as everywhere.
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopper().abort(name))
  const answers = lazy(() => {
    const lines = require('readline').createInterface({ input: process.stdin, terminal: false })
    stopper().signal.addEventListener('abort', () => lines.close())
    return { lines, next: lines[Symbol.asyncIterator]() }
  })
  const stdinIsTTY = lazy(() => isTerminal(0))
  let hasAsked = false
  let isUnread = false
  const host = {
    cwd: workingFolder(),
    env: process.env,
    get stdinIsTTY() {
      return stdinIsTTY()
    },
    stdout: output(
      1,
      () => process.stdout,
      () => {
        // What would run on and on ends with its reader.
        isUnread = true
        stopper().abort('SIGPIPE')
      },
    ),
    stderr: output(
      2,
      () => process.stderr,
      () => {},
    ),
    nodeVersion: process.version,
    get user() {
      try {
        return require('os').userInfo().username
      } catch (_) {
        // A container may run under a number that has no name.
        return process.getuid === undefined ? 'unknown' : String(process.getuid())
      }
    },
    get hostname() {
      return require('os').hostname()
    },
    get signal() {
      return stopper().signal
    },
    now: () => new Date(),
    uuid: randomUuid,
    hasTerminal() {
      if (process.platform === 'win32') return stdinIsTTY()
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
    return isUnread && code >= 128 ? 0 : code
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

module.exports = { compile, output }
