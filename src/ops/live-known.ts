import { AishipError } from '../core/errors.ts'
import { pointerLog } from '../core/pointer.ts'
import { inPool } from '../core/pool.ts'
import type { Context, Watch } from '../core/ports.ts'
import { asError } from './follow-act.ts'
import type { Events } from './live-events.ts'
import { type LiveRoute, liveRoute } from './live-route.ts'
import { newest } from './logs.ts'
import { folderOf } from './reach.ts'
import { logOf, pointerNames, unknownPointer } from './refs.ts'

interface Trouble {
  readonly error: AishipError
  /** When the registry last said what the pointer says, ms since 1970; null if it never did. */
  readonly heardMs: number | null
}

/** What is known of some pointers: only ever replaced by what is newer. */
export interface Known {
  get(pointer: string): LiveRoute | null
  /** In the order of their names. */
  all(): readonly LiveRoute[]
  trouble(pointer: string): Trouble | undefined
  /** Takes what was remembered: whatever the registry says counts more. */
  recall(routes: readonly LiveRoute[]): void
  /**
   * Reads every pointer, and has `watch` wake for their changes. Each by itself: one that can't be read keeps nobody from seeing the others move.
   * In: `heardMs`, when they were read before. Errors: where none could be read.
   */
  read(link: Context, watch: Watch, heardMs: number | null): Promise<void>
  /** True once after something has changed. */
  hasChanged(): boolean
}

const WIDTH = 16

/** In: `pointers`, null for every one that the app has. */
export function openKnown(pointers: readonly string[] | null, tell: Events['tell']): Known {
  const routes = new Map<string, LiveRoute>()
  const recalled = new Set<string>()
  const troubles = new Map<string, Trouble>()
  let sorted: readonly LiveRoute[] | null = null
  let isChanged = true

  function put(pointer: string, route: LiveRoute | null): void {
    if (route === null) routes.delete(pointer)
    else routes.set(pointer, route)
    recalled.delete(pointer)
    sorted = null
    isChanged = true
  }

  async function readOne(link: Context, pointer: string): Promise<void> {
    const read = await newest(link, logOf(link, pointer))
    const before = routes.get(pointer) ?? null
    const isHeard = before !== null && !recalled.has(pointer)
    if (read === null) {
      if (isHeard) throw wentBack(before, 'no entry')
      put(pointer, null)
      throw await unknownPointer(link, pointer)
    }
    const { entry, digest } = read
    if (isHeard && entry.seq < before.entry.seq) throw wentBack(before, `entry ${entry.seq} as its newest`)
    if (isHeard && entry.seq === before.entry.seq && digest !== before.digest)
      throw wentBack(before, `another entry ${entry.seq}`)
    if (before?.digest === digest) {
      recalled.delete(pointer)
      return
    }
    const route = await liveRoute(pointer, entry, digest)
    put(pointer, route)
    tell({ type: 'moved', route, before })
  }

  function note(pointer: string, error: AishipError | null, heardMs: number | null): void {
    const before = troubles.get(pointer)
    if (error === null) {
      if (troubles.delete(pointer)) tell({ type: 'back', pointer })
      return
    }
    // Remembered, and not there any more: nobody misses it.
    if (error.code === 'POINTER_UNKNOWN') return
    troubles.set(pointer, { error, heardMs: before === undefined ? heardMs : before.heardMs })
    if (before?.error.message !== error.message) tell({ type: 'away', pointer, error })
  }

  return {
    get: (pointer) => routes.get(pointer) ?? null,
    all() {
      sorted ??= [...routes.values()].sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
      return sorted
    },
    trouble: (pointer) => troubles.get(pointer),
    recall(remembered) {
      for (const route of remembered) {
        if (routes.has(route.pointer)) continue
        put(route.pointer, route)
        recalled.add(route.pointer)
      }
    },
    async read(link, watch, heardMs) {
      const folder = folderOf(link)
      const watchLogs = (log: string): void => {
        if (folder !== null) watch.add(`${folder}/logs/${log}`)
      }
      if (pointers === null) watchLogs(`pointers/${link.app}`)
      const names = new Set([...(pointers ?? (await pointerNames(link))), ...routes.keys()])
      const failed = new Map<string, AishipError>()
      await inPool(names, WIDTH, async (pointer) => {
        watchLogs(pointerLog(link.app, pointer))
        await readOne(link, pointer).catch((thrown) => failed.set(pointer, asError(thrown)))
      })
      const errors = [...failed.values()]
      if (errors[0] !== undefined && errors.length === names.size) throw errors[0]
      for (const pointer of names) note(pointer, failed.get(pointer) ?? null, heardMs)
      const unknown = errors.find(({ code }) => code === 'POINTER_UNKNOWN')
      if (unknown !== undefined && pointers !== null) throw unknown
    },
    hasChanged() {
      const was = isChanged
      isChanged = false
      return was
    },
  }
}

const wentBack = ({ pointer, entry }: LiveRoute, now: string): AishipError =>
  new AishipError('LOG_WENT_BACK', `${pointer} has ${now}, and had entry ${entry.seq}`, {
    hint: 'a backup was put back, or somebody rewrote the log; if it is meant to be so, start this again',
    next: ['aiship fsck', `aiship log ${pointer}`],
  })
