/** Node's types leave it to those of browsers. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What a compiled module exports. Null where WebAssembly, or what the module needs of it, is not to be had. */
export function instantiate(base64: string): unknown {
  const wasm = (globalThis as { readonly WebAssembly?: WebAssemblyGlobal }).WebAssembly
  if (wasm === undefined) return null
  try {
    return new wasm.Instance(new wasm.Module(Buffer.from(base64, 'base64'))).exports
  } catch {
    return null
  }
}
