import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, type Digest, digestOf, hexOf } from '../../src/core/digest.ts'
import type { Json } from './generate.ts'

/**
 * A registry in the hands of somebody who may write to it and knows the formats: what is forged has the right digest, id, number and
 * predecessor, so that only its meaning is wrong.
 */
export interface Forge {
  /** Puts the registry back as it was. */
  restore(): void
  /** Files below a folder of the registry, relative to it. */
  files(folder: string): readonly string[]
  read(file: string): Buffer
  write(file: string, bytes: Uint8Array): void
  /** Puts other bytes in the place of an object: under their own digest, named wherever the old one was named, up to the entries. */
  replaceObject(digest: Digest, bytes: Uint8Array): void
  /** Rewrites every entry of every log, with ids and predecessors that fit. */
  rewriteLogs(edit: (entry: Json, log: string, seq: number) => Json): void
}

type Entry = { readonly [key: string]: Json }

/** The bytes of any value: canonical where it can be. */
export function bytesOf(value: Json): Uint8Array {
  try {
    return canonicalBytes(value)
  } catch {
    return Buffer.from(JSON.stringify(value))
  }
}

export function openForge(root: string): Forge {
  const at = (file: string): string => path.join(root, file)
  const list = (folder: string): readonly string[] =>
    fs.existsSync(at(folder))
      ? fs
          .readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
          .map((file) => path.join(folder, file))
          .filter((file) => fs.lstatSync(at(file)).isFile())
          .sort()
      : []
  const pristine = new Map(
    list('.')
      .filter((file) => !file.startsWith('cache/'))
      .map((file) => [file, fs.readFileSync(at(file))] as const),
  )
  const read = (file: string): Buffer => fs.readFileSync(at(file))

  function write(file: string, bytes: Uint8Array): void {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true })
    fs.rmSync(at(file), { recursive: true, force: true })
    fs.writeFileSync(at(file), bytes)
  }

  const objectFile = (digest: Digest): string => `objects/${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`

  /** Trees and manifests; everything else that is stored is no JSON object. */
  function listings(): readonly (readonly [Digest, string])[] {
    return list('objects').flatMap((file): (readonly [Digest, string])[] => {
      const text = read(file).toString()
      const digest = `sha256:${file.slice('objects/'.length).replace('/', '')}` as Digest
      return text.startsWith('{') && text.includes('"format":1') ? [[digest, text]] : []
    })
  }

  function replaceObject(digest: Digest, bytes: Uint8Array): void {
    const now = digestOf(bytes)
    write(objectFile(now), bytes)
    if (now === digest) return
    for (const [holder, text] of listings())
      if (text.includes(digest)) replaceObject(holder, Buffer.from(text.replaceAll(digest, now)))
    const index = `index/scorer/${hexOf(digest)}.json`
    if (fs.existsSync(at(index))) write(`index/scorer/${hexOf(now)}.json`, read(index))
    for (const file of list('labels')) write(file, Buffer.from(read(file).toString().replaceAll(digest, now)))
    rewriteLogs((entry) => JSON.parse(JSON.stringify(entry).replaceAll(digest, now)))
  }

  function rewriteLogs(edit: (entry: Json, log: string, seq: number) => Json): void {
    const logs = new Set(list('logs').map((file) => path.dirname(file)))
    for (const log of logs) {
      let prev: string | null = null
      for (const file of list(log).filter((name) => /\/\d{12}\.json$/.test(name))) {
        const seq = Number(path.basename(file, '.json'))
        const made = edit(JSON.parse(read(file).toString()), log.slice('logs/'.length), seq)
        const bytes = sealed(made, prev)
        write(file, bytes)
        prev = digestOf(bytes)
      }
      fs.rmSync(at(`${log}/hint`), { force: true })
    }
  }

  /** With the predecessor and the id that the entry should have, if it is one. */
  function sealed(entry: Json, prev: string | null): Uint8Array {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return bytesOf(entry)
    const { id: _, ...rest } = entry as Entry
    const body = 'prev' in rest ? { ...rest, prev } : rest
    return bytesOf({ ...body, id: digestOf(bytesOf(body)) })
  }

  return {
    restore() {
      fs.rmSync(root, { recursive: true, force: true })
      for (const [file, bytes] of pristine) write(file, bytes)
    },
    files: list,
    read,
    write,
    replaceObject,
    rewriteLogs,
  }
}
