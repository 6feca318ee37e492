// A service of the spam filter with users: it asks aiship for each request which release answers, and logs what was answered.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'

const AT_ONCE = 8
const STARTS_IN_MS = 30_000

/**
 * Starts the followers, the service and the intake of its log. Out: `send` sends mails until it is told to stop, and counts them; `served` reads back what
 * a bundle answered to those who were drawn.
 */
export async function startService({ root, home, project, aiship, env }) {
  const running = []
  const logFile = path.join(home, 'predictions.jsonl')
  const folders = ['stable', 'candidate'].map((arm) => path.join(home, arm))
  const start = (...argv) => {
    const child = spawn(process.execPath, argv, { cwd: project, env, stdio: ['ignore', 'ignore', 'pipe'] })
    running.push(child)
    child.stderr.resume()
    return child
  }
  const stop = () => {
    for (const child of running) child.kill('SIGKILL')
  }
  try {
    // What `npm install aiship` does.
    mkdirSync(path.join(project, 'node_modules'), { recursive: true })
    symlinkSync(root, path.join(project, 'node_modules/aiship'))
    for (const folder of folders) start(aiship, 'follow', 'prod', folder, '--arm', path.basename(folder))
    await until(() => folders.every((folder) => existsSync(path.join(folder, 'current'))), 'the releases to arrive')
    const service = start('routed-server.mjs', '0', logFile, ...folders)
    let said = ''
    service.stderr.on('data', (chunk) => {
      said += chunk
    })
    await until(() => said.includes('\n'), 'the service to listen')
    await until(() => existsSync(logFile), 'its log')
    start(aiship, 'predictions', 'ingest', logFile, '--follow', '--every', '1s')
    const port = Number(new URL(said.split('\n')[0]).port)
    return { stop, send: (mails, state) => send(port, mails, state), served: (bundle) => served(logFile, bundle) }
  } catch (error) {
    stop()
    throw error
  }
}

async function until(isSo, what) {
  for (const end = Date.now() + STARTS_IN_MS; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
}

/** Each mail to a mailbox of its own, a few at once, until `state.isOver`. */
async function send(port, mails, state) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE })
  let n = 0
  const one = async () => {
    while (!state.isOver) {
      const number = n++
      const mail = mails[number % mails.length]
      const headers = { 'x-user-id': `${mail.label === 'spam' ? 'trap' : 'user'}-${number}` }
      const request = http.request({ port, agent, method: 'POST', headers })
      request.end(JSON.stringify(mail))
      const [response] = await once(request, 'response')
      response.resume()
      if (response.statusCode !== 200) throw new Error(`a request failed: ${response.statusCode}`)
      await once(response, 'end')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one)).finally(() => agent.destroy())
}

/** How many requests a bundle has answered in a rollout, and how many there were in all. */
function served(logFile, bundle) {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
  const drawn = lines.map((line) => JSON.parse(line)).filter(({ reason }) => reason === 'SPLIT')
  return { candidate: drawn.filter((line) => line.bundle === bundle).length, all: drawn.length }
}
