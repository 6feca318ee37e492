import { expect, test } from 'vitest'
import { carryAll, carryFrom } from '../../src/cli/carry.ts'

test.each([
  ['promote v1 prod', 'aiship log prod', 'aiship log prod'],
  ['promote v1 prod --registry s3://b/p', 'aiship undo prod@3', 'aiship undo prod@3 --registry s3://b/p'],
  ['-C web promote v1 prod --app=fraud', 'aiship undo prod@3', 'aiship undo prod@3 -C web --app fraud'],
  ['-Cweb status --registry ../r', 'aiship fsck', 'aiship fsck -C web --registry ../r'],
  ['--dir web ls', 'aiship ls -C other', 'aiship ls -C other'],
  ['ls --registry one', 'aiship doctor --registry two', 'aiship doctor --registry two'],
  ['ls --registry one', 'aiship help ls', 'aiship help ls'],
  ['ls --registry one', 'aws s3 mb s3://b', 'aws s3 mb s3://b'],
  ['ls --registry s3://me:pw@b/p', 'aiship ls', 'aiship ls'],
  ['show -- --registry one', 'aiship ls', 'aiship ls'],
  ['ls --registry', 'aiship ls', 'aiship ls'],
])('%j prints %j as %j', (typed, command, printed) => {
  expect(carryFrom(typed.split(' '))(command)).toBe(printed)
})

test('what a shell would split is quoted, in commands of results alone', () => {
  const carry = carryFrom(['ls', '-C', 'my work'])
  const data = {
    undo: 'aiship undo prod@2',
    next: ['aiship ls', null],
    reason: 'aiship ls',
    deep: [{ further: 'aiship gc' }],
  }
  expect(carryAll(data, carry)).toEqual({
    ...{ undo: "aiship undo prod@2 -C 'my work'", next: ["aiship ls -C 'my work'", null], reason: 'aiship ls' },
    deep: [{ further: "aiship gc -C 'my work'" }],
  })
})
