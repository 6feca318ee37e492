import type { Registry } from '../core/ports.ts'

/** The apps that a registry has logs of: of versions and pointers, or of the kinds that are asked for. */
export async function appsOf(
  { logs }: Registry,
  kinds: readonly string[] = ['versions', 'pointers'],
): Promise<readonly string[]> {
  const found = await Promise.all(kinds.map((kind) => logs.list(`${kind}/`)))
  return [...new Set(found.flat().map((log) => log.split('/')[1] as string))].sort()
}
