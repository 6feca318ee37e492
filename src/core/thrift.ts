/** What a struct or a list can hold, by the numbers of Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md). */
const [TRUE, FALSE, I8, I16, I64, DOUBLE, SET, MAP, UUID] = [1, 2, 3, 4, 6, 7, 10, 11, 13]
export const [I32, BINARY, LIST, STRUCT] = [5, 8, 9, 12]
const MOST_DEPTH = 32

export type Thrift = ReturnType<typeof startThrift>

/** Reads bytes that anybody may have written: what runs over the end, or is nested too deep, is a RangeError. */
export function startThrift(bytes: Uint8Array) {
  let at = 0
  let depth = 0

  function byte(): number {
    const value = bytes[at++]
    if (value === undefined) throw new RangeError('it ends too early')
    return value
  }

  function varint(): number {
    let value = 0
    // Not by bits: those end at 32.
    for (let shift = 0; shift < 70; shift += 7) {
      const next = byte()
      value += (next & 0x7f) * 2 ** shift
      if (next < 0x80) return value
    }
    throw new RangeError('a number does not end')
  }

  /** Zigzag. */
  function number(): number {
    const value = varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  function take(count: number): Uint8Array {
    if (count > bytes.length - at) throw new RangeError('it ends too early')
    at += count
    return bytes.subarray(at - count, at)
  }

  function nested(read: () => void): void {
    if (++depth > MOST_DEPTH) throw new RangeError('it is nested too deep')
    read()
    depth--
  }

  /** `each` reads the field's value. */
  function fields(each: (id: number, type: number) => void): void {
    let id = 0
    nested(() => {
      for (let head = byte(); head !== 0; head = byte()) {
        id = head >> 4 === 0 ? number() : id + (head >> 4)
        each(id, head & 0x0f)
      }
    })
  }

  /** Each item has at least a byte, so that a length is no promise of memory. */
  function list<T>(each: (type: number) => T): readonly T[] {
    const head = byte()
    const count = head >> 4 === 15 ? varint() : head >> 4
    if (count > bytes.length - at) throw new RangeError('it ends too early')
    const found: T[] = []
    nested(() => {
      for (let i = 0; i < count; i++) found.push(each(head & 0x0f))
    })
    return found
  }

  function skipMap(): void {
    const count = varint()
    if (count === 0) return
    const types = byte()
    if (count > bytes.length - at) throw new RangeError('it ends too early')
    nested(() => {
      for (let i = 0; i < count; i++) for (const type of [types >> 4, types & 0x0f]) skipItem(type)
    })
  }

  /** In a list or a map a boolean is a byte; in a struct its type says it. */
  const skipItem = (type: number): void => {
    if (type === TRUE || type === FALSE) byte()
    else skip(type)
  }

  function skip(type: number): void {
    if (type === TRUE || type === FALSE) return
    if (type === I8) byte()
    else if (type === I16 || type === I32 || type === I64) varint()
    else if (type === DOUBLE) take(8)
    else if (type === UUID) take(16)
    else if (type === BINARY) take(varint())
    else if (type === LIST || type === SET) list(skipItem)
    else if (type === MAP) skipMap()
    else if (type === STRUCT) fields((_, inner) => skip(inner))
    else throw new RangeError(`there is no type ${type}`)
  }

  return { number, fields, list, skip, skipItem, text: () => Buffer.from(take(varint())).toString('utf8') }
}
