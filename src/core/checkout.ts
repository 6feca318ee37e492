import { collisionKey } from './paths.ts'

/**
 * What a checkout keeps at its root beside the bundle's files: what it serves, which files are ours, and an update under way.
 * Never captured, and never written on a bundle's word.
 */
export const CHECKOUT_FILES = [
  '.aiship-release.json',
  '.aiship-checkout.json',
  '.aiship-incomplete',
  '.aiship-incoming',
  '.aiship-draft',
] as const

/** True for a path, relative to a checkout's root, that is or lies in one of those, under whatever spelling. */
export function isCheckoutFile(path: string): boolean {
  const first = collisionKey(path.split('/', 1)[0] ?? '')
  return CHECKOUT_FILES.some((name) => name === first)
}
