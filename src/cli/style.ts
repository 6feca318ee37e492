/** How human output is decorated. Colour never carries meaning alone. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
  /** A command to type: with what was typed of where to work, and bold. */
  command(text: string): string
  /** Time now, for ages. */
  readonly now: Date
  readonly columns: number
  readonly verbose: boolean
  readonly quiet: boolean
}

type Ink = Pick<Style, 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'>

const same = (text: string): string => text
const PLAIN: Ink = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** Chalk is loaded only where there is colour to make. */
export async function inkFor(hasColor: boolean): Promise<Ink> {
  if (!hasColor) return PLAIN
  const { Chalk } = await import('chalk')
  const ink = new Chalk({ level: 1 })
  // Chalk joins all of its arguments, and `map` gives three.
  const only = (paint: (text: string) => string) => (text: string) => paint(text)
  return {
    bold: only(ink.bold),
    dim: only(ink.dim),
    red: only(ink.red),
    green: only(ink.green),
    yellow: only(ink.yellow),
    cyan: only(ink.cyan),
  }
}

/** `--no-color`, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, TERM=dumb, then whether it is a terminal. */
export function wantsColor(flag: boolean, env: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  if (!flag || (env.NO_COLOR ?? '') !== '') return false
  const forced = env.FORCE_COLOR ?? env.CLICOLOR_FORCE ?? ''
  if (forced !== '' && forced !== '0') return true
  return isTTY && env.TERM !== 'dumb'
}

/** "4 s ago", "3 h ago", then the date. */
export function ago(at: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`
  return at.slice(0, 10)
}

const UNITS = ['kB', 'MB', 'GB', 'TB']

/** Decimal units: 999 B, 1.2 kB, 2.1 GB. */
export function bytes(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`
  let value = count
  let unit = -1
  do {
    value /= 1000
    unit++
  } while (value >= 999.95 && unit < UNITS.length - 1)
  return `${value.toFixed(1)} ${UNITS[unit]}`
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Rows as columns two spaces apart; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell)))).join('  ')
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are our own colours
const COLOR = /\u001b\[[0-9;]*m/g
/** Most cells are ASCII; and the class of wide characters takes a third of a millisecond to compile. */
const NARROW = /^[ -~]*$/
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
/** Cells on the screen, near enough: colours take none, a wide East Asian character two. */
function width(cell: string): number {
  const text = cell.replace(COLOR, '')
  return NARROW.test(text) ? text.length : [...text].reduce((sum, c) => sum + (WIDE.test(c) ? 2 : 1), 0)
}
