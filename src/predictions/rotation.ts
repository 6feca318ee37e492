import fs from 'node:fs'
import path from 'node:path'

/**
 * Watches what one log is rotated to. Each call gives the files that came since the last one, the oldest first: those that the log was between two
 * looks at it, and what was read before under its other names. The first call gives none: what was there then is not what was asked for.
 */
export function watchRotation(log: string): () => readonly string[] {
  let seen: ReadonlySet<string> | null = null
  return () => {
    const all = rotatedFrom(log)
    const before = seen
    seen = new Set(all.map(({ key }) => key))
    return before === null ? [] : all.filter(({ key }) => !before.has(key)).map(({ file }) => file)
  }
}

interface Rotated {
  readonly file: string
  /** The same whatever it is called. */
  readonly key: string
}

/** By how they are called: app.log.1, app.log.2.gz, app.log-20260930, app-2026-09-30.log.gz. Empty ones are only being made. */
function rotatedFrom(log: string): readonly Rotated[] {
  const { dir, name, ext } = path.parse(log)
  const turn = String.raw`[.-][\dTZ:_.-]*\d[\dTZ:_.-]*`
  const isTurn = new RegExp(`^${literal(name)}(?:${turn}${literal(ext)}|${literal(ext)}${turn})(?:\\.(?:gz|zst))?$`)
  return namesIn(dir)
    .filter((one) => isTurn.test(one))
    .flatMap((one) => {
      const file = path.join(dir, one)
      const stat = fs.statSync(file, { throwIfNoEntry: false, bigint: true })
      if (stat?.isFile() !== true || stat.size === 0n) return []
      return [{ file, mtimeNs: stat.mtimeNs, key: `${stat.dev} ${stat.ino} ${stat.birthtimeNs}` }]
    })
    .sort((a, b) => Number(a.mtimeNs - b.mtimeNs))
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A folder that can't be looked into now hides nothing for good: the log itself goes on. */
function namesIn(dir: string): readonly string[] {
  try {
    return fs.readdirSync(dir)
  } catch {
    return []
  }
}
