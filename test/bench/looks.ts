import fs from 'node:fs'
import path from 'node:path'
import { type Task, taskId } from './figures.ts'
import { CommandFailed, run, tool, warm } from './measure.ts'
import { openShop, type Part, rotated, type Shop } from './part.ts'
import type { Program, Step } from './program.ts'
import { fail, spend, time, wants } from './record.ts'

/**
 * W3, W5 and W6: every program takes the set into a store once, and every round looks at it: adds it again, verifies it,
 * checks it out. For what is checked out over a previous version, the set is changed once and taken again.
 */
export async function looksPart(part: Part, tasks: readonly Task[], programs: readonly Program[]): Promise<void> {
  const { record } = part
  for (const task of tasks) record.facts.set(taskId(task), { size: part.bytes, changed: 0 })
  const shops: Shop[] = []
  for (const program of programs) {
    if (!tasks.some(({ step }) => program.steps(placeOf(part))[step] !== undefined)) continue
    record.settings.say(`${part.name}: ${program.name} takes the set in`)
    await spend(record, part.name, program, async () => {
      const shop = await attempt(tasks, program, async () => {
        const opened = await openShop(part, program)
        // Hashing and copying need no store.
        if (program.steps(opened.place).change !== undefined) await opened.take('v1', run)
        return opened
      })
      if (shop !== undefined) shops.push(shop)
    })
  }
  for (const task of tasks.filter(({ step }) => step !== 'over')) await rounds(task)
  const over = tasks.find(({ step }) => step === 'over')
  if (over === undefined) return
  const change = part.change(part.set === 'big' ? 'insert' : 'files')
  change.apply()
  for (const shop of [...shops]) {
    if (shop.program.steps(shop.place).change === undefined) continue
    const taken = await spend(record, part.name, shop.program, () =>
      attempt([over], shop.program, async () => {
        shop.bring(change.paths)
        await shop.take('v2', run)
        return true
      }),
    )
    if (taken === undefined) shops.splice(shops.indexOf(shop), 1)
  }
  await rounds(over)
  change.revert()

  async function rounds(task: Task): Promise<void> {
    for (let round = 0; round < record.settings.rounds; round++)
      for (const shop of rotated(shops, round)) {
        const { program, place } = shop
        if (program.steps(place)[task.step] === undefined || !wants(record, task, program, part.name)) continue
        await spend(record, part.name, program, () => attempt([task], program, () => look(task, shop, round)))
      }
  }

  async function attempt<T>(at: readonly Task[], program: Program, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      for (const task of at)
        if (program.steps(placeOf(part))[task.step] !== undefined) fail(record, task, program, error)
      return undefined
    }
  }

  async function look(task: Task, { program, place }: Shop, round: number): Promise<void> {
    const { step } = task
    const act = program.steps(place)[step] as NonNullable<ReturnType<Program['steps']>[Step]>
    if (step === 'again') return time(record, task, program, act(`again-${round}`, ''), place)
    await warm([program.steps(place).change === undefined ? part.data : place.store])
    if (step === 'verify') return time(record, task, program, act('v1', ''))
    const isPlain = program.steps(place).change === undefined
    // A checkout of 50,000 files stays for the next round, which takes it back to the other version.
    const stays = step === 'over' && part.set === 'small'
    const out = path.join(path.dirname(place.store), stays ? 'out' : `out-${step}-${round}`)
    const tag = step !== 'over' ? 'v1' : stays && round % 2 === 1 ? 'v1' : 'v2'
    try {
      if (!fs.existsSync(out)) {
        const opened = program.openOut?.(place, out)
        if (opened !== undefined) await run(opened)
        const full = program.steps(place).checkout
        if (step === 'over' && full !== undefined) await run(full('v1', out))
      }
      await time(record, task, program, act(tag, out))
      // The project stands at v2 while `over` is asked.
      const standsAt = step === 'over' ? 'v2' : 'v1'
      if (round === 0 && fs.existsSync(out) && (tag === standsAt || isPlain)) compare(out, part)
    } finally {
      if (!stays) part.ground.drop(out, part.set === 'small')
    }
  }
}

const placeOf = (part: Part) => ({ set: part.set, store: '', home: '', data: part.data })

/** A checkout that is not the data is a failure, whatever it took. */
function compare(out: string, part: Part): void {
  const found = (fs.readdirSync(out, { recursive: true, encoding: 'utf8' }) as string[]).find(
    (file) => path.basename(file) === path.basename(part.paths[0] as string),
  )
  const root = path.join(out, found ?? '').slice(0, -(part.paths[0] as string).length - 1)
  const { status, stdout } = tool('diff', '-rq', '-x', '.git', '-x', '.gitignore', root, part.data)
  if (found === undefined || status !== 0)
    throw new CommandFailed(`checked out something else: ${stdout.slice(0, 100)}`)
}
