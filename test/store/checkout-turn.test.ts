import fs from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { CheckoutPlan } from '../../src/core/ports.ts'
import type { Arrivals } from '../../src/store/checkout-arrivals.ts'
import { sharedRows } from '../../src/store/checkout-columns.ts'
import { type Folders, openFolders } from '../../src/store/checkout-folders.ts'
import { moveIn, type View } from '../../src/store/checkout-move.ts'
import { inTurn, sweepTurns, type Turn } from '../../src/store/checkout-turn.ts'
import { putStat } from '../../src/store/stat-rows.ts'
import { freshDir } from './place.ts'

let dir: string
beforeEach(() => {
  dir = freshDir()
})
const at = (name: string): string => join(dir, name)
const INCOMING = '.aiship-incoming'

const within = <T>(act: (turn: Turn, folders: Folders) => T | Promise<T>): Promise<T> => {
  const folders = openFolders(dir)
  return inTurn(folders, dir, (turn) => act(turn, folders)).finally(() => folders.close())
}

test('files are put and taken in one step, and nothing is left', async () => {
  fs.writeFileSync(at('old'), 'old')
  await within((turn) => {
    turn.put('new', 'new')
    turn.put('new', 'newer')
    turn.take('old')
    turn.take('absent')
    expect(turn.isLost()).toBe(false)
  })
  expect(fs.readdirSync(dir)).toEqual(['new'])
  expect(fs.readFileSync(at('new'), 'utf8')).toBe('newer')
})

test('the newest stops all older ones, which can put and take nothing any more', async () => {
  fs.writeFileSync(at('kept'), 'kept')
  const order: string[] = []
  const older = within(async (first) => {
    await within(async (second) => {
      second.overtake()
      expect([first.isLost(), second.isLost()]).toEqual([true, false])
      for (const act of [() => first.put('x', 'x'), () => first.take('kept')]) {
        expect(act).toThrow(expect.objectContaining({ code: 'ENOENT' }))
      }
      const late = `${first.inbox.root}/late`
      expect(() => fs.writeFileSync(late, 'late')).toThrow(expect.objectContaining({ code: 'ENOENT' }))
      second.put('y', 'y')
      order.push('second')
    })
    first.put('z', 'z')
  })
  const error = await older.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AishipError)
  expect((error as AishipError).code).toBe('OVERTAKEN')
  expect(order).toEqual(['second'])
  expect(fs.readdirSync(dir).sort()).toEqual(['kept', 'y'])
})

test('many that were just stopped, and remove empty folders, do not keep the newest from its end', async () => {
  await within((turn, folders) => {
    const from = turn.inbox.reach('file') as string
    fs.writeFileSync(from, 'x')
    const rows = sharedRows(1)
    putStat(rows, 0, fs.statSync(from, { bigint: true }))
    let stopped = 20
    const shaken: Folders = {
      ...folders,
      reach(path, options) {
        const reached = folders.reach(path, options)
        if (options?.make === true && stopped-- > 0) fs.rmdirSync(at('d'))
        return reached
      },
    }
    const file = { path: 'd/f', digest: digestOf('x'), size: 1, exec: false }
    const plan = { files: [file], release: Buffer.from('{}') } as unknown as CheckoutPlan
    const view = { earlier: { pending: new Map() }, found: { write: [0], keep: [], remove: [] } } as unknown as View
    moveIn(plan, shaken, turn, view, { at: () => from, rows } as unknown as Arrivals)
    expect(stopped).toBeLessThan(0)
  })
  expect(fs.readFileSync(at('d/f'), 'utf8')).toBe('x')
  expect(fs.readdirSync(dir).sort()).toEqual(['.aiship-checkout.json', '.aiship-release.json', 'd'])
})

test('an older one stops no newer one', async () => {
  await within(async (first) => {
    await within((second) => {
      first.overtake()
      expect(second.isLost()).toBe(false)
      second.put('y', 'y')
    })
  })
  expect(fs.readdirSync(dir)).toEqual(['y'])
})

/** Runs until it is let go, and then moves something. */
function held(begin: (turn: Turn) => void = () => undefined) {
  let letGo = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let turn: Turn | null = null
  const ended = within(async (own) => {
    turn = own
    begin(own)
    await gate
    own.overtake()
    own.put('moved', '')
  }).then(
    () => 'ended',
    (error: AishipError) => error.code,
  )
  const end = (): Promise<string> => {
    letGo()
    return ended
  }
  return { turn: turn as unknown as Turn, end }
}

test('one that was stopped stops nobody who began after that, whenever it notices', async () => {
  const stopped = [held(), held()]
  await within((turn) => turn.overtake())
  const later = held()
  for (const { end } of stopped) expect(await end()).toBe('OVERTAKEN')
  expect(later.turn.isLost()).toBe(false)
  expect(await later.end()).toBe('ended')
  expect(fs.readdirSync(dir)).toEqual(['moved'])
})

test('of those that begin at once, one whose inbox comes late stands behind nobody who moves already', async () => {
  const mkdir = fs.mkdirSync
  let others: ReturnType<typeof held>[] = []
  const spy = vi.spyOn(fs, 'mkdirSync').mockImplementation(((...args: Parameters<typeof mkdir>) => {
    if (others.length === 0 && /\/1\b[^/]*$/.test(String(args[0]))) {
      spy.mockRestore()
      others = [held(), held((turn) => turn.overtake())]
    }
    return mkdir(...args)
  }) as typeof mkdir)
  const late = held((turn) => turn.overtake())
  expect(others.map(({ turn }) => turn.isLost())).toEqual([true, true])
  expect(late.turn.isLost()).toBe(false)
  for (const { end } of others) expect(await end()).toBe('OVERTAKEN')
  expect(await late.end()).toBe('ended')
})

test('what goes wrong without being overtaken comes as it is', async () => {
  await expect(within(() => Promise.reject(new Error('other')))).rejects.toThrow('other')
  expect(fs.readdirSync(dir)).toEqual([])
})

describe('what a killed one has left', () => {
  test('goes when the next one moves something', async () => {
    fs.mkdirSync(at(`${INCOMING}/7/3`), { recursive: true })
    fs.writeFileSync(at(`${INCOMING}/7/3/800`), 'left')
    await within((turn) => turn.overtake())
    expect(fs.readdirSync(dir)).toEqual([])
  })

  test('goes after a day when nothing has to be moved', () => {
    for (const number of [7, 8]) fs.mkdirSync(at(`${INCOMING}/${number}/3`), { recursive: true })
    fs.utimesSync(at(`${INCOMING}/7`), 1, 1)
    const folders = openFolders(dir)
    sweepTurns(folders)
    expect(fs.readdirSync(at(INCOMING))).toEqual(['8'])
    fs.utimesSync(at(`${INCOMING}/8`), 1, 1)
    sweepTurns(folders)
    folders.close()
    expect(fs.readdirSync(dir)).toEqual([])
  })
})

test.each([
  ['a file', () => fs.writeFileSync(at(INCOMING), '')],
  ['a link', () => fs.symlinkSync('..', at(INCOMING))],
])('%s under the name of the inboxes makes way', async (_, make) => {
  make()
  await within((turn) => turn.put('x', 'x'))
  expect(fs.readdirSync(dir)).toEqual(['x'])
})
