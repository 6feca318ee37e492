import { canonicalBytes, type Digest, digestOf } from '../core/digest.ts'
import type { PointerEntry, Route } from '../core/model.gen.ts'
import { compileRoute, type Router } from '../core/route-decide.ts'

/** What a pointer says: its newest entry, and its route ready to decide. Never changed: a move makes another one. */
export interface LiveRoute {
  readonly pointer: string
  readonly entry: PointerEntry
  /** Of the entry's bytes. */
  readonly digest: Digest
  /** Null for a pointer that is retired. */
  readonly serving: Serving | null
}

export interface Serving {
  readonly route: Route
  /** Of the route: the same for every entry that says the same. */
  readonly digest: Digest
  readonly router: Router
}

/** Makes an entry's route ready. Errors: those of `compileRoute`. */
export async function liveRoute(pointer: string, entry: PointerEntry, digest: Digest): Promise<LiveRoute> {
  const { route } = entry
  if (route === null) return { pointer, entry, digest, serving: null }
  const [router, routeDigest] = [await compileRoute(route), digestOf(canonicalBytes(route))]
  return { pointer, entry, digest, serving: { route, digest: routeDigest, router } }
}
