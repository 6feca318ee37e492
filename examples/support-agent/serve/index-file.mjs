// index/vectors.bin, all numbers little-endian; the passages stand in index/chunks.jsonl in the same order:
//
//   offset  size              what
//   0       8                 "DOCINDX1": format 1
//   8       4                 number of vectors, uint32
//   12      4                 dimensions, uint32
//   16      4                 number of inverse document frequencies, uint32
//   20      4 × frequencies   inverse document frequency of each bucket of terms, float32
//   …       4 × n × dim       the vectors, one after the other, float32

const MAGIC = 'DOCINDX1'
const HEADER = 20

export function encodeIndex({ idf, vectors }) {
  const dimensions = vectors[0].length
  const head = Buffer.alloc(HEADER)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(vectors.length, 8)
  head.writeUInt32LE(dimensions, 12)
  head.writeUInt32LE(idf.length, 16)
  return Buffer.concat([head, ...[idf, ...vectors].map(toBytes)])
}

/** Throws on anything but a whole index file. */
export function decodeIndex(bytes) {
  if (bytes.length < HEADER || bytes.toString('latin1', 0, 8) !== MAGIC) throw new Error('not a DOCINDX1 index')
  const [count, dimensions, buckets] = [8, 12, 16].map((offset) => bytes.readUInt32LE(offset))
  const expected = HEADER + 4 * (buckets + count * dimensions)
  if (bytes.length !== expected) throw new Error(`the index should have ${expected} bytes, it has ${bytes.length}`)
  const start = HEADER + 4 * buckets
  return {
    dimensions,
    idf: toFloats(bytes, HEADER, buckets),
    vectors: Array.from({ length: count }, (_, i) => toFloats(bytes, start + 4 * i * dimensions, dimensions)),
  }
}

function toBytes(floats) {
  const bytes = Buffer.alloc(4 * floats.length)
  floats.forEach((x, i) => {
    bytes.writeFloatLE(x, 4 * i)
  })
  return bytes
}

function toFloats(bytes, offset, length) {
  return Float32Array.from({ length }, (_, i) => bytes.readFloatLE(offset + 4 * i))
}
