// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Foreign text without the control, escape, bidi and invisible characters that could change what a terminal shows. */
export const clean = (text: string): string => text.replace(UNSAFE, '')

/** The same for every string in a result, keys too, before anything is drawn from it. Line breaks become spaces: a name must stay on its line. */
export function cleanAll<T>(value: T, keep: ReadonlySet<string> = KEEP_LINES): T {
  return walk(value, keep, '') as T
}

/** Fields whose text is many lines by nature. */
const KEEP_LINES: ReadonlySet<string> = new Set(['patch', 'yaml'])

function walk(value: unknown, keep: ReadonlySet<string>, key: string): unknown {
  if (typeof value === 'string') return keep.has(key) ? clean(value) : clean(value).replace(/[\n\t]+/g, ' ')
  if (Array.isArray(value)) return value.map((item) => walk(item, keep, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), walk(item, keep, name)]))
}

/** One JSON document on one line, pure ASCII where a character could change what a terminal shows. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
