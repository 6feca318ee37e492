const LOCAL = 'PK\x03\x04'
const CENTRAL = 'PK\x01\x02'
const MAX_NAMES = 10_000

/**
 * Names of the files in a ZIP archive: from the directory at its end as far as `tail` holds it, and from the headers in `head`, which a
 * forged directory can't hide. Damage is passed over: an archive that one reader refuses another one opens.
 */
export function namesInZip(head: Uint8Array, tail?: Uint8Array): readonly string[] {
  const names = new Set<string>()
  gather(head, LOCAL, 26, 30, names)
  if (tail !== undefined) gather(tail, CENTRAL, 28, 46, names)
  return [...names]
}

/** Every record that begins with `signature`: its name's length stands at `lengthAt`, the name at `nameAt`. */
function gather(bytes: Uint8Array, signature: string, lengthAt: number, nameAt: number, names: Set<string>): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sign = Buffer.from(signature, 'latin1')
  for (let at = buffer.indexOf(sign); at !== -1 && names.size < MAX_NAMES; at = buffer.indexOf(sign, at + 4)) {
    if (at + nameAt > buffer.length) return
    const length = buffer.readUInt16LE(at + lengthAt)
    if (length > 0 && at + nameAt + length <= buffer.length)
      names.add(buffer.toString('utf8', at + nameAt, at + nameAt + length))
  }
}
