import { structuredPatch } from 'diff'

/** Lines that may differ before a diff is given up: the time that it takes grows with their square. */
const MOST_EDITS = 2000

/** The hunks of a unified diff, with three lines around each change; null where the texts differ too much to show. */
export function textDiff(from: string, to: string): string | null {
  const patch = structuredPatch('', '', from, to, undefined, undefined, { context: 3, maxEditLength: MOST_EDITS })
  if (patch === undefined) return null
  return patch.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n')
}

/** UTF-8 without NUL is text; null for everything else. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
