import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { hasCode } from '../core/errors.ts'
import { storeError } from '../store/errno.ts'

/** A name that nobody else uses. What is counted here would not do: a part of the program that is loaded when needed has its own count. */
export const ownName = (): string => `${os.hostname()}.${process.pid}.${randomUUID()}`

/** Makes a folder below `parent` that is this caller's alone. Those of processes that ended without a word are taken away. Errors: those of writing. */
export function makeOwnFolder(parent: string): string {
  const folder = path.join(parent, ownName())
  try {
    fs.mkdirSync(parent, { recursive: true })
    for (const name of fs.readdirSync(parent)) if (isLeftOver(name)) drop(path.join(parent, name))
    fs.mkdirSync(folder)
    return folder
  } catch (error) {
    throw storeError(error, 'write', folder)
  }
}

const drop = (folder: string): void => fs.rmSync(folder, { recursive: true, force: true })

function isLeftOver(name: string): boolean {
  const [, host, pid] = /^(.+)\.(\d+)\.[0-9a-f-]+$/.exec(name) ?? []
  return host === os.hostname() && !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}
