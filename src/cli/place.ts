import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Config } from '../core/ports.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'

/** Where a command works, before anything is opened. */
export interface Place {
  /** Absolute folder of aiship.yaml, else the one that `-C` names. */
  readonly root: string
  readonly configFile: string | null
  /** As given: a folder or a URL. */
  readonly registry: string
  /** Absolute. */
  readonly cache: string
}

export const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text)

/** Errors: FILE_MISSING. */
export function workingDir(host: Host, flags: Flags): string {
  const dir = resolve(host.cwd, flags.dir ?? '.')
  if (!existsSync(dir) || !statSync(dir).isDirectory())
    throw new AishipError('FILE_MISSING', `there is no folder ${dir}`, { hint: '-C takes a folder that is there' })
  return dir
}

/** The registry that the command line or the environment names. */
export const namedRegistry = (host: Host, flags: Flags): string | undefined =>
  flags.registry ?? (host.env.AISHIP_REGISTRY || undefined)

/** The registry by flag and environment is relative to where the command was typed; aiship.yaml's to its own folder. */
export function placeOf(
  host: Host,
  flags: Flags,
  root: string,
  configFile: string | null,
  config: Config | null,
): Place {
  const named = namedRegistry(host, flags)
  const typed =
    named === undefined || isUrl(named) || isAbsolute(named) ? named : resolve(host.cwd, flags.dir ?? '.', named)
  const registry = typed ?? config?.registry ?? '.aiship'
  const isElsewhere = configFile === null && !isUrl(registry)
  return {
    root,
    configFile,
    registry,
    cache: isElsewhere ? join(resolve(root, registry), 'cache') : join(root, '.aiship', 'cache'),
  }
}
