import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { AishipError } from '../core/errors.ts'
import { nameProblem } from '../core/names.ts'
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
  /** The same for what must not be lost. */
  readonly state: string
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
  refuseNearUrl(named ?? registry)
  const at = { root, configFile, registry }
  const cache = join(below(host, at, 'XDG_CACHE_HOME', '.cache'), 'cache')
  return { ...at, cache, state: below(host, at, 'XDG_STATE_HOME', '.local/state') }
}

/** `s3:bucket` would make a folder of that name, and a job of a CI would keep its releases in it. Errors: USAGE. */
export function refuseNearUrl(registry: string): void {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(registry) || isUrl(registry)) return
  throw new AishipError('USAGE', `${JSON.stringify(registry)} is neither a URL nor clearly a folder`, {
    hint: `a URL has two slashes (s3://bucket/prefix); a folder of that name is written ./${registry}`,
  })
}

/** With the project; without one, in the registry's folder, or the user's own for a registry that is not a folder. */
function below(
  host: Host,
  { root, configFile, registry }: Omit<Place, 'cache' | 'state'>,
  xdg: string,
  own: string,
): string {
  if (configFile !== null) return join(root, '.aiship')
  if (!isUrl(registry)) return resolve(root, registry)
  const { [xdg]: named = '', HOME: home = '' } = host.env
  return join(isAbsolute(named) ? named : join(home || root, own), 'aiship')
}

/** `registry` and `app` as their lines in a broken aiship.yaml say, where nothing else names them. */
export function salvaged(
  text: string,
  root: string,
  host: Host,
  flags: Flags,
): { readonly registry: string; readonly app?: string } {
  const line = (key: string): string | undefined => new RegExp(`^${key}:[ \\t]*["']?([^\\s"'#]+)`, 'm').exec(text)?.[1]
  const registry = line('registry') ?? '.aiship'
  const app = flags.app ?? (host.env.AISHIP_APP || line('app'))
  return {
    registry: namedRegistry(host, flags) ?? (isUrl(registry) ? registry : resolve(root, registry)),
    ...(app === undefined || nameProblem(app) !== null ? {} : { app }),
  }
}
