import type { FactFile } from './fact-file.ts'
import type { Contracts } from './model.gen.ts'

const MOST_HEADER = 64 * 1024

/**
 * The header of a CSV file (RFC 4180; a semicolon or a tab will do). A first line with a number, an empty or a repeated name is none, and one with
 * line breaks inside quotes is not looked for.
 */
export async function columnsFacts({ size, read }: FactFile): Promise<Contracts | null> {
  const bytes = await read(0, Math.min(size, MOST_HEADER))
  const line = bytes === null ? null : firstLine(bytes, size <= MOST_HEADER)
  if (line === null) return null
  // The separator is the one that makes the most of it.
  const [names = []] = [',', ';', '\t'].map((mark) => cells(line, mark)).sort((a, b) => b.length - a.length)
  const isHeader = names.every((name) => name !== '' && Number.isNaN(Number(name)))
  return isHeader && new Set(names).size === names.length ? { columns: { names } } : null
}

function firstLine(bytes: Uint8Array, isAll: boolean): string | null {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d)
  if (end === -1 && !isAll) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(end === -1 ? bytes : bytes.subarray(0, end))
  } catch {
    return null
  }
}

function cells(line: string, mark: string): readonly string[] {
  const found: string[] = []
  let cell = ''
  let isQuoted = false
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted
    if (letter === mark && !isQuoted) {
      found.push(cell)
      cell = ''
    } else cell += letter
  }
  return [...found, cell].map((one) =>
    one
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"'),
  )
}
