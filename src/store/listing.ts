import type { Digest } from '../core/digest.ts'
import { entriesOf } from './check-parts.ts'
import { objectDigest } from './layout.ts'

/** The objects that a folder of this layout has a chunk table of. */
export function tablesIn(root: string): readonly Digest[] {
  return entriesOf(`${root}/objects/tables`).flatMap(({ name }): readonly Digest[] => {
    const hex = /^([0-9a-f]{64})\.json$/.exec(name)?.[1]
    return hex === undefined ? [] : [`sha256:${hex}`]
  })
}

/** The objects in files of their own, in such a folder. */
export function* looseIn(root: string): Generator<{ readonly digest: Digest; readonly file: string }> {
  for (const folder of entriesOf(`${root}/objects`)) {
    if (!folder.isDirectory() || folder.name.length !== 2) continue
    for (const { name } of entriesOf(`${root}/objects/${folder.name}`)) {
      const digest = objectDigest(folder.name, name)
      if (digest !== null) yield { digest, file: `${root}/objects/${folder.name}/${name}` }
    }
  }
}
