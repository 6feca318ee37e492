import type { FactFile } from './fact-file.ts'
import type { Contracts } from './model.gen.ts'

const MOST_BYTES = 256 * 1024
/** Sections, blocks and partials bind names of their own: then what the caller has to fill in can't be read off. */
const BINDS = /\{%|\{\{[#^/>&!]/
const DOUBLE = /\{\{\{?\s*([A-Za-z_][\w-]*)(?:[.[|\s][^{}]*)?\}\}/g
const SINGLE = /(?<![{$\w])\{([A-Za-z_]\w*)\}(?!\})/g

/** The variables of a template, `{{x}}` or, where there is none of these, `{x}`. */
export async function promptFacts({ size, read }: FactFile): Promise<Contracts | null> {
  const bytes = size > MOST_BYTES ? null : await read(0, size)
  const text = bytes === null ? '{%' : new TextDecoder().decode(bytes)
  if (BINDS.test(text)) return null
  const double = namesIn(text, DOUBLE)
  return { prompt: { variables: double.length > 0 ? double : namesIn(text, SINGLE) } }
}

const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()
