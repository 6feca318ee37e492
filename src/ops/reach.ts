import type { AishipError, ErrorCode } from '../core/errors.ts'
import type { Context } from '../core/ports.ts'

// What runs on with a registry that may be away for a while: `follow`, and whoever keeps routes.

/** The registry may come back, and what is served goes on being served meanwhile. */
const AWAY: readonly ErrorCode[] = ['REGISTRY_UNREACHABLE', 'REGISTRY_MISSING', 'NOT_AUTHENTICATED', 'NOT_PERMITTED']

/** In: `isKnown`, whether there was a registry before: one that never was is a mistake, and not away. */
export const isAway = ({ code }: AishipError, isKnown: boolean): boolean =>
  AWAY.includes(code) && (isKnown || code !== 'REGISTRY_MISSING')

/** How often to look, ms: at a bucket, which costs requests; at a folder, of which a change wakes us anyway. */
export const lookEveryMs = (folder: string | null): number => (folder === null ? 5000 : 2000)

/** The registry's folder, absolute, in which a move shows. Null also for a bucket, of which a copy lies in a folder. */
export function folderOf(link: Context | null): string | null {
  const objects = link?.registry.objects
  return objects === undefined || objects.bring !== undefined ? null : (objects.folder ?? null)
}
