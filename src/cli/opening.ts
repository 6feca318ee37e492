import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { MetricDriver, MetricPlace, MetricSource } from '../core/metric-source.ts'
import type { Event, Opened, RegistryDriver, RemotePlace } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { metrics, registries } from '../drivers.gen.ts'
import { openFolder } from '../store/folder.ts'
import { folderParts } from '../store/opened.ts'
import { rememberTips } from '../store/seen.ts'
import { isSet } from './actor.ts'
import type { RegistryNeed } from './command.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'
import { isUrl, namedRegistry, type Place } from './place.ts'

/** Who asks for a registry, and who is told of it. */
export interface Asker {
  readonly host: Host
  readonly flags: Flags
  readonly emit: (event: Event) => void
}

/** What a command is going to do with a registry. */
type Use = Pick<RemotePlace, 'looks' | 'soon'>

/** A registry by folder or URL. Errors: those of `openFolder` or of the driver; CONFIG_INVALID for a kind that there is not. */
export async function openAt(
  asker: Asker,
  place: Place,
  need: RegistryNeed,
  use: Use = { looks: false },
): Promise<Opened> {
  const { flags, emit } = asker
  const opened = isUrl(place.registry)
    ? await (await driverOf(place.registry)).open(remotePlace(asker, place, need, use))
    : await openFolderAt(asker, place, need)
  const wentBack = (message: string): void => emit({ type: 'warning', code: 'LOG_WENT_BACK', message })
  const found = { ...opened, registry: rememberTips(opened.registry, join(place.cache, 'seen'), wentBack) }
  return flags.dryRun ? (await import('../store/dry.ts')).dryOpened(found) : found
}

/** A job of a CI has a checkout of its own, which goes when it ends. */
export function warnOfEphemeral({ host, emit }: Asker, { root, registry }: Place): void {
  const path = resolve(root, registry)
  if (!isSet(host.env.CI) || isUrl(registry) || (path !== root && !path.startsWith(root + sep))) return
  const message = `the registry ${path} lies in the checkout of this CI job, and goes with it: name one that stays in aiship.yaml, such as s3://bucket/prefix`
  emit({ type: 'warning', code: 'REGISTRY_EPHEMERAL', message })
}

async function openFolderAt(asker: Asker, place: Place, need: RegistryNeed): Promise<Opened> {
  const { host, flags, emit } = asker
  const { create, next } = opening(asker, place, need)
  const path = resolve(place.root, place.registry)
  const options = { url: place.registry, now: host.now, uuid: host.uuid, next }
  const onMade = () => emit({ type: 'note', message: `made the registry ${path}` })
  if (create && flags.dryRun && !existsSync(join(path, 'format.json'))) {
    // Above nothing: so that files are hashed and not kept.
    const { openMemory } = await import('../store/memory.ts')
    return { registry: openMemory({ id: host.uuid(), url: place.registry }), ...folderParts(path) }
  }
  const id = need === 'mend' ? await (await import('../store/mend.ts')).lostId(path) : undefined
  const registry = openFolder(path, { ...options, create: create ? 'late' : false, onMade, id })
  return { registry, ...folderParts(path) }
}

export function remotePlace(asker: Asker, place: Place, need: RegistryNeed, use: Use = { looks: false }): RemotePlace {
  const { env, signal, now, uuid } = asker.host
  const { registry: url, cache } = place
  return { ...{ url, cache, env, signal, now, uuid, emit: asker.emit }, ...use, ...opening(asker, place, need) }
}

const opening = ({ host, flags }: Asker, place: Place, need: RegistryNeed) => ({
  create: need === 'create',
  mends: need === 'mend',
  next: nextWithoutRegistry(host, flags, place),
})

export async function driverOf(url: string): Promise<RegistryDriver> {
  const kinds = registries as Readonly<Record<string, () => Promise<{ readonly driver: RegistryDriver }>>>
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase()
  if (Object.hasOwn(kinds, scheme)) return (await (kinds[scheme] as (typeof kinds)[string])()).driver
  const known = ['a folder', ...Object.keys(kinds).map((kind) => `${kind}://`)].join(', ')
  throw new AishipError('CONFIG_INVALID', `this aiship has no registry of the kind ${scheme}://`, {
    hint: `a registry can be ${known}`,
  })
}

/** A source of live numbers by its kind. Errors: CONFIG_INVALID for a kind that there is not. */
export async function sourceOf(kind: string, place: MetricPlace): Promise<MetricSource> {
  const kinds = metrics as Readonly<Record<string, () => Promise<{ readonly driver: MetricDriver }>>>
  if (!Object.hasOwn(kinds, kind))
    throw new AishipError('CONFIG_INVALID', `live numbers don't come from ${JSON.stringify(kind)}`, {
      hint: `a source is one of ${Object.keys(kinds).join(', ')}`,
    })
  const { driver } = await (kinds[kind] as (typeof kinds)[string])()
  const { checkedSource } = await import('../core/metric-answer.ts')
  return checkedSource(driver.open(place), place.signal)
}

function nextWithoutRegistry(host: Host, flags: Flags, place: Place): string {
  const named = namedRegistry(host, flags)
  if (named !== undefined) return `aiship doctor --registry ${shellWord(named)}`
  return place.configFile === null ? 'aiship init' : 'aiship bundle'
}
