import type { Contracts, DataSource, Demands, Policy, Role, Rules } from './model.gen.ts'
import type { FileStat } from './workspace.ts'

export interface ComponentSpec {
  readonly name: string
  readonly role: Role
  /** Driver of `src/components`. */
  readonly kind: string
  /** What stands under the kind's key, checked by the schema of that kind. */
  readonly source: unknown
  readonly from: readonly string[]
  /** Where its records are from, as declared. */
  readonly sources: readonly DataSource[]
  /** Names of components, and digests of components and bundles. */
  readonly derivedFrom: readonly string[]
  readonly links: 'refuse' | 'follow'
  readonly scan: 'auto' | 'full'
  /** How its large files are stored: as a difference from an older one, or not (`mayChunk`). */
  readonly dedup: 'auto' | 'whole' | 'chunks'
  /** `hash`: the bytes stay where they are, and only their digest is recorded. */
  readonly mode: 'store' | 'hash'
  /** Where a component without a path of its own stands in a checkout. */
  readonly to: string | null
  /** What others of the bundle may rely on, and what it relies on; absent where nothing is declared. */
  readonly provides?: Contracts
  readonly requires?: Demands
}

export interface SecretAllowance {
  readonly path: string
  readonly fingerprint: string
  readonly reason: string
}

/** aiship.yaml, checked, with defaults filled in. Plain JSON: it is cached under the digest of the file's bytes. */
export interface Config {
  readonly app: string
  /** As written: `.aiship`, a folder, or a URL. */
  readonly registry: string
  readonly components: readonly ComponentSpec[]
  readonly commands: Readonly<Record<string, readonly string[]>>
  readonly ignore: readonly string[]
  readonly pointers: Readonly<Record<string, Policy>>
  /** Of each pointer that has some: the object that its policy names. */
  readonly rules: Readonly<Record<string, Rules>>
  readonly secrets: { readonly allow: readonly SecretAllowance[] }
}

/** One file that a component consists of. */
export interface SourceFile {
  /** Relative to the component's root, "/" between the parts; the file's own name for a single file. */
  readonly path: string
  /** Relative to the project's folder: what messages name. */
  readonly from: string
  readonly exec: boolean
  /** A file's `stat` is from when it was found. */
  readonly content: { readonly file: string; readonly stat?: FileStat } | { readonly bytes: Uint8Array }
}

/** What was looked at, beside the files themselves, to find them: while it stays as it is, the same are found. Paths are absolute and free of links. */
export interface Looked {
  /** Folders that were listed, each with its stat from before. */
  readonly folders: ReadonlyMap<string, FileStat>
  /** What has to stay a folder, whatever else changes in it. */
  readonly above: ReadonlySet<string>
}

/** What is looked at to find a component that aiship.yaml says everything of. */
export const LOOKED_AT_NOTHING: Looked = { folders: new Map(), above: new Set() }

/** What a driver found for a component. With `looked` it finds the same while that and the files stay as they are; without, that can't be told. */
export type Collected =
  | {
      readonly form: 'file' | 'tree'
      /** Where it stands in a checkout. */
      readonly at: string
      /** Exactly one for a file. Sorted by path. */
      readonly files: readonly SourceFile[]
      /** Paths left out by the default ignores. */
      readonly ignored: readonly string[]
      readonly notes: Readonly<Record<string, string>>
      readonly looked?: Looked | null
    }
  | {
      readonly form: 'reference'
      readonly reference: Readonly<Record<string, string | number>>
      readonly notes: Readonly<Record<string, string>>
      readonly looked?: Looked | null
    }

/** How one kind of component is collected. Looks and lists; storing and hashing is the caller's, save for `mode: hash`. */
export interface Collector {
  /**
   * Errors: FILE_MISSING, PLACEHOLDER, NAME_UNSAFE, COMPONENT_INVALID, COMMAND_FAILED, NOT_PERMITTED, SOURCE_CHANGED.
   */
  collect(spec: ComponentSpec, project: Project): Promise<Collected>
  /** True if collecting starts a program or asks the network, so that looking must not do it. */
  readonly executes: boolean
}

export interface Project {
  /** Absolute folder of aiship.yaml. */
  readonly root: string
  readonly ignore: readonly string[]
  /** Absolute folder of the registry, which is never captured; null where it is no folder. */
  readonly registry: string | null
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
}
