import type { ComponentSpec } from './collector.ts'
import type { Role } from './model.gen.ts'

const KIB = 1024
/** Smaller than this, a table and the search for what is shared cost more than they save. */
const LEAST = 256 * KIB
const LEAST_BY_ROLE = 4 * KIB * KIB

/** Roles whose large files come back with parts of them changed. */
const LARGE_ROLES: ReadonlySet<Role> = new Set<Role>([
  'dataset',
  'eval-set',
  'embedding-index',
  'embedder',
  'model-weights',
  'model',
])

/** Whether a file of a component may be stored as its difference from an older one. `size` in bytes. */
export function mayChunk(role: Role, dedup: ComponentSpec['dedup'], size: number): boolean {
  if (dedup === 'whole') return false
  return dedup === 'chunks' ? size >= LEAST : size >= LEAST_BY_ROLE && LARGE_ROLES.has(role)
}
