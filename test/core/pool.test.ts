import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inPool } from '../../src/core/pool.ts'

test.each([1, 3, 100])('everything is done, at most %i at a time', async (width) => {
  let [running, most] = [0, 0]
  const done: number[] = []
  await inPool([...Array(20).keys()], width, async (item) => {
    most = Math.max(most, ++running)
    await delay(item % 3)
    running--
    done.push(item)
  })
  expect(done.sort((a, b) => a - b)).toEqual([...Array(20).keys()])
  expect(most).toBe(Math.min(width, 20))
})

test('after a failure nothing begins, and what had begun is over when it is thrown', async () => {
  const begun: number[] = []
  let running = 0
  const work = inPool([...Array(20).keys()], 3, async (item) => {
    begun.push(item)
    running++
    await delay(item === 1 ? 1 : 10)
    running--
    if (item === 1) throw new Error('boom')
  })
  await expect(work).rejects.toThrow('boom')
  expect(running).toBe(0)
  expect(begun).toEqual([0, 1, 2])
})
