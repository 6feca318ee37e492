import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Workshop } from '../../src/core/hook.ts'
import type { JournalFile } from '../../src/core/journal.ts'
import { journalText } from '../../src/core/journal.ts'
import type { JournalLine } from '../../src/core/model.gen.ts'
import type { Context } from '../../src/core/ports.ts'
import { remediateApply } from '../../src/ops/remediate-apply.ts'
import { hooksOf } from '../../src/serving/hook.ts'
import { openRehearsal } from '../../src/serving/rehearsal.ts'
import { openFolder } from '../../src/store/folder.ts'
import { openJournal } from '../../src/store/journal.ts'
import { pause } from '../../src/store/pause.ts'

/**
 * Run as a process of its own: `applier.mjs DIR PLAN HOOK POINT COUNT`. Applies or goes on with a repair, and kills itself, with the signal that nobody can
 * catch, at the COUNT-th time that it comes by POINT.
 */
const [dir = '', plan = '', hook = '', point = '', count = '1'] = process.argv.slice(2)
let left = Number(count)

/** Whether this is the time and the place. */
const isHere = (name: string): boolean => name === point && --left === 0
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
const pass = (name: string): void => {
  if (isHere(name)) die()
}

function dyingJournal(journal: JournalFile): JournalFile {
  const kind = (lines: readonly JournalLine[]): string => lines[0]?.t ?? ''
  return new Proxy(journal, {
    get(target, name) {
      if (name === 'claim')
        return (op: string) => {
          pass('before claim')
          target.claim(op)
          pass('after claim')
        }
      if (name === 'append')
        return (lines: readonly JournalLine[]) => {
          pass(`before ${kind(lines)}`)
          // Half of the line is on the disk, as a power cut leaves it; some of it zeros.
          if (isHere(`mid ${kind(lines)}`)) {
            const { text } = journalText(lines[0] as JournalLine, '0'.repeat(16))
            tear(target.path, text.slice(0, text.length >> 1))
          }
          const at = target.append(lines)
          pass(`after ${kind(lines)}`)
          return at
        }
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function tear(path: string, text: string): void {
  const fd = openSync(path, 'a')
  writeSync(fd, text)
  if (left % 2 === 0) writeSync(fd, Buffer.alloc(512))
  die()
}

function dying(shop: Workshop): Workshop {
  return {
    hooks: {
      ...shop.hooks,
      start(program) {
        const started = shop.hooks.start(program)
        pass('after start')
        return {
          ...started,
          send(lines) {
            pass('before send')
            started.send(lines)
            // The pipe has it now, and the hook may be at it.
            pass('after send')
          },
          async next(ms) {
            const heard = await started.next(ms)
            if (heard.lines.length > 0) pass('after answers')
            return heard
          },
        }
      },
    },
    journal: (name) => dyingJournal(shop.journal(name)),
  }
}

const registry = openFolder(join(dir, '.aiship'), { create: false, now: () => new Date(), uuid: randomUUID })
const { logs } = registry
const { signal } = new AbortController()
const top = join(dir, '.aiship')
const ctx = {
  ...{ app: 'fraud', config: null, actor: { name: 'ana', kind: 'human' }, host: 'laptop', signal },
  op: { id: randomUUID(), given: false },
  now: () => new Date(),
  emit: () => {},
  project: () => ({ root: dir }),
  pause: (ms: number) => pause(ms, signal),
  rehearsal: async () => openRehearsal(join(top, 'cache', 'replay'), {}, signal, false),
  workshop: async () =>
    dying({
      hooks: hooksOf({ PATH: process.env.PATH }, signal),
      journal: (name) => openJournal(top, join(top, 'remediations', name)),
    }),
  registry: {
    ...registry,
    logs: {
      ...logs,
      async append(log: string, seq: number, bytes: Uint8Array) {
        pass('before entry')
        const won = await logs.append(log, seq, bytes)
        pass('after entry')
        return won
      },
    },
  },
} as unknown as Context
const options = {
  hook: JSON.parse(hook) as string[],
  stages: [8, 24, 40, 56, 72, 88, 104],
  pause: false,
  deadline_ms: 60_000,
}
const { data } = await remediateApply(ctx, { plan, options, verb: 'apply', dry: false, takeOver: false, reason: null })
process.stdout.write(JSON.stringify(data))
