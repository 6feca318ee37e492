/** Lines of UTF-8 text, as many as come at once; the last one may lack its newline. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  // Whole lines are decoded at once: a decoder that goes on inside a letter takes several times as long.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let begun: Uint8Array[] = []
  const text = (last: Uint8Array): string => {
    const whole = begun.length === 0 ? last : Buffer.concat([...begun, last])
    begun = []
    return decoder.decode(whole)
  }
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(10)
    if (end !== -1) yield text(chunk.subarray(0, end)).split('\n')
    if (end + 1 < chunk.length) begun.push(chunk.slice(end + 1))
  }
  if (begun.length > 0) yield [text(new Uint8Array())]
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
