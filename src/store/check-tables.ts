import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Finding } from '../core/ports.ts'
import { damaged, entriesOf, type ObjectCheck, unexpected } from './check-parts.ts'
import { ahead } from './check-read.ts'
import { setAside } from './leftovers.ts'
import type { Extent } from './places.ts'
import { readTable, tableFile } from './table.ts'

/** Every chunk table: that it can be read, that its sources are there, and with `readData` that they give its object. */
export async function* checkTables(check: ObjectCheck): AsyncGenerator<Finding> {
  check.places.refresh()
  for await (const findings of ahead(looks(check))) yield* findings
}

function* looks(check: ObjectCheck): Generator<() => Promise<readonly Finding[]>> {
  for (const entry of entriesOf(`${check.root}/objects/tables`)) {
    const hex = /^([0-9a-f]{64})\.json$/.exec(entry.name)?.[1]
    if (hex === undefined || !entry.isFile())
      yield async () => [unexpected(`objects/tables/${entry.name}`, 'is not a chunk table')]
    else yield () => checkTable(check, `sha256:${hex}`)
  }
}

async function checkTable(check: ObjectCheck, digest: Digest): Promise<readonly Finding[]> {
  const { root, places, reader } = check
  const subject = `objects/tables/${digest.slice('sha256:'.length)}.json`
  const problem = tableProblem(check, digest)
  if (problem !== null) {
    const message = `chunk table ${subject} ${problem}${repaired(check, digest)}`
    return [{ id: 'tableBroken', severity: 'error', subject, message }]
  }
  const place = reader === null ? undefined : places.all(digest).find(({ form }) => form === 'chunked')
  if (place === undefined) return []
  const bad = (await reader?.copies([{ digest, extents: place.extents }])) ?? []
  const at: Extent = { file: tableFile(root, digest), offset: 0, length: 0 }
  const findings = bad.map(([, why]) => damaged(check, digest, place.extents[0] ?? at, why))
  const done = bad.length === 0 ? '' : repaired(check, digest)
  return (await Promise.all(findings)).map((finding) => ({ ...finding, message: finding.message + done }))
}

/** Null where it can be followed, or is gone. */
function tableProblem({ root, places }: ObjectCheck, digest: Digest): string | null {
  try {
    const table = readTable(root, digest)
    if (table === null) return null
    const sizes = table.sources.map((source) => places.all(source).find(({ form }) => form !== 'chunked')?.size ?? null)
    const lost = sizes.indexOf(null)
    if (lost !== -1) return `needs object ${table.sources[lost]}, which is not here`
    const isInside = table.rows.every(([source, offset, length]) => offset + length <= (sizes[source] ?? 0))
    if (!isInside) return 'has a row beyond the end of its source'
    return table.rows.reduce((sum, [, , length]) => sum + length, 0) === table.size
      ? null
      : 'has rows that do not add up'
  } catch (error) {
    if (error instanceof AishipError || error instanceof SyntaxError) return `can't be followed: ${error.message}`
    throw error
  }
}

function repaired({ root, options }: ObjectCheck, digest: Digest): string {
  if (!options.repair) return ''
  const file = tableFile(root, digest)
  const aside = setAside(root, file, digest, '.table')
  fs.unlinkSync(file)
  return `; moved to ${aside.slice(root.length + 1)}`
}
