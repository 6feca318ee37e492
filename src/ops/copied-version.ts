import type { Body } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { authorOf } from '../core/gates.ts'
import type { Arm, VersionEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { entryAt } from './logs.ts'
import { indexed, versionLog } from './refs.ts'

/** Of two copies of one registry, such as a backup, neither may go on by itself: a number would mean two versions. Errors: USAGE. */
export async function versionInCopy(
  from: Context,
  to: Context,
  { seq, bundle }: VersionEntry,
): Promise<Arm['version']> {
  const isThere = (await to.registry.logs.read(versionLog(to.app), seq)) !== null
  if (isThere && (await entryAt(to, versionLog(to.app), seq)).entry.bundle === bundle) return `v${seq}`
  throw new AishipError(
    'USAGE',
    `${to.registry.url} is a copy of ${from.registry.url} (registry ${to.registry.id}) in which v${seq} is not this bundle`,
    {
      hint: 'between copies objects are repaired and no version is made: bring the copy up to date as it was made, or use a registry of its own',
      next: [`aiship ls --registry ${shellWord(to.registry.url)} --app ${to.app}`],
    },
  )
}

/** What the version's entry says there. Numbers of versions are those of the registry that an entry stands in. */
export async function copyOf(
  entry: VersionEntry,
  from: Context,
  to: Context,
  version: string,
  lazy: boolean,
): Promise<Body<VersionEntry>> {
  const { bundle, message, host, git, components, secrets } = entry
  const records = await Promise.all(
    Object.entries(entry.lineage).map(async ([name, record]) => {
      const first = await indexed(to, record.digest).catch(() => null)
      return [name, { ...record, since: first?.version ?? version }] as const
    }),
  )
  const there = lazy ? { files_at: withoutUser(from.registry.url) } : {}
  const origin = { registry: from.registry.id, version: `v${entry.seq}`, author: authorOf(entry), ...there }
  const lineage = Object.fromEntries(records)
  return { bundle, message, labels: [], host, git, components, lineage, secrets, origin }
}

/** What is written down is read by everybody. */
const withoutUser = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1')
