import type { FactFile } from '../core/fact-file.ts'
import { factsOf } from '../core/facts.ts'
import type { Contracts } from '../core/model.gen.ts'
import type { Context, SourceFile } from '../core/ports.ts'
import type { Part } from './parts.ts'

/** What the files of a component tell of it, as they were when they were found. */
export function factsIn(ctx: Context, { spec, collected }: Part): Promise<Contracts> {
  const files = collected.form === 'reference' ? [] : collected.files.flatMap((file) => factFile(ctx, file))
  return factsOf(spec.role, files)
}

/** Of a file without a stat nobody could tell whether it is still the one that was stored. */
function factFile(ctx: Context, { path, content }: SourceFile): readonly FactFile[] {
  const name = path.toLowerCase()
  if ('bytes' in content) {
    const { bytes } = content
    const read = async (from: number, length: number) => bytes.subarray(...range(bytes.length, from, length))
    return [{ path: name, size: bytes.length, read }]
  }
  const { file, stat } = content
  if (stat === undefined) return []
  return [{ path: name, size: Number(stat.size), read: (from, length) => ctx.workspace.part(file, stat, from, length) }]
}

function range(size: number, from: number, length: number): readonly [number, number] {
  const start = from < 0 ? Math.max(0, size + from) : from
  return [start, start + length]
}
