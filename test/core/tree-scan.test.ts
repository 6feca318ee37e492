import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { parseTree, treeBytes } from '../../src/core/manifest.ts'
import type { TreeEntry } from '../../src/core/model.gen.ts'
import { isPlainPath, pathProblem } from '../../src/core/paths.ts'
import { scanTree } from '../../src/core/tree-scan.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())
const NAME = digestOf('tree')

const digests = fc.string({ minLength: 1 }).map((text): Digest => digestOf(text))
const entries = (names: fc.Arbitrary<string>): fc.Arbitrary<readonly TreeEntry[]> =>
  fc
    .uniqueArray(
      fc.record({
        name: names,
        digest: digests,
        size: fc.oneof(fc.nat(), fc.constantFrom(0, 10 ** 15, Number.MAX_SAFE_INTEGER)),
        kind: fc.constantFrom('file', 'exec', 'folder'),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 20 },
    )
    .map((list) =>
      list.map(({ name, digest, size, kind }): TreeEntry => {
        if (kind === 'folder') return { name, tree: digest }
        return kind === 'exec' ? { name, digest, size, exec: true } : { name, digest, size }
      }),
    )
const plain = fc.stringMatching(/^[a-z0-9_-]{1,12}(\.[A-Za-z0-9_-]{1,4}){0,2}$/).filter((name) => isPlainPath(name))

describe(`seed ${seed}`, () => {
  test('a tree of plain names is read as the whole parser reads it', () => {
    fc.assert(
      fc.property(entries(plain), (list) => {
        const small = list.map((entry) =>
          entry.size === undefined || entry.size < 10 ** 15 ? entry : { ...entry, size: 1 },
        )
        const bytes = treeBytes(small)
        const tree = scanTree(bytes)
        expect(tree?.entries).toHaveLength(small.length)
        expect(treeBytes(tree?.entries ?? [])).toEqual(bytes)
        expect(new Set(tree?.entries)).toEqual(new Set(small))
      }),
      { seed },
    )
  })

  test('what it reads is canonical, whatever was done to the bytes', () => {
    const changed = fc.tuple(entries(fc.oneof(plain, fc.string({ minLength: 1 }))), fc.nat(), fc.nat(255), fc.nat(3))
    fc.assert(
      fc.property(changed, ([list, at, byte, what]) => {
        const bytes = Buffer.from(treeBytes(list))
        const place = at % bytes.length
        const odd = [
          bytes,
          Buffer.concat([bytes.subarray(0, place), Buffer.of(byte), bytes.subarray(place + 1)]),
          Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]),
          Buffer.concat([bytes.subarray(0, place), Buffer.of(byte), bytes.subarray(place)]),
        ][what] as Buffer
        const tree = scanTree(odd)
        if (tree === null) return
        expect(Buffer.compare(treeBytes(tree.entries), odd)).toBe(0)
        expect(tree.entries.map(({ name }) => pathProblem(`${name}/é`))).toEqual(tree.entries.map(() => null))
      }),
      { seed, numRuns: 2000 },
    )
  })

  test('a plain path has no problem, part by part', () => {
    const parts = fc.stringMatching(/^[a-zA-Z0-9_./\\:-]{1,40}$/)
    const devices = fc.constantFrom('con', 'NUL.txt', 'a/aux', 'com1/x', 'lpt9.a.b', 'console', 'x/com', 'a..b', 'a./b')
    fc.assert(
      fc.property(fc.oneof(parts, devices), (path) => {
        // A part that is not plain makes the rules look at each.
        if (isPlainPath(path)) expect(pathProblem(`${path}/é`)).toBeNull()
      }),
      { seed, numRuns: 5000 },
    )
  })
})

test.each([
  ['names out of order', '{"entries":[{"name":"b","tree":"D"},{"name":"a","tree":"D"}],"format":1}'],
  ['a name twice', '{"entries":[{"name":"a","tree":"D"},{"name":"a","tree":"D"}],"format":1}'],
  ['a comma too many', '{"entries":[{"name":"a","tree":"D"},],"format":1}'],
  ['a comma too few', '{"entries":[{"name":"a","tree":"D"}{"name":"b","tree":"D"}],"format":1}'],
  ['a size with a zero before it', '{"entries":[{"digest":"D","name":"a","size":01}],"format":1}'],
  ['a device', '{"entries":[{"name":"nul.txt","tree":"D"}],"format":1}'],
  ['nothing', ''],
  ['no entries', '{"entries":[],"format":1}'],
])('it leaves %s to the whole parser', (_, text) => {
  expect(scanTree(Buffer.from(text.replaceAll('"D"', `"${NAME}"`)))).toBeNull()
})

test('an empty folder is a tree', () => {
  expect(parseTree(treeBytes([]), NAME)).toEqual({ format: 1, entries: [] })
})
