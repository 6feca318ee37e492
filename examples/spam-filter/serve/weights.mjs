// artifacts/model.bin, all numbers little-endian:
//
//   offset  size      what
//   0       8         "SPAMLR01": logistic regression, format 1
//   8       4         dimensions, uint32
//   12      4         threshold, float32: a score at or above it is spam
//   16      4         bias, float32
//   20      4 × dim   weights, float32

const MAGIC = 'SPAMLR01'
const HEADER = 20

export function encodeWeights({ threshold, bias, weights }) {
  const bytes = Buffer.alloc(HEADER + 4 * weights.length)
  bytes.write(MAGIC, 'latin1')
  bytes.writeUInt32LE(weights.length, 8)
  bytes.writeFloatLE(threshold, 12)
  bytes.writeFloatLE(bias, 16)
  for (let i = 0; i < weights.length; i++) bytes.writeFloatLE(weights[i], HEADER + 4 * i)
  return bytes
}

/** Throws on anything but a whole model file: half a model would still score, and score nonsense. */
export function decodeWeights(bytes) {
  if (bytes.length < HEADER || bytes.toString('latin1', 0, 8) !== MAGIC) throw new Error('not a SPAMLR01 model')
  const dimensions = bytes.readUInt32LE(8)
  if (bytes.length !== HEADER + 4 * dimensions) {
    throw new Error(`the model should have ${HEADER + 4 * dimensions} bytes, it has ${bytes.length}`)
  }
  const weights = Float32Array.from({ length: dimensions }, (_, i) => bytes.readFloatLE(HEADER + 4 * i))
  return { threshold: bytes.readFloatLE(12), bias: bytes.readFloatLE(16), weights }
}
