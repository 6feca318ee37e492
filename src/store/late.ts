import type { Registry } from '../core/ports.ts'

/** How a registry that is not there yet comes to be. */
export interface LateParts {
  /** Its id, unless another process makes it first. */
  readonly draft: string
  /** The id of what is there by now; null while there is none. */
  found(): string | null
  /** Makes room for what is written before the registry is made. Out: what takes it away again. */
  prepare(): () => void
  /** Makes the registry with this id, or finds the one that another process has made. Out: its id. */
  create(id: string): string
}

/**
 * A registry that is made when something is first stored in it: a command that fails before that leaves nothing behind. Until then it is
 * empty, or whatever another process makes of it meanwhile.
 */
export function openLate(registry: Omit<Registry, 'id'>, { draft, found, prepare, create }: LateParts): Registry {
  const { objects, logs, names } = registry
  let id: string | null = null
  const made = (): void => {
    id ??= create(draft)
  }
  async function batch(): ReturnType<typeof objects.batch> {
    const undo = id === null ? prepare() : () => undefined
    const opened = await objects.batch()
    return {
      ...opened,
      flush: async () => {
        made()
        await opened.flush()
      },
      close: async () => {
        await opened.close()
        if (id === null) undo()
      },
    }
  }
  return {
    ...registry,
    get id() {
      return id ?? found() ?? draft
    },
    objects: { ...objects, batch },
    logs: {
      ...logs,
      append: async (...entry) => {
        made()
        return logs.append(...entry)
      },
    },
    names: {
      ...names,
      create: async (...record) => {
        made()
        return names.create(...record)
      },
      replace: async (...record) => {
        made()
        return names.replace(...record)
      },
    },
  }
}
