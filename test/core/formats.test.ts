import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bearsPickle, createFormatScanner, formatOf, HEAD_BYTES } from '../../src/core/formats.ts'

/** Pickles as Python 3.11 wrote them. */
const PICKLES = {
  'dict, protocol 0': '286470300a56610a70310a286c70320a49310a6146322e350a617356620a70330a56780a70340a732e',
  'dict, protocol 1': '7d71002858010000006171015d7102284b014740040000000000006558010000006271035801000000787104752e',
  'dict, protocol 2':
    '80027d71002858010000006171015d7102284b014740040000000000006558010000006271035801000000787104752e',
  'dict, protocol 4': '80049520000000000000007d94288c0161945d94284b01474004000000000000658c0162948c017894752e',
  'dict, protocol 5': '80059520000000000000007d94288c0161945d94284b01474004000000000000658c0162948c017894752e',
  'list, protocol 0': '286c70300a49310a6149320a612e',
  'list, protocol 3': '80035d7100284b014b02652e',
  'ordered, protocol 0': '63636f6c6c656374696f6e730a4f726465726564446963740a70300a28745270310a56610a70320a49310a732e',
  'ordered, protocol 2': '800263636f6c6c656374696f6e730a4f726465726564446963740a71002952710158010000006171024b01732e',
  'tuple, protocol 4': '80049509000000000000004b018c01619486942e',
}

/** A ZIP archive of stored files; good enough for whoever reads names. */
function zip(files: Readonly<Record<string, string>>, filler = 0): Buffer {
  const records = Object.entries(files).map(([name, content]) => {
    const header = Buffer.alloc(30)
    header.write('PK\x03\x04', 'latin1')
    header.writeUInt16LE(name.length, 26)
    return Buffer.concat([header, Buffer.from(name), Buffer.from(content, 'latin1'), Buffer.alloc(filler, 'x')])
  })
  const directory = Object.keys(files).map((name) => {
    const header = Buffer.alloc(46)
    header.write('PK\x01\x02', 'latin1')
    header.writeUInt16LE(name.length, 28)
    return Buffer.concat([header, Buffer.from(name)])
  })
  return Buffer.concat([...records, ...directory, Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')])
}

const npy = (descr: string): string =>
  `\x93NUMPY\x01\x00v\x00{'descr': ${descr}, 'fortran_order': False, 'shape': (3,), }\n`
const safetensors = (header: string): string => {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return length.toString('latin1') + header
}

describe('pickles', () => {
  test.each(Object.entries(PICKLES))('%s', (_name, hex) => {
    expect(formatOf(Buffer.from(hex, 'hex'), 'weights')).toEqual({ format: 'pickle', pickle: true })
    expect(formatOf(Buffer.from(hex, 'hex'), 'data.csv')).toEqual({ format: 'pickle', pickle: true })
  })

  test.each([
    ['pytorch', zip({ 'archive/data.pkl': '', 'archive/version': '3' }), 'model.pt'],
    ['pytorch', zip({ 'a/version': '3', 'a/data.pkl': '' }), 'model.safetensors'],
    ['torchscript', zip({ 'm/data.pkl': '', 'm/code/x.py': '', 'm/constants.pkl': '' }), 'm.pt'],
    ['zip+pickle', zip({ 'a.txt': '', 'deep/x.pkl': '' }), 'm.zip'],
    ['zip+pickle', zip({ 'a.txt': '' }), 'model.pth'],
    ['pytorch-legacy', '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M', 'model.bin'],
    ['pytorch-legacy', `${'storages'.padEnd(257, '\0')}ustar  `, 'model.tar'],
    ['joblib', '\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x13joblib.numpy_pickle\x94\x8c', 'model.joblib'],
    ['joblib', 'ZF0x1234', 'old.pkl'],
    ['npy-objects', npy("'|O'"), 'x.npy'],
    ['npy-objects', npy("[('a', '<f8'), ('b', '|O')]"), 'x.npy'],
    ['npz-objects', zip({ 'x.npy': npy("'|O'") }), 'x.npz'],
    ['gzip+pickle', '\x1f\x8b\x08', 'model.pkl.gz'],
    ['gzip+pickle', '\x1f\x8b\x08', 'model.joblib'],
    ['zlib+pickle', 'x\x9c\x00', 'model.joblib.z'],
    ['7z+pickle', '7z\xbc\xaf\x27\x1c', 'pytorch_model.bin'],
  ])('%s', (format, bytes, name) => {
    expect(formatOf(Buffer.from(bytes as string, 'latin1'), name)).toEqual({ format, pickle: true })
    expect(bearsPickle(format)).toBe(true)
  })
})

describe('formats without a pickle', () => {
  test.each([
    ['safetensors', safetensors('{"a":{"dtype":"F32"}}'), 'm.safetensors'],
    ['safetensors', safetensors('{}'), 'renamed.bin'],
    ['onnx', '\x08\x08\x12\x07pytorch\x1a\x051.0.0', 'm.bin'],
    ['onnx', '\x08\x07:\x10', 'm.onnx'],
    ['gguf', 'GGUF\x03\0\0\0', 'm.gguf'],
    ['ggml', 'tjgg\x03\0\0\0', 'm.bin'],
    ['hdf5', '\x89HDF\r\n\x1a\n\0', 'm.h5'],
    ['tflite', '\x1c\0\0\0TFL3', 'm.tflite'],
    ['npy', npy("'<f4'"), 'x.npy'],
    ['npz', zip({ 'a.npy': npy("'<f4'"), 'b.npy': '' }), 'x.npz'],
    ['keras', zip({ 'config.json': '{}', 'model.weights.h5': '' }), 'm.keras'],
    ['parquet', 'PAR1\x15', 'x.parquet'],
    ['arrow', 'ARROW1\0\0', 'x.arrow'],
    ['sqlite', 'SQLite format 3\0', 'x.db'],
    ['lightgbm', 'tree\nversion=v4\n', 'm.txt'],
    ['catboost', 'CBM1\0', 'm.cbm'],
    ['xgboost', '{"learner":{}}', 'm.json'],
    ['faiss', 'IxF2\0\x01', 'x.index'],
    ['gzip', '\x1f\x8b\x08', 'data.csv.gz'],
    ['zip', zip({ 'a.txt': '' }), 'docs.zip'],
  ])('%s', (format, bytes, name) => {
    expect(formatOf(Buffer.from(bytes as string, 'latin1'), name)).toEqual({ format, pickle: false })
    expect(bearsPickle(format)).toBe(false)
  })
})

test.each([
  ['', 'empty.bin'],
  ['id,label\n1,0\n', 'x.csv'],
  ['{"a": 1}', 'x.json'],
  ['class Model:\n  pass\n', 'model.py'],
  ['config = {}\nimport os\n', 'c.py'],
  ['(a list) of words\n', 'x.txt'],
  ['\x80\x02\xff\xff', 'noise.bin'],
  ['\x08\xff', 'noise'],
  ['\0\0\0\0\0\0\0\0{', 'zeros'],
  ['x\x9c', 'text.txt'],
])('nothing is said about %j', (bytes, name) => {
  expect(formatOf(Buffer.from(bytes, 'latin1'), name)).toBeNull()
})

describe('createFormatScanner', () => {
  const scan = (bytes: Buffer, name: string, size: number) => {
    const scanner = createFormatScanner(name)
    for (let from = 0; from < bytes.length; from += size) {
      const chunk = Buffer.from(bytes.subarray(from, from + size))
      scanner.chunk(chunk)
      chunk.fill(0)
    }
    return scanner.end()
  }

  test('finds a pickle that only the end of an archive names', () => {
    const bytes = zip({ 'a/weights/0': '', 'a/data.pkl': '' }, 2 * HEAD_BYTES)
    expect(formatOf(bytes.subarray(0, HEAD_BYTES), 'm.zip')).toEqual({ format: 'zip', pickle: false })
    expect(scan(bytes, 'm.zip', 50_000)).toEqual({ format: 'pytorch', pickle: true })
  })

  test('an empty chunk starts the file anew', () => {
    const scanner = createFormatScanner('x')
    scanner.chunk(zip({ 'a/data.pkl': '' }))
    scanner.chunk(new Uint8Array())
    scanner.chunk(Buffer.from('GGUF'))
    expect(scanner.end()).toEqual({ format: 'gguf', pickle: false })
  })

  test('how the file is cut never changes the answer', () => {
    const files = fc.constantFrom(
      zip({ 'a/weights/0': '', 'a/data.pkl': '' }, 100_000),
      zip({ 'a/data.pkl': '' }),
      Buffer.from(safetensors('{"a":{}}'), 'latin1'),
      Buffer.from(PICKLES['dict, protocol 4'], 'hex'),
      Buffer.alloc(200_000, 'text '),
    )
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 300_000 }), (bytes, size) => {
        const least = Math.max(size, Math.ceil(bytes.length / 5000))
        expect(scan(bytes, 'm.bin', least)).toEqual(scan(bytes, 'm.bin', bytes.length))
      }),
    )
  })

  test('any bytes are looked at without an error', () => {
    const start = fc.constantFrom('', 'PK\x03\x04', 'PK\x05\x06', '\x93NUMPY', '\x80\x04', '\x08\x08\x12')
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (magic, bytes) => {
        const found = scan(Buffer.concat([Buffer.from(magic, 'latin1'), bytes]), 'm.pt', 64)
        if (found !== null) expect(found.pickle).toBe(bearsPickle(found.format))
      }),
    )
  })
})
