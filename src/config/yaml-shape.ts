/** What is checked before the parser sees a file: it recurses as deep as the text is nested, and some of its steps compare each with each. */
const MAX_TOKENS = 20_000
/** Above what any file needs and far below what overruns a stack. */
const MAX_NESTING = 80

export interface ShapeProblem {
  readonly offset: number
  readonly problem: string
}

/** A word or sign of YAML, by the names that its syntax has for them. */
export interface Token {
  readonly type: string
  readonly text: string
}

const FORBIDDEN = new Map<string, (text: string) => string>([
  ['anchor', (text) => `anchors (${text}) are not allowed: write the value where it is needed`],
  ['alias', (text) => `aliases (${text}) are not allowed: write the value again`],
  ['tag', (text) => `tags (${text}) are not allowed`],
  ['directive-line', () => 'directives (%) are not allowed'],
])

const BLANK = new Set(['space', 'newline', 'comment'])

/** In: all tokens of a text, in order. Null: it may be parsed. */
export function shapeProblem(tokens: Iterable<Token>): ShapeProblem | null {
  const depth = startDepth()
  let offset = 0
  let count = 0
  let hasContent = false
  for (const { type, text } of tokens) {
    const refuse = FORBIDDEN.get(type)
    if (refuse !== undefined) return { offset, problem: refuse(text.trim().slice(0, 40)) }
    if (type === 'doc-start' && hasContent)
      return { offset, problem: 'a second document begins here, and the file is one' }
    if (!BLANK.has(type) && type !== 'byte-order-mark') hasContent = true
    count++
    if (count > MAX_TOKENS) {
      const problem = `the file has more than ${MAX_TOKENS} words and signs: keep large values in files of their own`
      return { offset, problem }
    }
    if (depth.after(text, type, offset) > MAX_NESTING) return { offset, problem: 'it is nested too deep' }
    offset += text.length
  }
  return null
}

/** A level that is open: a bracket, or the column at which something began. */
interface Level {
  /** Null for a bracket. */
  readonly column: number | null
  /** Signs that may open levels of their own behind it: "a: b: c:" is three maps to the parser, mistaken as it is. */
  signs: number
}

/** Counts from above: the true depth is never more than what this says. */
function startDepth() {
  const open: Level[] = []
  let depth = 0
  let lineStart = 0
  let isLineHead = true
  const push = (column: number | null): void => {
    open.push({ column, signs: 0 })
    depth++
  }
  const pop = (): void => {
    depth -= 1 + (open.pop()?.signs ?? 0)
  }
  return {
    after(text: string, type: string, offset: number): number {
      const isSign = type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind'
      const inFlow = open.at(-1)?.column === null
      if (!inFlow && isLineHead && !BLANK.has(type)) {
        const column = offset - lineStart
        while ((open.at(-1)?.column ?? -1) >= column) pop()
        push(column)
        // More may begin on this line: "- - - x" opens three lists.
        isLineHead = isSign
      }
      const top = open.at(-1)
      if (type === 'flow-map-start' || type === 'flow-seq-start') push(null)
      else if (type === 'flow-map-end' || type === 'flow-seq-end') {
        if (inFlow) pop()
      } else if (type === 'comma' && inFlow && top !== undefined) {
        depth -= top.signs
        top.signs = 0
      } else if (isSign && top !== undefined) {
        depth++
        top.signs++
      }
      const newline = text.lastIndexOf('\n')
      if (newline !== -1) {
        lineStart = offset + newline + 1
        isLineHead = true
      }
      return depth
    },
  }
}
