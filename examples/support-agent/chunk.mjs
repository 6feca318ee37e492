// Markdown -> passages. A passage stays within one section, because a section is about one thing, and a code block stays
// whole as long as it fits.

/** @returns {{heading: string, text: string}[]} */
export function chunkMarkdown(markdown, { max_words }) {
  return sections(clean(markdown)).flatMap(({ heading, text }) =>
    pack(blocks(text), max_words).map((part) => ({ heading, text: part })),
  )
}

// What is there for the eye only: pictures, badges, HTML, the targets of links.
function clean(markdown) {
  return markdown
    .replace(/\r\n/g, '\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<\/?(a|b|br|div|em|h\d|img|p|picture|source|span|strong|sub|sup|table|tbody|td|tr)\b[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replace(/^\s*[-*] \[[^\]]*\]\(#[^)]*\)\s*$/gm, '') // a table of contents would match every question a little
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}

function sections(text) {
  const found = []
  const path = []
  let lines = []
  let inCode = false
  const close = () => {
    if (lines.join('').trim() !== '') found.push({ heading: path.filter(Boolean).join(' > '), text: lines.join('\n') })
    lines = []
  }
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode
    const heading = inCode ? null : /^(#{1,6})\s+(.*)/.exec(line)
    if (heading) {
      close()
      path.length = heading[1].length - 1
      path[heading[1].length - 1] = heading[2].trim()
    } else lines.push(line)
  }
  close()
  return found
}

// Paragraphs and whole code blocks.
function blocks(text) {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .flatMap((part) => (part.startsWith('```') ? [part] : part.split(/\n\s*\n/)))
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function pack(parts, maxWords) {
  const packed = []
  let current = []
  let count = 0
  for (const part of parts.flatMap((whole) => split(whole, maxWords))) {
    const words = countWords(part)
    if (count > 0 && count + words > maxWords) {
      packed.push(current.join('\n\n'))
      current = []
      count = 0
    }
    current.push(part)
    count += words
  }
  if (count > 0) packed.push(current.join('\n\n'))
  return packed
}

// A block that is too long by itself is cut between lines.
function split(block, maxWords) {
  if (countWords(block) <= maxWords) return [block]
  const pieces = [[]]
  for (const line of block.split('\n')) {
    const piece = pieces.at(-1)
    if (piece.length > 0 && countWords(piece.join(' ')) + countWords(line) > maxWords) pieces.push([line])
    else piece.push(line)
  }
  return pieces.map((lines) => lines.join('\n'))
}

function countWords(text) {
  return text.match(/\w+/g)?.length ?? 0
}
