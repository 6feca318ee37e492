import fs from 'node:fs'
import { join } from 'node:path'
import type { CheckoutFile, CheckoutPlan, Event, Registry } from '../../src/core/ports.ts'
import { requestOf } from './place.ts'

export type Content = Readonly<Record<string, string | Buffer>>

/** Stores files in a registry, and plans a checkout of them. In: which of them are executable, and which lie in files of their own. */
export async function planOf(
  registry: Registry,
  files: Content,
  {
    exec = [],
    alone = [],
    scratch,
    ...options
  }: Partial<CheckoutPlan> & {
    readonly exec?: readonly string[]
    readonly alone?: readonly string[]
    readonly scratch: string
  },
): Promise<CheckoutPlan & { readonly events: readonly Event[] }> {
  const batch = await registry.objects.batch()
  const paths = Object.keys(files)
  fs.mkdirSync(scratch, { recursive: true })
  const requests = paths.map((path, i) => {
    const source = join(scratch, String(i))
    fs.writeFileSync(source, files[path] as string | Buffer)
    fs.utimesSync(source, 1, 1)
    return requestOf(source, { alone: alone.includes(path) })
  })
  const stored = await batch.files(requests)
  await batch.flush()
  await batch.close()
  fs.rmSync(scratch, { recursive: true })
  const events: Event[] = []
  const listed = paths.map((path, i): CheckoutFile => {
    const { digest, size } = stored[i] as { digest: CheckoutFile['digest']; size: number }
    return { path, digest, size, exec: exec.includes(path) }
  })
  return {
    ...{ files: listed, release: Buffer.from('{}'), source: registry.objects, events },
    ...{ emit: (event) => void events.push(event), signal: new AbortController().signal },
    ...options,
  }
}

/** Everything below a folder but aiship's own files: path to content. */
export function read(dir: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    if (fs.statSync(join(dir, name)).isFile() && !name.startsWith('.aiship'))
      found[name] = fs.readFileSync(join(dir, name), 'latin1')
  }
  return found
}

export const textOf = (files: Content): Record<string, string> =>
  Object.fromEntries(
    Object.keys(files)
      .sort()
      .map((path) => [path, Buffer.from(files[path] as string).toString('latin1')]),
  )

/** Changes one byte of a file in place, whatever its permissions. */
export function damage(file: string, offset: number): void {
  fs.chmodSync(file, 0o644)
  const fd = fs.openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  fs.readSync(fd, byte, 0, 1, offset)
  fs.writeSync(fd, Buffer.of((byte[0] as number) ^ 0xff), 0, 1, offset)
  fs.closeSync(fd)
  fs.chmodSync(file, 0o444)
}
