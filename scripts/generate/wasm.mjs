import { readFileSync } from 'node:fs'
import path from 'node:path'
import initWabt from 'wabt'

const wabt = await initWabt()

/** A TypeScript module with a .wat file of this folder, compiled: `gear` gives GEAR_WASM. */
export function wasmModule(name) {
  const file = `${name}.wat`
  const parsed = wabt.parseWat(file, readFileSync(path.join(import.meta.dirname, file), 'utf8'), { simd: true })
  try {
    parsed.resolveNames()
    parsed.validate()
    const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64')
    const lines = base64.match(/.{1,120}/g).map((line) => `  '${line}'`)
    const head = `// Generated from scripts/generate/${file} by scripts/generate.mjs.`
    return `${head}\nexport const ${name.toUpperCase()}_WASM =\n${lines.join(' +\n')}\n`
  } finally {
    parsed.destroy()
  }
}
