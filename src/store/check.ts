import path from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Finding, SelfCheck } from '../core/ports.ts'
import { checkLogs } from './check-logs.ts'
import { checkObjects } from './check-objects.ts'
import { type CheckOptions, entriesOf, unexpected } from './check-parts.ts'
import { remove } from './durable.ts'
import { readFormat } from './folder.ts'
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
  'tmp',
])

/**
 * What is wrong with a folder registry as files: names, the bytes of objects, hints, leftovers. What entries, manifests and labels say is
 * checked through the ports. Needs no working format.json. A repair moves aside and rewrites what is derived; it deletes only leftovers.
 */
export function checkFolder(folder: string, now: () => Date = () => new Date()): SelfCheck {
  const root = path.resolve(folder)
  return {
    async *check(options) {
      yield* checkFormat(root)
      yield* checkTop(root)
      yield* checkObjects(root, options)
      yield* checkLogs(root, options)
      for (const name of NAME_FOLDERS) yield* checkNames(root, name)
      yield* checkKept(root)
      yield* checkTmp(root, now(), options)
    },
  }
}

function* checkFormat(root: string): Generator<Finding> {
  const broken = (message: string): Finding => ({
    id: 'formatBroken',
    severity: 'error',
    subject: 'format.json',
    message,
  })
  try {
    if (readFormat(root) === null) yield broken('format.json is missing')
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    yield broken(error.message)
  }
}

function* checkTop(root: string): Generator<Finding> {
  for (const entry of entriesOf(root))
    if (!TOP.has(entry.name)) yield unexpected(entry.name, 'is not part of a registry')
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
