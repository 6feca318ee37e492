import { describe, expect, test } from 'vitest'
import { AishipError, type ErrorCode, EXIT, hasCode } from '../../src/core/errors.ts'

// Exit codes are a contract with other people's scripts: the table of DESIGN §5, and no code may ever change its number.

const TABLE: Readonly<Record<number, string>> = {
  1: 'a bug in aiship, or the source changed while it was read',
  2: 'usage or configuration',
  3: 'no such bundle, pointer, file',
  4: 'not authenticated or not permitted',
  5: 'conflict: the pointer moved first',
  6: 'refused: gate, hold, bad mark, taint, secret',
  7: 'integrity: corrupt, missing, tampered',
  8: 'registry unreachable, disk full, read-only',
  9: 'outcome unknown',
  10: 'differences found',
  11: 'busy: gc is sweeping',
  12: 'watch rolled back',
  13: 'moved, but not yet served everywhere',
  130: 'interrupted',
  143: 'terminated',
}

test('every code ends with a number of the table', () => {
  expect(Object.entries(EXIT).filter(([, exit]) => !(exit in TABLE))).toEqual([])
})

describe('the codes that DESIGN names keep their numbers', () => {
  test.each<[ErrorCode, number]>([
    ['SOURCE_CHANGED', 1],
    ['PLACEHOLDER', 2],
    ['CONFIRMATION_NEEDED', 2],
    ['USAGE', 2],
    ['FORMAT_NEWER', 2],
    ['NOT_FOUND', 3],
    ['POINTER_UNKNOWN', 3],
    ['NOTHING_TO_ROLL_BACK', 3],
    ['REF_AMBIGUOUS', 3],
    ['NOT_PERMITTED', 4],
    ['POINTER_MOVED', 5],
    ['LABEL_TAKEN', 5],
    ['ROLLED_BACK_BY_ANOTHER', 5],
    ['HELD', 6],
    ['MARKED_BAD', 6],
    ['NEVER_SERVED', 6],
    ['PERSON_NEEDED', 6],
    ['POLICY_UNKNOWN', 6],
    ['ROLLOUT_RUNNING', 6],
    ['SECRET_FOUND', 6],
    ['CORRUPT', 7],
    ['OBJECT_MISSING', 7],
    ['CHAIN_BROKEN', 7],
    ['LOG_WENT_BACK', 7],
    ['DISK_FULL', 8],
    ['READ_ONLY', 8],
    ['REGISTRY_UNREACHABLE', 8],
    ['LINK_UNSUPPORTED', 8],
    ['OUTCOME_UNKNOWN', 9],
    ['DIFFERENT', 10],
    ['GC_SWEEPING', 11],
    ['INTERRUPTED', 130],
    ['TERMINATED', 143],
  ])('%s is %i', (code, exit) => {
    expect(new AishipError(code, 'x').exit).toBe(exit)
  })
})

test('an error carries its code, its way on and its facts, and is an Error to everybody else', () => {
  const cause = new Error('below')
  const error = new AishipError('HELD', 'prod was not moved', {
    hint: 'h',
    next: ['aiship unhold prod'],
    details: { seq: 4 },
    cause,
  })
  expect(error).toBeInstanceOf(Error)
  expect({ ...error, message: error.message, exit: error.exit, cause: error.cause }).toEqual({
    ...{ name: 'AishipError', code: 'HELD', message: 'prod was not moved', hint: 'h', exit: 6, cause },
    ...{ next: ['aiship unhold prod'], details: { seq: 4 } },
  })
  expect(new AishipError('HELD', 'x')).toMatchObject({ next: [], details: {}, hint: undefined })
})

test('a code is read from system errors and ours alike', () => {
  expect(hasCode(Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT', 'ENOTDIR')).toBe(true)
  expect(hasCode(Object.assign(new Error('x'), { code: 'EACCES' }), 'ENOENT')).toBe(false)
  expect(hasCode(new AishipError('READ_ONLY', 'x'), 'READ_ONLY')).toBe(true)
  expect(hasCode({ code: 'ENOENT' }, 'ENOENT')).toBe(false)
  expect(hasCode(null, 'ENOENT')).toBe(false)
})
