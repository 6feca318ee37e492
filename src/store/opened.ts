import type { Opened } from '../core/ports.ts'

/** The check and the upkeep of a folder's registry, loaded when they are asked for. */
export function folderParts(path: string): Omit<Opened, 'registry'> {
  return {
    selfCheck: () => ({
      async *check(wanted) {
        const { checkFolder } = await import('./check.ts')
        yield* checkFolder(path).check(wanted)
      },
    }),
    upkeep: (isDry) => ({
      isDry,
      collect: async (apply) => (await import('./gc.ts')).beginCollection(path, isDry || !apply),
      async repack(wanted) {
        const { planRepack, repackFolder } = await import('./repack.ts')
        return isDry ? planRepack(path, wanted) : repackFolder(path, wanted)
      },
    }),
  }
}
