const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * How many keys stand in a text of JSON, or more (a text may begin with a colon), never fewer; -1 where that can't be told at a glance: a space
 * before a colon, or a backslash before the quote.
 */
export function countKeys(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === QUOTE && text.charCodeAt(at - 2) !== BACKSLASH) count++
    else if (before === QUOTE || before <= 0x20) return -1
  }
  return count
}

/** The first key that stands twice in one object, or null. In: JSON that JSON.parse accepts. */
export function duplicateKey(text: string): string | null {
  const open: (Set<string> | null)[] = []
  let word: string | null = null
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      const end = endOfString(text, i)
      word = text.slice(i, end)
      i = end - 1
    } else if (code === 0x3a) {
      const keys = open.at(-1)
      const key = JSON.parse(word as string) as string
      if (keys?.has(key)) return key
      keys?.add(key)
    } else if (code === 0x7b) open.push(new Set())
    else if (code === 0x5b) open.push(null)
    else if (code === 0x7d || code === 0x5d) open.pop()
  }
  return null
}

/** In: where a string begins. Out: behind its closing quote. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1
  return i + 1
}
