import type { Change } from './change.ts'
import { type Task, taskId } from './figures.ts'
import { run, warm } from './measure.ts'
import { openShop, type Part, rotated, type Shop } from './part.ts'
import type { Program } from './program.ts'
import { fail, spend, time, wants } from './record.ts'

/**
 * W1, W2 and W4: each round every program takes the set into an empty store, and then each change of it. What `tasks` has not is
 * done without being timed.
 */
export async function ingestPart(part: Part, tasks: readonly Task[], programs: readonly Program[]): Promise<void> {
  const { record } = part
  const first = tasks.find(({ step }) => step === 'ingest')
  const later = tasks.filter(({ step }) => step === 'change')
  const changes = new Map(later.map((task) => [task, part.change(task.change as NonNullable<Task['change']>)]))
  for (const task of tasks) record.facts.set(taskId(task), { size: part.bytes, changed: changes.get(task)?.bytes ?? 0 })
  for (let round = 0; round < record.settings.rounds; round++)
    for (const program of rotated(programs, round)) {
      const wanted = tasks.filter((task) => isAble(part, program, task) && wants(record, task, program, part.name))
      if (wanted.length > 0) await spend(record, part.name, program, () => runThrough(program, wanted))
    }

  async function runThrough(program: Program, wanted: readonly Task[]): Promise<void> {
    // What fails now takes these with it.
    let atStake = wanted
    let shop: Shop | undefined
    try {
      shop = await openShop(part, program)
      const { place } = shop
      await warm([part.data])
      const isTimed = first !== undefined && wanted.includes(first)
      await shop.take('v1', (command) => (isTimed ? time(record, first, program, command, place) : run(command)))
      for (const [i, task] of later.filter((one) => wanted.includes(one)).entries()) {
        atStake = [task]
        await takeChange(shop, task, `v${i + 2}`)
      }
    } catch (error) {
      for (const task of atStake) fail(record, task, program, error)
    } finally {
      shop?.drop()
    }
  }

  async function takeChange(shop: Shop, task: Task, tag: string): Promise<void> {
    const change = changes.get(task) as Change
    change.apply()
    try {
      shop.bring(change.paths)
      await warm([part.data])
      await shop.take(tag, (command) => time(record, task, shop.program, command, shop.place))
    } finally {
      change.revert()
      shop.bring(change.paths)
    }
  }
}

/** A program that has no command for a step, or none after which it would know of a change, has no row there. */
function isAble(part: Part, program: Program, { step }: Task): boolean {
  const place = { set: part.set, store: '', home: '', data: part.data }
  return program.steps(place)[step] !== undefined
}
