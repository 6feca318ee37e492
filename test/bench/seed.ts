import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, type Digest, digestOf, hexOf } from '../../src/core/digest.ts'
import { type Entry, nextEntry, type Read } from '../../src/core/entry.ts'
import { manifestBytes } from '../../src/core/manifest.ts'
import type { Arm, Component, PointerEntry, VersionEntry } from '../../src/core/model.gen.ts'
import { planPromote } from '../../src/core/pointer.ts'

/**
 * A registry with a long past, written in seconds: the same bytes that the commands write, without their fsyncs.
 * `versions` bundles of one small component each; the pointer `prod` is promoted `moves` times, through them in turn.
 */
export function seedRegistry(root: string, { versions, moves }: { versions: number; moves: number }): void {
  const id = '11111111-1111-4111-8111-111111111111'
  const app = 'seeded'
  fs.mkdirSync(path.join(root, 'tmp'), { recursive: true })
  write(root, 'format.json', canonicalBytes({ format: 1, hash: 'sha256', id, layout: 1 }))
  const stamp = (n: number, op: string) => ({
    ...{ registry: id, op, actor: { name: 'ana', kind: 'human' as const } },
    now: new Date(Date.parse('2026-01-01T00:00:00.000Z') + n * 1000),
  })
  const arms: Arm[] = []
  const versionLog = makeLog<VersionEntry>(root, `versions/${app}`)
  for (let n = 1; n <= versions; n++) {
    const params = Buffer.from(`{"seed":${n}}`)
    const component: Component = {
      name: 'params',
      role: 'hyperparameters',
      layer: 'logic',
      kind: 'path',
      digest: digestOf(params),
      size: params.length,
      path: 'params.json',
    }
    const manifest = manifestBytes(app, {}, [component])
    const bundle = digestOf(manifest)
    for (const [digest, bytes] of [
      [component.digest, params],
      [bundle, manifest],
    ] as const)
      write(root, objectPath(digest), bytes)
    versionLog.add(stamp(n, `v${n}`), {
      ...{
        bundle,
        message: `version ${n}`,
        labels: [],
        host: 'seed',
        git: null,
        lineage: {},
        secrets: null,
        origin: null,
      },
      components: { params: { files: 1, formats: {}, notes: {} } },
    })
    write(root, `index/${app}/${hexOf(bundle)}.json`, canonicalBytes({ kind: 'bundle', version: `v${n}` }))
    write(root, `index/${app}/${hexOf(component.digest)}.json`, canonicalBytes({ kind: 'component', version: `v${n}` }))
    arms.push({ bundle, version: `v${n}` })
  }
  const prod = makeLog<PointerEntry>(root, `pointers/${app}/prod`)
  for (let n = 1; n <= moves; n++) {
    const arm = arms[(n - 1) % arms.length] as Arm
    const input = {
      arm,
      reason: null,
      override: null,
      policy: { protected: false },
      resetRoute: false,
      leavingBad: false,
    }
    const planned = planPromote(prod.newest()?.entry ?? null, input)
    if (planned === null) throw new Error('two versions at least are needed for more than one move')
    prod.add(stamp(versions + n, `move-${n}`), planned)
  }
}

function makeLog<E extends Entry>(root: string, log: string) {
  let before: Read<E> | null = null
  return {
    newest: () => before,
    add(stamp: Parameters<typeof nextEntry>[2], body: Parameters<typeof nextEntry<E>>[3]) {
      const { entry, bytes } = nextEntry<E>(log, before, stamp, body)
      write(root, `logs/${log}/${String(entry.seq).padStart(12, '0')}.json`, bytes)
      write(root, `logs/${log}/hint`, bytes)
      before = { entry, digest: digestOf(bytes) }
    },
  }
}

const objectPath = (digest: Digest): string => `objects/${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`

function write(root: string, file: string, bytes: Uint8Array): void {
  const target = path.join(root, file)
  try {
    fs.writeFileSync(target, bytes)
  } catch {
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, bytes)
  }
}
