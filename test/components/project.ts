import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { Collected, Collector, ComponentSpec, Project } from '../../src/core/ports.ts'

/** What to make: text of a file, `->` and the target of a link, or null for an empty folder; a name that ends in `*` is executable. */
export type Files = Readonly<Record<string, string | null>>

/** A folder that lasts as long as the test. */
export function makeFolder(files: Files): string {
  const root = mkdtempSync(path.join(tmpdir(), 'aiship-component-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name.replace(/\*$/, ''))
    mkdirSync(content === null ? file : path.dirname(file), { recursive: true })
    if (content?.startsWith('->')) symlinkSync(content.slice(2), file)
    else if (content !== null) writeFileSync(file, content)
    if (name.endsWith('*')) chmodSync(file, 0o755)
  }
  return root
}

export const projectIn = (root: string, over: Partial<Project> = {}): Project => ({
  root,
  ignore: [],
  registry: path.join(root, '.aiship'),
  signal: new AbortController().signal,
  env: process.env,
  ...over,
})

export const specOf = (kind: string, source: unknown, over: Partial<ComponentSpec> = {}): ComponentSpec => ({
  ...{ name: 'data', role: 'dataset', kind, source, from: [], sources: [], derivedFrom: [], links: 'refuse' },
  ...{ scan: 'auto', dedup: 'auto', mode: 'store', to: null },
  ...over,
})

/** `path` of each file, or `path*` of an executable one; a reference as it is. */
export const listed = (collected: Collected): unknown =>
  collected.form === 'reference'
    ? collected.reference
    : { [`${collected.form} ${collected.at}`]: collected.files.map(({ path, exec }) => path + (exec ? '*' : '')) }

/** `code message | hint | next`, or what was collected. */
export async function outcome(driver: Collector, spec: ComponentSpec, project: Project): Promise<unknown> {
  try {
    return listed(await driver.collect(spec, project))
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    return [`${error.code} ${error.message}`, error.hint, ...error.next].filter(Boolean).join(' | ')
  }
}
