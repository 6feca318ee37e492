import path from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Finding, SelfCheck } from '../core/ports.ts'
import { checkLogs } from './check-logs.ts'
import { checkObjects } from './check-objects.ts'
import { type CheckOptions, entriesOf, unexpected } from './check-parts.ts'
import { linkedFolders, remove } from './durable.ts'
import { readFormat } from './folder.ts'
import { formatLost } from './format.ts'
import { isPart, NAME_FOLDERS } from './layout.ts'
import { leftovers } from './leftovers.ts'

/** A repair must not take away what a running command is writing. */
const IN_USE_MS = 60 * 60 * 1000

const TOP = new Set([
  '.gitignore',
  'cache',
  'format.json',
  'index',
  'labels',
  'logs',
  'objects',
  'presence',
  'quarantine',
  'remediations',
  'tmp',
  'trash',
])

/** Of these, what is a file. */
const FILES = new Set(['.gitignore', 'format.json'])

/**
 * What is wrong with a folder registry as files: names, the bytes of objects, hints, leftovers. What entries, manifests and labels say is
 * checked through the ports. Needs no working format.json. A repair moves aside and rewrites what is derived; it deletes only leftovers.
 */
export function checkFolder(folder: string, now: () => Date = () => new Date()): SelfCheck {
  const root = path.resolve(folder)
  return {
    async *check(options) {
      // A repair must not reach what lies behind a link.
      const given = { ...options, repair: options.repair && linkedFolders(root).length === 0 }
      yield* checkFormat(root, given.repair)
      yield* checkTop(root)
      yield* checkLinks(root)
      yield* checkObjects(root, given)
      yield* checkLogs(root, given)
      for (const name of NAME_FOLDERS) yield* checkNames(root, name)
      yield* checkKept(root)
      yield* checkTmp(root, now(), given)
    },
  }
}

async function* checkFormat(root: string, repair: boolean): AsyncGenerator<Finding> {
  try {
    if (readFormat(root) !== null) return
    const id = repair ? await (await import('./mend.ts')).mendFormat(root) : undefined
    yield formatLost(id)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    yield { id: 'formatBroken', severity: 'error', subject: 'format.json', message: error.message }
  }
}

function* checkTop(root: string): Generator<Finding> {
  const entries = entriesOf(root)
  for (const entry of entries) {
    const { name } = entry
    if (!TOP.has(name)) yield unexpected(name, 'is not part of a registry')
    else if (!FILES.has(name) && entry.isFile())
      yield { ...unexpected(name, 'is a file where a registry has a folder: move it away'), severity: 'error' }
  }
  // The index is written after the entries that it speaks of.
  const hasLogs = entries.some(({ name }) => name === 'logs')
  if (!hasLogs && entriesOf(`${root}/index`).length > 0) {
    const message = 'logs/ is gone, and there were entries: bring it back from a backup'
    yield { id: 'logsLost', severity: 'error', subject: 'logs', message }
  }
}

function* checkLinks(root: string): Generator<Finding> {
  for (const name of linkedFolders(root)) {
    const why = 'is a link where a registry has a folder of its own: nothing is written or repaired through it'
    yield { ...unexpected(name, why), severity: 'error' }
  }
}

function* checkNames(root: string, folder: string): Generator<Finding> {
  for (const entry of entriesOf(`${root}/${folder}`)) {
    const name = `${folder}/${entry.name}`
    const key = entry.name.replace(/\.json$/, '')
    if (entry.isDirectory() && isPart(entry.name)) yield* checkNames(root, name)
    else if (!entry.isFile() || key === entry.name || !isPart(key))
      yield unexpected(name, 'is not the name of a record')
  }
}

function* checkKept(root: string): Generator<Finding> {
  for (const entry of entriesOf(`${root}/quarantine`)) {
    const subject = `quarantine/${entry.name}`
    yield {
      id: 'quarantined',
      severity: 'info',
      subject,
      message: `${subject} keeps damaged bytes that were found under an object's name`,
    }
  }
}

function* checkTmp(root: string, now: Date, options: CheckOptions): Generator<Finding> {
  const all = leftovers(root, now)
  const old = all.filter((leftover) => leftover.ageMs > IN_USE_MS)
  if (options.repair) for (const { file } of old) remove(file)
  if (all.length === 0) return
  const done = options.repair
    ? `${old.length} of them removed`
    : `--repair removes the ${old.length} that nobody has touched for an hour`
  const message = `${all.length} unfinished file${all.length === 1 ? '' : 's'} of interrupted or running commands: harmless; ${done}`
  yield { id: 'tmpLeftover', severity: 'info', subject: 'tmp', message }
}
