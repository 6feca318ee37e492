/** A file of a component, to be looked into. */
export interface FactFile {
  /** In lower case. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Null where they can no longer be read as they were. In: `from`, from the end where it is negative. */
  read(from: number, length: number): Promise<Uint8Array | null>
}

type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Undefined for what is no JSON. */
export function jsonIn(bytes: Uint8Array | null): unknown {
  try {
    return bytes === null ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
