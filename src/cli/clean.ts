/** Control, escape, bidi and invisible characters: what could change what a terminal shows. Made when there is such text: it takes a while. */
const unsafe = (): RegExp => /(?![\n\t])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}]/gu

/** Most text is. */
const PLAIN = /^[\n\t -~]*$/

/** Foreign text without the control, escape, bidi and invisible characters that could change what a terminal shows. */
export const clean = (text: string): string => (PLAIN.test(text) ? text : text.replace(unsafe(), ''))

/** Most characters of one text in what people read; JSON has the whole. */
const MOST_SHOWN = 2000

const short = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

/**
 * The same for every string in a result, keys too, before anything is drawn from it. Line breaks become spaces: a name must stay on its line; and
 * what is too long to be read is cut short.
 */
export function cleanAll<T>(value: T, keep: ReadonlySet<string> = KEEP_LINES): T {
  return walk(value, keep, '') as T
}

/** Fields whose text is many lines by nature. */
const KEEP_LINES: ReadonlySet<string> = new Set(['text'])

function walk(value: unknown, keep: ReadonlySet<string>, key: string): unknown {
  if (typeof value === 'string') return keep.has(key) ? clean(value) : short(clean(value).replace(/[\n\t]+/g, ' '))
  if (Array.isArray(value)) return value.map((item) => walk(item, keep, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), walk(item, keep, name)]))
}

/** One JSON document on one line, in which what could change what a terminal shows is escaped. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value)
  return `${PLAIN.test(text) ? text : text.replace(unsafe(), escaped)}\n`
}

const escaped = (character: string): string =>
  [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
