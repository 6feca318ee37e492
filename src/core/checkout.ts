import { collisionKey, isPlainPath } from './paths.ts'

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
  if (PLAIN_START.test(path)) return false
  // Plain names begin with no dot.
  if (isPlainPath(path)) return false
  const first = collisionKey(path.split('/', 1)[0] ?? '')
  return CHECKOUT_FILES.some((name) => name === first)
}

/** The same where a checkout may lie in any folder of the path. */
export const hasCheckoutFile = (path: string): boolean => ODD_START.test(path) && path.split('/').some(isCheckoutFile)

/** No spelling of a name that begins with a dot begins with one of these. */
const PLAIN_START = /^[A-Za-z0-9_]/
const ODD_START = /(?:^|\/)[^A-Za-z0-9_]/
