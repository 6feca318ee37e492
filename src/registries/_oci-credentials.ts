import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { AishipError } from '../core/errors.ts'

export interface Credentials {
  readonly user: string
  readonly secret: string
  /** The secret is a token that a token server takes for others, and no password. */
  readonly isIdentity: boolean
}

type Env = Readonly<Record<string, string | undefined>>

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

const HELPER_MS = 30_000

/** What `docker login` and its helpers know of a host; null where nothing does. Errors: CONFIG_INVALID. */
export async function credentialsFor(host: string, env: Env): Promise<Credentials | null> {
  const config = readConfig(path.join(env.DOCKER_CONFIG || path.join(env.HOME || homedir(), '.docker'), 'config.json'))
  const names =
    host === 'docker.io' ? ['https://index.docker.io/v1/', host] : [host, `https://${host}`, `https://${host}/v1/`]
  for (const name of names) {
    const helper = config.credHelpers?.[name] ?? config.credsStore
    const found = helper === undefined ? null : await askHelper(helper, name, env)
    if (found !== null) return found
    const { auth, identitytoken } = config.auths?.[name] ?? {}
    const [, user = '', secret = ''] =
      /^([^:]*):([\s\S]*)$/.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? []
    if (identitytoken) return { user, secret: identitytoken, isIdentity: true }
    if (secret !== '') return { user, secret: secret.replace(/\0+$/, ''), isIdentity: false }
  }
  return null
}

function readConfig(file: string): DockerConfig {
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch {
    // Nobody has logged in here: public repositories work without.
    return {}
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new AishipError('CONFIG_INVALID', `${file} is not readable as JSON`, { hint: 'docker login writes it' })
}

/** `docker-credential-NAME get`, as Docker asks it. A helper that knows nothing says so on its output and exits with 1. */
function askHelper(helper: string, server: string, env: Env): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`
  const failed = (why: string): AishipError =>
    new AishipError('NOT_AUTHENTICATED', `${program} ${why}`, {
      hint: `it is asked for the password of ${server}; see ~/.docker/config.json`,
    })
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) throw failed('is no name of a credential helper')
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], timeout: HELPER_MS })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => reject(failed(`could not be started: ${error.message}`)))
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString('utf8')
      if (code !== 0) {
        if (/credentials not found/i.test(text)) resolve(null)
        else reject(failed(`ended with ${code ?? 'a signal'}: ${text.trim().slice(0, 200)}`))
        return
      }
      try {
        const { Username, Secret } = JSON.parse(text)
        resolve(Secret ? { user: String(Username), secret: String(Secret), isIdentity: Username === '<token>' } : null)
      } catch {
        reject(failed('gave an answer that is not JSON'))
      }
    })
    child.stdin.end(server)
  })
}
