import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf, valuesOf } from '../../src/core/lines.ts'

const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\ufeff', '\r', ' ') })

async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [i, end] of places.entries()) {
    const buffer = bytes.slice(places[i - 1] ?? 0, end)
    yield buffer
    buffer.fill(120) // who reads goes on with what was given to him, not with a buffer that is used again
  }
}

test('however bytes are cut, the lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.boolean(), fc.array(fc.nat()), async (lines, ends, at) => {
      const text = lines.join('\n') + (ends ? '\n' : '')
      const found: string[] = []
      for await (const some of linesOf(cut(new TextEncoder().encode(text), at))) found.push(...some)
      const expected = text.split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(found).toEqual(expected)
    }),
  )
})

test('values come so many at a time, and the first are left out', async () => {
  const bytes = new TextEncoder().encode('0\n1\n2\n3\n4')
  const found: (readonly number[])[] = []
  for await (const some of valuesOf<number>(cut(bytes, [3, 4]), () => 2, 2)) found.push(some)
  expect(found).toEqual([[2, 3], [4]])
})
