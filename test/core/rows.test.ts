import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readerFor } from '../../src/core/rows.ts'

// Rows of CSV and JSON lines, however the bytes are cut on their way.

function rowsOf(path: string, text: string, cuts: readonly number[] = []): readonly (Record<string, string> | null)[] {
  const reader = readerFor(path)
  if (reader === null) throw new Error(`${path} is not read`)
  const at = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
  const pieces = at.slice(1).map((end, i) => text.slice(at[i], end))
  const rows = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
  return rows.map((row) => (row === null ? null : Object.fromEntries(row)))
}

describe('CSV', () => {
  test.each<[string, string, readonly (Record<string, string> | null)[]]>([
    ['nothing', '', []],
    ['only names', 'a,b\n', []],
    [
      'rows',
      'a,b\n1,2\n3,4',
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['a mark and Windows line ends', '\uFEFFa,b\r\n1,2\r\n', [{ a: '1', b: '2' }]],
    ['quotes, doubled, with delimiters and line ends', 'a,b\n"x ""y"", z","1\n2"\n', [{ a: 'x "y", z', b: '1\n2' }]],
    ['empty cells', 'a,b\n,\n', [{ a: '', b: '' }]],
    ['blank lines', 'a,b\n\n1,2\n\n', [{ a: '1', b: '2' }]],
    ['a row too short and one too long', 'a,b\n1\n1,2,3\n4,5\n', [null, null, { a: '4', b: '5' }]],
    ['a quote that never ends', 'a,b\n1,"2\n3,4\n', [null]],
    ['text behind a quote', 'a,b\n"1"x,2\n3,4\n', [null, { a: '3', b: '4' }]],
    [
      'a column called __proto__',
      '__proto__,b\n1,2\n',
      [
        Object.fromEntries([
          ['__proto__', '1'],
          ['b', '2'],
        ]),
      ],
    ],
  ])('%s', (_, text, expected) => expect(rowsOf('x.csv', text)).toEqual(expected))

  test('in tabs', () => expect(rowsOf('x.TSV', 'a\tb\n1\t2,3\n')).toEqual([{ a: '1', b: '2,3' }]))

  test('what was written is read again, wherever it is cut', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !text.startsWith('\uFEFF'))
    const table = fc.array(fc.tuple(cell, cell), { maxLength: 5 })
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(table, fc.array(fc.nat(200), { maxLength: 4 }), (rows, cuts) => {
        const text = ['a,b', ...rows.map((row) => row.map(quoted).join(','))].join('\n')
        expect(rowsOf('x.csv', text, cuts)).toEqual(rows.map(([a, b]) => ({ a, b })))
      }),
    )
  })
})

test('JSON lines: cells that are text, numbers or yes and no; anything else is no row', () => {
  const lines = ['{"entity":"a","n":1,"yes":true,"deep":{},"no":null}', '', '[1]', '{"entity":', '"x"', '{}']
  const expected = [{ entity: 'a', n: '1', yes: 'true' }, null, null, null, {}]
  expect(rowsOf('x.jsonl', lines.join('\n'))).toEqual(expected)
  expect(rowsOf('x.ndjson', lines.join('\r\n'), [3, 9, 70])).toEqual(expected)
})

test.each(['x.json', 'x.parquet', 'x.csv.gz', 'csv', 'x'])('%s is not read as text', (path) =>
  expect(readerFor(path)).toBeNull(),
)
