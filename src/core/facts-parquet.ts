import type { FactFile } from './fact-file.ts'
import type { Contracts } from './model.gen.ts'
import { BINARY, I32, LIST, STRUCT, startThrift, type Thrift } from './thrift.ts'

const MOST_FOOTER = 16 * 1024 * 1024
const MOST_COLUMNS = 10_000

/** Physical types, in the order of the format's numbers. */
const TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY']

/**
 * A Parquet file ends with its metadata, their length, and PAR1. Out: the columns at the top, and their types where they are none of records.
 */
export async function parquetFacts({ size, read }: FactFile): Promise<Contracts | null> {
  const end = size < 12 ? null : await read(-8, 8)
  if (end === null || end.length < 8 || Buffer.from(end).toString('latin1', 4) !== 'PAR1') return null
  const length = new DataView(end.buffer, end.byteOffset, 8).getUint32(0, true)
  if (length > Math.min(MOST_FOOTER, size - 12)) return null
  const footer = await read(-8 - length, length)
  if (footer === null || footer.length !== length) return null
  try {
    return columnsOf(schemaIn(footer))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

interface Element {
  readonly name: string
  readonly type: string | null
  readonly children: number
}

/** The first is the root; children follow their parent. */
function columnsOf(elements: readonly Element[]): Contracts | null {
  const [root, ...rest] = elements
  const top: Element[] = []
  let inside = 0
  for (const element of rest) {
    if (inside === 0) top.push(element)
    else inside--
    inside += element.children
  }
  if (root === undefined || inside !== 0 || top.length !== root.children) return null
  const types = top.flatMap(({ name, type }) => (type === null ? [] : [`${name} ${type}`]))
  return { columns: { names: top.map(({ name }) => name), types } }
}

/** Of the metadata's fields the second is the list of the schema's elements. */
function schemaIn(bytes: Uint8Array): readonly Element[] {
  const reader = startThrift(bytes)
  let elements: readonly Element[] = []
  reader.fields((id, type) => {
    if (id !== 2 || type !== LIST) return reader.skip(type)
    elements = reader.list((item) => elementIn(reader, item))
  })
  return elements
}

function elementIn(reader: Thrift, item: number): Element {
  if (item !== STRUCT) throw new RangeError('an element is a struct')
  let [name, type, children]: [string, string | null, number] = ['', null, 0]
  reader.fields((id, kind) => {
    if (id === 1 && kind === I32) type = TYPES[reader.number()] ?? null
    else if (id === 4 && kind === BINARY) name = reader.text()
    else if (id === 5 && kind === I32) children = reader.number()
    else reader.skip(kind)
  })
  if (children < 0 || children > MOST_COLUMNS) throw new RangeError('children')
  return { name, type, children }
}
