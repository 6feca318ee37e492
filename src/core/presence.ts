import { canonicalBytes, digestOf, hexOf, parseCanonical } from './digest.ts'
import { wantedIn } from './follow.ts'
import type { Followers, PointerEntry, Presence } from './model.gen.ts'
import { validatePresence } from './validators.gen.ts'

const MAX_PRESENCE = 64 * 1024
/** What was reported longer ago tells nothing of now. */
const STALE_MS = 5 * 60 * 1000
/** A follower that has nothing new to say says so this often. */
export const REPORT_MS = 60 * 1000

export const presencePrefix = (app: string, pointer: string): string => `presence/${app}/${pointer}/`

/**
 * Where a follower reports: by its host, and by its folder too, because one host may follow a pointer into several, one for each arm. A host's
 * name may have any form.
 */
export function presenceKey({ app, pointer, host, dir }: Pick<Presence, 'app' | 'pointer' | 'host' | 'dir'>): string {
  const plain = host
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
  const both = hexOf(digestOf(`${host}\n${dir}`)).slice(0, 10)
  return `${presencePrefix(app, pointer)}${plain === '' ? 'host' : plain}-${both}`
}

export const presenceBytes = (presence: Presence): Uint8Array => canonicalBytes(presence)

/** Null for what is no report: it is overwritten all the time, and never trusted. */
export function readPresence(bytes: Uint8Array | null, key: string): Presence | null {
  if (bytes === null) return null
  try {
    const value = parseCanonical(bytes, key, MAX_PRESENCE)
    return validatePresence(value) ? value : null
  } catch {
    return null
  }
}

/** Who reported lately and serves what the entry says, and who does not. In: `all`, the reports on the entry's pointer. */
export function followersOf(all: readonly Presence[], entry: PointerEntry, nowMs: number): Followers {
  const recent = all.filter(({ at, stopped }) => !stopped && Math.abs(nowMs - Date.parse(at)) < STALE_MS)
  const behind = recent.filter(({ arm, bundle }) => bundle !== (wantedIn(entry, arm)?.bundle ?? bundle))
  return {
    reported: recent.length,
    on_target: recent.length - behind.length,
    behind: behind.map(({ host, dir, arm, bundle, version, pinned, problem, at }) => ({
      ...{ host, dir, arm, bundle, version, pinned, at },
      problem: problem === null ? null : problem.message,
    })),
  }
}

/** True where everybody who reported lately serves what the pointer says, and somebody did: no report is no proof. */
export const isServed = ({ reported, on_target }: Followers): boolean => reported > 0 && on_target === reported
