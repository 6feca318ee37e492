type Value = string | number | null | undefined

/** A line of a table for spreadsheets, with its newline (RFC 4180, but for the carriage return, which other tools do not want). */
export const csvLine = (cells: readonly Value[]): string => `${cells.map(cellOf).join(',')}\n`

/** A spreadsheet runs what begins like a formula: a text that does gets an apostrophe. */
function cellOf(value: Value): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
