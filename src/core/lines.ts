/** Lines of UTF-8 text, as many as come at once; the last one may lack its newline. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) yield lines
  }
  rest += decoder.decode()
  if (rest !== '') yield [rest]
}

/** The values of lines of JSON, so many at a time; the last time fewer. In: how many of the first are left out. */
export async function* valuesOf<T>(
  bytes: AsyncIterable<Uint8Array>,
  count: () => number,
  skip = 0,
): AsyncGenerator<readonly T[]> {
  let left = skip
  let values: T[] = []
  for await (const lines of linesOf(bytes))
    for (const line of lines) {
      if (left-- > 0) continue
      if (values.push(JSON.parse(line) as T) < count()) continue
      yield values
      values = []
    }
  if (values.length > 0) yield values
}
