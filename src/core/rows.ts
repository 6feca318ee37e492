/** Rows of the files that datasets are kept in, read as they come. */

/** A row, as its columns and their texts; null for one that can't be read. */
export type TextRow = ReadonlyMap<string, string> | null

/** Takes text piece by piece, and gives the rows that are whole by then. */
export interface RowReader {
  push(text: string): readonly TextRow[]
  end(): readonly TextRow[]
}

/** A row longer than that is no row. */
const MAX_ROW = 16 * 1024 * 1024

/** How rows are read from a file of this name; null for one that has none, or in a form that is not known. */
export function readerFor(path: string): RowReader | null {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase()
  if (ending === 'csv') return csvRows(',')
  if (ending === 'tsv') return csvRows('\t')
  return ending === 'jsonl' || ending === 'ndjson' ? jsonRows() : null
}

function jsonRows(): RowReader {
  let rest = ''
  const rowsIn = (lines: readonly string[]): readonly TextRow[] =>
    lines.filter((line) => line.trim() !== '').map(jsonRow)
  return {
    push(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > MAX_ROW) {
        rest = ''
        return [...rowsIn(lines), null]
      }
      return rowsIn(lines)
    },
    end: () => rowsIn([rest]),
  }
}

function jsonRow(line: string): TextRow {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return new Map(Object.entries(value).flatMap(([key, cell]) => (isText(cell) ? [[key, String(cell)] as const] : [])))
  } catch {
    return null
  }
}

const isText = (cell: unknown): cell is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof cell)

/** RFC 4180: a quoted cell may have delimiters, line ends and doubled quotes. The first row names the columns. */
function csvRows(delimiter: string): RowReader {
  let names: readonly string[] | null = null
  let cells: string[] = []
  let cell = ''
  let state: 'start' | 'plain' | 'quoted' | 'closing' = 'start'
  let isBroken = false
  let length = 0

  function finish(): readonly TextRow[] {
    const isBlank = cells.length === 0 && cell === '' && state === 'start' && !isBroken
    const row = [...cells, cell]
    const isBad = isBroken
    cells = []
    cell = ''
    state = 'start'
    isBroken = false
    length = 0
    if (isBlank) return []
    if (names === null) {
      names = row.map((name) => name.trim())
      return []
    }
    const columns = names
    if (isBad || row.length !== columns.length) return [null]
    return [new Map(columns.map((name, i) => [name, row[i] as string]))]
  }

  function take(char: string): readonly TextRow[] {
    if (++length > MAX_ROW) isBroken = true
    if (state === 'quoted') {
      if (char === '"') state = 'closing'
      else if (!isBroken) cell += char
      return []
    }
    if (char === '\n') return finish()
    if (char === delimiter) {
      cells.push(cell)
      cell = ''
      state = 'start'
    } else if (char === '"' && state === 'start') state = 'quoted'
    else if (char === '"' && state === 'closing') {
      cell += '"'
      state = 'quoted'
    } else if (char !== '\r') {
      // What stands behind a closed quote belongs to no cell.
      if (state === 'closing') isBroken = true
      else state = 'plain'
      if (!isBroken) cell += char
    }
    return []
  }

  let isFirst = true
  return {
    push(text) {
      const found: TextRow[] = []
      const from = isFirst && text.startsWith('\uFEFF') ? 1 : 0
      isFirst = false
      for (let i = from; i < text.length; i++) for (const row of take(text[i] as string)) found.push(row)
      return found
    },
    end() {
      if (state === 'quoted') isBroken = true
      return finish()
    },
  }
}
