import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, linkSync, lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { build } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { driver } from '../../src/components/path.ts'
import { digestOf } from '../../src/core/digest.ts'
import type { ComponentSpec, Project } from '../../src/core/ports.ts'
import { computedMs } from '../stopwatch.ts'
import { type Files, listed, makeFolder, outcome, projectIn, specOf } from './project.ts'

const collect = (files: Files, source: unknown, spec: Partial<ComponentSpec> = {}, project: Partial<Project> = {}) =>
  outcome(driver, specOf('path', source, spec), projectIn(makeFolder(files), project))

/** What is kept of a stat. */
function statOf(file: string) {
  const { size, mtimeNs, ctimeNs, ino, dev } = lstatSync(file, { bigint: true })
  return { size, mtimeNs, ctimeNs, ino, dev }
}

const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`
const ANNEX = `/annex/objects/SHA256E-s1048576--${'0'.repeat(64)}.bin\n`
const DVC = 'outs:\n- md5: 0123456789abcdef0123456789abcdef.dir\n  size: 10\n  path: train\n'

describe('what a path takes in', () => {
  const files = { 'a/x.csv': '1', 'a/b/y.csv': '2', 'a/b/run*': '3', 'a/.hidden': '4', 'z.txt': '5', 'a/e': null }
  test.each([
    ['z.txt', { 'file z.txt': ['z.txt'] }],
    ['a/b/run', { 'file a/b/run': ['run*'] }],
    ['a', { 'tree a': ['.hidden', 'b/run*', 'b/y.csv', 'x.csv'] }],
    ['a/', { 'tree a': ['.hidden', 'b/run*', 'b/y.csv', 'x.csv'] }],
    ['./a//', { 'tree a': ['.hidden', 'b/run*', 'b/y.csv', 'x.csv'] }],
    ['a/**/*.csv', { 'tree .': ['a/b/y.csv', 'a/x.csv'] }],
    ['a/*', { 'tree .': ['a/.hidden', 'a/x.csv'] }],
    ['**/y.csv', { 'tree .': ['a/b/y.csv'] }],
    ['a/b/*.{csv,txt}', { 'tree .': ['a/b/y.csv'] }],
    [['z.txt'], { 'tree .': ['z.txt'] }],
    [['z.txt', 'a/b/', 'a/b/*.csv'], { 'tree .': ['a/b/run*', 'a/b/y.csv', 'z.txt'] }],
    ['.', { 'tree .': ['a/.hidden', 'a/b/run*', 'a/b/y.csv', 'a/x.csv', 'z.txt'] }],
  ])('%j', async (source, expected) => {
    expect(await collect(files, source)).toEqual(expected)
  })

  test('empty files in a folder', async () => {
    expect(await collect({ 'a/__init__.py': '', 'a/b': '' }, 'a')).toEqual({ 'tree a': ['__init__.py', 'b'] })
    expect(await collect({ 'a/__init__.py': '', 'a/b': '' }, ['a/b'])).toEqual({ 'tree .': ['a/b'] })
  })

  test('messages and reading know where each file is', async () => {
    const root = makeFolder(files)
    const collected = await driver.collect(specOf('path', 'a/b'), projectIn(root))
    const content = (name: string) => ({ file: path.join(root, name), stat: statOf(path.join(root, name)) })
    expect(collected).toEqual({
      form: 'tree',
      at: 'a/b',
      files: [
        { path: 'run', from: 'a/b/run', exec: true, content: content('a/b/run') },
        { path: 'y.csv', from: 'a/b/y.csv', exec: false, content: content('a/b/y.csv') },
      ],
      ignored: [],
      notes: {},
      looked: {
        folders: new Map([[path.join(root, 'a/b'), statOf(path.join(root, 'a/b'))]]),
        above: new Set([path.join(root, 'a')]),
      },
    })
  })

  test('a name that is there is meant as it stands', async () => {
    const app = { 'app/[slug]/page.tsx': '', 'app/s/page.tsx': '', 'report (1)*.txt': '' }
    expect(await collect(app, 'app/[slug]')).toEqual({ 'tree app/[slug]': ['page.tsx'] })
    expect(await collect(app, 'app/[s]/page.tsx')).toEqual({ 'tree .': ['app/s/page.tsx'] })
  })

  test('files are sorted by the bytes of their paths', async () => {
    const names = ['a', 'a.b', 'a-b/x', 'a/x', 'B', 'é', 'z', '\ue000', '😀'].filter((name) => name !== 'a')
    const result = (await collect(Object.fromEntries(names.map((name) => [`d/${name}`, 'x'])), 'd')) as object
    const [sorted] = Object.values(result) as [string[]]
    expect(sorted).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  })

  test('the order in which files were made does not matter', async () => {
    const name = fc.stringMatching(/^[a-c]{1,2}(\/[a-c]{1,2}){0,2}$/)
    const property = fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), async (names) => {
      const fits = names.filter((one) => !names.some((other) => other.startsWith(`${one}/`)))
      const all = (order: readonly string[]) => collect(Object.fromEntries(order.map((one) => [`d/${one}`, one])), 'd')
      expect(await all(fits)).toEqual(await all([...fits].reverse()))
    })
    await fc.assert(property, { numRuns: 25 })
  })
})

describe('what was looked at', () => {
  const files = {
    ...{ 'a/x': '1', 'a/b/y.csv': '2', 'a/b/c/z': '3', 'a/node_modules/m.js': '4', 'q.txt': '5' },
    ...{ 'a/link': '->x', 'a/b/node_modules': '->../x', 'd/sub': '->../a/b', 'd/e': '6' },
  }
  const looked = async (source: unknown, spec: Partial<ComponentSpec> = {}, ignore: readonly string[] = []) => {
    const root = makeFolder(files)
    const found = await driver.collect(specOf('path', source, spec), projectIn(root, { ignore }))
    if (!found.looked) return found.looked
    const relative = (all: Iterable<string>) => [...all].map((file) => path.relative(root, file)).sort()
    return { folders: relative(found.looked.folders.keys()), above: relative(found.looked.above) }
  }

  test.each<[string, unknown, unknown]>([
    ['a file: its folders', 'a/b/c/z', { folders: [], above: ['a', 'a/b', 'a/b/c'] }],
    ['a folder: those in it, and those above', 'a/b', { folders: ['a/b', 'a/b/c'], above: ['a'] }],
    ['a glob: those that it may find something in', 'a/b/*.csv', { folders: ['a/b'], above: ['a'] }],
    ['a glob with another link', 'd/*.csv', undefined],
    ['a list: all of them', ['q.txt', 'a/b'], { folders: ['a/b', 'a/b/c'], above: ['a'] }],
    ['a link that was taken in: that can not be told', 'a', null],
    ['a link that might have led to something', '**/*.csv', null],
  ])('%s', async (_name, source, expected) => {
    if (expected === undefined) await expect(looked(source)).rejects.toThrow('matches no file')
    else expect(await looked(source)).toEqual(expected)
  })

  test('a folder that is ignored counts where something in it may be taken back', async () => {
    expect(await looked('a/*/*', {}, ['link'])).toMatchObject({ folders: ['a', 'a/b'] })
    expect(await looked('a/**', {}, ['link', '!a/node_modules/x', 'b'])).toMatchObject({
      folders: ['a', 'a/b', 'a/b/c', 'a/node_modules'],
    })
  })

  test('links that are ignored, and links that no glob wants, decide nothing', async () => {
    expect(await looked('a', {}, ['link'])).not.toBeNull()
    expect(await looked('a/x*')).toEqual({ folders: ['a'], above: [] })
  })

  test('bytes that stay where they are are read each time', async () => {
    expect(await looked('a/b', { mode: 'hash' })).toBeUndefined()
  })
})

describe('what is left out', () => {
  const files = {
    'd/keep.txt': '',
    'd/.git/config': '',
    'd/sub/.git': 'gitdir: ../x',
    'd/.aiship/format.json': '',
    'd/__pycache__/a.pyc': '',
    'd/x.pyc': 'x',
    'd/.venv/bin/python': '',
    'd/sub/node_modules/m/index.js': '',
    'd/.ipynb_checkpoints/n.ipynb': '',
    'd/.dvc/cache/files/x': '',
    'd/.dvc/tmp/y': '',
    'd/.dvc/config': '',
    'd/.DS_Store': '',
    'd/scratch/a.txt': '',
    'd/sub/scratch/b.txt': '',
  }
  const ignored = async (ignore: readonly string[], source = 'd') => {
    const collected = await driver.collect(specOf('path', source), projectIn(makeFolder(files), { ignore }))
    if (collected.form === 'reference') throw new Error('a reference')
    return { files: collected.files.map((file) => file.from), ignored: collected.ignored }
  }

  test('git, ours, and what programs leave behind', async () => {
    expect(await ignored([])).toEqual({
      files: ['d/.dvc/config', 'd/keep.txt', 'd/scratch/a.txt', 'd/sub/scratch/b.txt'],
      ignored: [
        'd/.DS_Store',
        'd/.dvc/cache/',
        'd/.dvc/tmp/',
        'd/.ipynb_checkpoints/',
        'd/.venv/',
        'd/__pycache__/',
        'd/sub/node_modules/',
        'd/x.pyc',
      ],
    })
  })

  test.each([
    [['**/scratch/**'], [], ['scratch']],
    [['scratch'], [], ['scratch']],
    [['d/scratch/'], ['d/sub/scratch/b.txt'], ['d/scratch/']],
    [['!node_modules'], ['d/sub/node_modules/m/index.js'], ['d/sub/node_modules']],
    [['!**/node_modules/**'], ['d/sub/node_modules/m/index.js'], ['d/sub/node_modules']],
    [['!d/sub/node_modules/'], ['d/sub/node_modules/m/index.js'], ['d/sub/node_modules']],
    [['!*.pyc'], ['d/__pycache__/a.pyc', 'd/x.pyc'], []],
    [['scratch', '!d/scratch/a.txt'], ['d/scratch/a.txt'], []],
  ])('ignore: %j', async (ignore, there, gone) => {
    const result = await ignored(ignore)
    expect(result.files).toEqual(expect.arrayContaining(there))
    for (const name of gone.filter((one) => one.includes('scratch')))
      expect(result.files.filter((file) => file.startsWith(name) || file.includes(`/${name}/`))).toEqual([])
    for (const name of gone.filter((one) => one.includes('node_modules')))
      expect(result.ignored.filter((file) => file.startsWith(name))).toEqual([])
  })

  test('git and ours are never taken back', async () => {
    const { files: found } = await ignored(['!.git', '!.aiship', '!**/.git/**'])
    expect(found.filter((file) => /\.git|\.aiship/.test(file))).toEqual([])
  })

  test('what the component names itself is not ignored by default', async () => {
    expect((await ignored([], 'd/sub/node_modules')).files).toEqual(['d/sub/node_modules/m/index.js'])
    expect((await ignored([], 'd/x.pyc')).files).toEqual(['d/x.pyc'])
  })

  const release = '{}'
  const checkouts = {
    'd/a.txt': '1',
    'd/out/.aiship-release.json': release,
    'd/out/.aiship-checkout.json': '{}',
    'd/out/model.bin': '2',
    'd/out/deep/b.txt': '3',
    'd/half/.aiship-checkout.json': '{}',
    'd/half/c.txt': '4',
    'd/sub/follow/.aiship-release.json': release,
    'd/sub/follow/d.txt': '5',
    'd/sub/e.txt': '6',
  }
  const withCheckouts = async (source: string | readonly string[], ignore: readonly string[] = []) => {
    const collected = await driver.collect(specOf('path', source), projectIn(makeFolder(checkouts), { ignore }))
    if (collected.form === 'reference') throw new Error('a reference')
    const files = collected.files.map((file) => file.from).filter((file) => !file.includes('.aiship-'))
    return { files, ignored: collected.ignored }
  }
  test.each<[string | readonly string[], readonly string[], readonly string[], readonly string[]]>([
    ['d', [], ['d/a.txt', 'd/sub/e.txt'], ['d/half/', 'd/out/', 'd/sub/follow/']],
    ['.', [], ['d/a.txt', 'd/sub/e.txt'], ['d/half/', 'd/out/', 'd/sub/follow/']],
    ['**/*.txt', [], ['d/a.txt', 'd/sub/e.txt'], ['d/half/', 'd/out/', 'd/sub/follow/']],
    ['d', ['out', 'half'], ['d/a.txt', 'd/sub/e.txt'], ['d/sub/follow/']],
    ['d', ['!d/out'], ['d/a.txt', 'd/out/deep/b.txt', 'd/out/model.bin', 'd/sub/e.txt'], ['d/half/', 'd/sub/follow/']],
    [
      'd',
      ['!d/out/model.bin'],
      ['d/a.txt', 'd/out/model.bin', 'd/sub/e.txt'],
      ['d/half/', 'd/out/.aiship-checkout.json', 'd/out/.aiship-release.json', 'd/out/deep/', 'd/sub/follow/'],
    ],
    ['d/out', [], ['d/out/deep/b.txt', 'd/out/model.bin'], []],
    [['d/sub/follow', 'd/out/deep'], [], ['d/out/deep/b.txt', 'd/sub/follow/d.txt'], []],
    ['d/out/**', [], ['d/out/deep/b.txt', 'd/out/model.bin'], []],
  ])('checkouts below what is named: %j, ignore %j', async (source, ignore, files, ignored) => {
    expect(await withCheckouts(source, ignore)).toEqual({ files, ignored })
  })

  test('another registry below what is named', async () => {
    const root = makeFolder({
      'd/a': '1',
      'd/old/format.json': '{}',
      'd/old/objects/00/x': '2',
      'd/old/logs/versions/a/1.json': '{}',
      'd/none/format.json': '3',
      'd/none/logs/x': '4',
    })
    const collected = await driver.collect(specOf('path', 'd'), projectIn(root))
    expect(listed(collected)).toEqual({ 'tree d': ['a', 'none/format.json', 'none/logs/x'] })
    expect(collected).toMatchObject({ ignored: ['d/old/'] })
  })

  test('a project that is a checkout is a project', async () => {
    const root = makeFolder({ '.aiship-release.json': '{}', '.aiship-checkout.json': '{}', a: '1', 'd/b': '2' })
    expect(await outcome(driver, specOf('path', '.'), projectIn(root))).toEqual({ 'tree .': ['a', 'd/b'] })
  })

  test('the registry, whatever it is called, and what a checkout writes', async () => {
    const root = makeFolder({ 'reg/format.json': '{}', 'reg/objects/x': '', 'a.txt': '', '.aiship-release.json': '{}' })
    const project = projectIn(root, { registry: path.join(root, 'reg') })
    expect(await outcome(driver, specOf('path', '.'), project)).toEqual({ 'tree .': ['a.txt'] })
    expect(await outcome(driver, specOf('path', 'reg/objects'), project)).toMatch(
      /^COMPONENT_INVALID .*lies in the registry/,
    )
    expect(await outcome(driver, specOf('path', '.aiship-release.json'), project)).toMatch(
      /^COMPONENT_INVALID .*never bundled/,
    )
    expect(await outcome(driver, specOf('path', 'a.txt'), projectIn(root, { registry: root }))).toMatch(/whole project/)
  })
})

describe('symbolic links', () => {
  test.each([
    ['to a file of the component', { 'd/a': '1', 'd/b': '->a' }, 'd', {}, { 'tree d': ['a', 'b'] }],
    ['to a folder of the component', { 'd/x/a': '1', 'd/y': '->x' }, 'd', {}, { 'tree d': ['x/a', 'y/a'] }],
    ['to a file of the list', { a: '1', b: '->a' }, ['a', 'b'], {}, { 'tree .': ['a', 'b'] }],
    ['outside, followed', { 'o/a*': '1', 'd/b': '->../o/a' }, 'd', { links: 'follow' }, { 'tree d': ['b*'] }],
    ['outside, a folder, followed', { 'o/a': '1', 'd/b': '->../o' }, 'd', { links: 'follow' }, { 'tree d': ['b/a'] }],
    ['the component itself, followed', { 'o/a': '1', d: '->o' }, 'd', { links: 'follow' }, { 'tree d': ['a'] }],
    ['a file that is one, followed', { 'o/a': '1', f: '->o/a' }, 'f', { links: 'follow' }, { 'file f': ['f'] }],
    ['a folder above, followed', { 'o/a': '1', d: '->o' }, 'd/a', { links: 'follow' }, { 'file d/a': ['a'] }],
    ['outside the wanted files', { 'd/a.csv': '', 'd/b': '->../z' }, 'd/*.csv', {}, { 'tree .': ['d/a.csv'] }],
    ['an ignored one', { 'd/a': '', 'd/node_modules': '->/nowhere' }, 'd', {}, { 'tree d': ['a'] }],
  ] as const)('%s', async (_name, files, source, spec, expected) => {
    expect(await collect(files, source, spec)).toEqual(expected)
  })

  const outside = (what: string) =>
    `COMPONENT_INVALID components.data: ${what}, outside the component | to bundle what it leads to, add "links: follow" to components.data`
  test.each([
    ['out of the component', { 'o/a': '1', 'd/b': '->../o/a' }, 'd', outside('d/b is a link to ../o/a')],
    ['out of the project', { 'd/b': '->/etc/hostname' }, 'd', outside('d/b is a link to /etc/hostname')],
    ['a folder out of it', { 'o/a': '1', 'd/b': '->../o' }, 'd', outside('d/b is a link to ../o')],
    ['the file itself', { 'o/a': '1', f: '->o/a' }, 'f', outside('f is a link to o/a')],
    ['the folder itself', { 'o/a': '1', d: '->o' }, 'd', outside('d is a link to o')],
    ['a folder above', { 'o/d/a': '1', l: '->o' }, 'l/d', outside('l is a link to o')],
    [
      'to nothing',
      { 'd/b': '->nowhere' },
      'd',
      'FILE_MISSING components.data: d/b is a link to nowhere, which is not there | restore what it leads to, or ignore the link in aiship.yaml',
    ],
    ['to itself', { 'd/b': '->b' }, 'd', /^COMPONENT_INVALID components.data: d\/b is a link to b, a loop/],
    ['in a circle', { 'd/b': '->c', 'd/c': '->b' }, 'd', /^COMPONENT_INVALID .*a loop/],
    [
      'to the folder above',
      { 'd/x/b': '->..' },
      'd',
      /^COMPONENT_INVALID components.data: d\/x\/b is a link to a folder that it lies in, a loop/,
    ],
    ['into git', { '.git/config': '', 'd/b': '->../.git/config' }, 'd', /^COMPONENT_INVALID .*never bundled/],
    ['into ours', { '.aiship/x': '', 'd/b': '->../.aiship/x' }, 'd', /^COMPONENT_INVALID .*never bundled/],
  ])('refused: %s', async (_name, files, source, expected) => {
    const result = await collect(files as unknown as Files, source)
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatch(expected)
  })

  test.each([
    ['into git', { '.git/config': '', 'd/b': '->../.git/config' }, 'd', /never bundled/],
    ['into another git', { 'o/.git/config': '', 'd/b': '->../o/.git' }, 'd', /never bundled/],
    ['to the folder above', { 'd/x/b': '->..' }, 'd', /a loop/],
    ['to the project', { 'd/b': '->..' }, 'd', /a loop/],
    ['to nothing', { 'd/b': '->nowhere' }, 'd', /^FILE_MISSING/],
  ])('refused even with links: follow: %s', async (_name, files, source, expected) => {
    expect(await collect(files as unknown as Files, source, { links: 'follow' })).toMatch(expected)
  })

  test('folders that link to folders do not multiply for ever', async () => {
    const levels = Array.from({ length: 24 }, (_, i) => [
      [`d/l${i}/a`, `->../l${i + 1}`],
      [`d/l${i}/b`, `->../l${i + 1}`],
    ]).flat()
    const start = computedMs()
    expect(await collect({ ...Object.fromEntries(levels), 'd/l24/x': '' }, 'd')).toMatch(/links lead to more than/)
    expect(computedMs() - start).toBeLessThan(5000)
  })
})

describe('placeholders', () => {
  const refused = (what: string, next: string) =>
    `PLACEHOLDER components.data: ${what} | fetch the bytes, then bundle | ${next}`
  test.each([
    ['Git LFS', { 'm.onnx': LFS }, 'm.onnx', refused('m.onnx is a Git LFS pointer, not the bytes', 'git lfs pull')],
    [
      'Git LFS in a folder',
      { 'd/a': 'x', 'd/m': LFS },
      'd',
      refused('d/m is a Git LFS pointer, not the bytes', 'git lfs pull'),
    ],
    ['git-annex', { 'd/m': ANNEX }, 'd', refused('d/m is a git-annex pointer, not the bytes', 'git annex get d/m')],
    [
      'git-annex by link',
      { 'd/m': '->../.git/annex/objects/aa/bb/KEY/KEY' },
      'd',
      refused('d/m is a git-annex pointer, not the bytes', 'git annex get d/m'),
    ],
    [
      'DVC in place of the path',
      { 'data/train.dvc': DVC },
      'data/train',
      refused('data/train is not here, only a DVC pointer to it', 'dvc pull data/train'),
    ],
    [
      'DVC in place of a folder above',
      { 'data/train.dvc': DVC },
      'data/train/a.csv',
      refused('data/train is not here, only a DVC pointer to it', 'dvc pull data/train'),
    ],
    [
      'DVC in the folder',
      { 'data/train.dvc': DVC, 'data/x': '' },
      'data',
      refused('data/train is not here, only a DVC pointer to it', 'dvc pull data/train'),
    ],
    [
      'a name that a shell would split',
      { 'my data.dvc': DVC },
      'my data',
      refused('"my data" is not here, only a DVC pointer to it', "dvc pull 'my data'"),
    ],
  ])('%s', async (_name, files, source, expected) => {
    expect(await collect(files as unknown as Files, source)).toBe(expected)
  })

  test.each([
    ['DVC beside its data', { 'data/train.dvc': DVC, 'data/train/a': '' }, ['train.dvc', 'train/a']],
    ['a file called .dvc', { 'data/notes.dvc': 'nothing of the kind' }, ['notes.dvc']],
    ['a text about LFS', { 'data/x.md': `The pointer says:\n${LFS}` }, ['x.md']],
    [
      'git-annex content that is here',
      { '.git/annex/objects/K/K': 'bytes', 'data/m': '->../.git/annex/objects/K/K' },
      ['m'],
    ],
  ])('not: %s', async (_name, files, expected) => {
    expect(await collect(files as unknown as Files, 'data', { links: 'follow' })).toEqual({ 'tree data': expected })
  })
})

describe('refused, with what to do', () => {
  test.each([
    [
      'missing',
      { 'data/train.csv': '' },
      'data/trian.csv',
      'FILE_MISSING components.data: there is no data/trian.csv | did you mean data/train.csv?',
    ],
    [
      'a folder above is missing',
      { 'data/x/y': '' },
      'dta/x/y',
      'FILE_MISSING components.data: there is no dta/x/y | did you mean data/x/y?',
    ],
    ['nothing like it', {}, 'model.bin', 'FILE_MISSING components.data: there is no model.bin'],
    ['a file in the way', { data: '' }, 'data/x', 'FILE_MISSING components.data: there is no data/x | data is a file'],
    [
      'the folder of a glob',
      { 'data/x': '' },
      'dat/*.csv',
      'FILE_MISSING components.data: there is no dat | did you mean data?',
    ],
    ['an empty folder', { data: null }, 'data', /^COMPONENT_INVALID components.data: data has no files \| an empty/],
    [
      'an empty file',
      { 'model.bin': '' },
      'model.bin',
      'COMPONENT_INVALID components.data: model.bin is empty | an empty component would say nothing: see that whatever writes it has done so, or remove it from aiship.yaml',
    ],
    [
      'a folder of empty folders',
      { 'data/a/b': null },
      'data',
      /^COMPONENT_INVALID components.data: data has no files/,
    ],
    [
      'a glob for nothing',
      { 'data/x': '' },
      'data/*.csv',
      /^COMPONENT_INVALID components.data: "data\/\*\.csv" matches no file/,
    ],
    ['one of a list', { 'data/x': '', e: null }, ['data', 'e'], /^COMPONENT_INVALID components.data: e has no files/],
    [
      'all of it ignored',
      { 'd/node_modules/x': '' },
      'd',
      'COMPONENT_INVALID components.data: d has no files | d/node_modules/ was left out; to take it in, add "!d/node_modules" to ignore',
    ],
    ['absolute', {}, '/etc/passwd', /^COMPONENT_INVALID .*absolute/],
    ['above', {}, '../x', /^COMPONENT_INVALID .*leads out/],
    ['above by glob', {}, '../*', /^COMPONENT_INVALID .*leads out/],
    ['git', { '.git/config': '' }, '.git/config', /^COMPONENT_INVALID .*\.git/],
    ['a glob without its end', {}, 'a/{b,c/*', /^COMPONENT_INVALID .*needs its "}"/],
  ])('%s', async (_name, files, source, expected) => {
    const result = await collect(files as unknown as Files, source)
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatch(expected)
  })

  test.each([
    ['.GIT/x', /reads as \.git/],
    ['sub/.AiShip/x', /reads as/],
    ['con.txt', /device/],
    ['a:b', /reserve/],
    ['a\nb', /control character/],
    ['a\u202eb', /invisible/],
    ['e\u0301', /normal form C/],
    ['end.', /ends in a dot/],
    ['x'.repeat(200).concat('/').repeat(6).concat('x'), /longer than 1024/],
  ])('the name %j', async (name, problem) => {
    const result = await collect({ [`d/${name}`]: '' }, 'd')
    expect(result).toMatch(/^NAME_UNSAFE components\.data: /)
    expect(result).toMatch(problem)
    expect(await collect({ [`d/${name}`]: '', 'd/ok': '' }, 'd', {}, { ignore: [`d/${name.split('/')[0]}`] })).toEqual(
      name.includes('*') || name.includes(':') ? expect.anything() : { 'tree d': ['ok'] },
    )
  })

  test('a name that is not UTF-8', async () => {
    const root = makeFolder({ 'd/a': '' })
    writeFileSync(Buffer.concat([Buffer.from(path.join(root, 'd', 'b')), Buffer.from([0xff])]), '')
    expect(await outcome(driver, specOf('path', 'd'), projectIn(root))).toMatch(/^NAME_UNSAFE .*not valid UTF-8/)
  })

  test.each([
    [{ 'd/Data': '', 'd/data': '' }, '"d/Data" and "d/data"'],
    [{ 'd/straße': '', 'd/STRASSE': '' }, '"d/STRASSE" and "d/straße"'],
    [{ 'd/A': '', 'd/a/x': '' }, '"d/A" and "d/a"'],
  ])('names that are one on some systems: %j', async (files, both) => {
    expect(await collect(files as unknown as Files, 'd')).toBe(
      `NAME_UNSAFE components.data: ${both} would be the same file on some systems | a bundle must check out on every system: rename one, or ignore it in aiship.yaml`,
    )
  })

  test('a pipe', async () => {
    const root = makeFolder({ 'd/a': '' })
    execFileSync('mkfifo', [path.join(root, 'd/pipe')])
    for (const source of ['d', 'd/pipe'])
      expect(await outcome(driver, specOf('path', source), projectIn(root))).toBe(
        'COMPONENT_INVALID components.data: d/pipe is a pipe, not a file | ignore it in aiship.yaml',
      )
  })

  test('a socket', async () => {
    const root = makeFolder({ 'd/a': '' })
    const server = net.createServer().listen(path.join(root, 'd/sock'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    expect(await outcome(driver, specOf('path', 'd'), projectIn(root))).toMatch(/d\/sock is a socket, not a file/)
  })

  test('a device, reached through a link', async () => {
    expect(await collect({ 'd/null': '->/dev/null' }, 'd', { links: 'follow' })).toMatch(
      /d\/null is a device, not a file/,
    )
  })
})

describe.skipIf(process.platform === 'win32')('what this user may not read', () => {
  /** The driver in a process of its own, as somebody who is not root. */
  async function asNobody(root: string, source: string): Promise<string> {
    const entry = `import { driver } from './src/components/path.ts'
      const spec = { name: 'data', role: 'dataset', kind: 'path', source: ${JSON.stringify(source)}, from: [], sources: [], derivedFrom: [], links: 'refuse', scan: 'auto', dedup: 'auto', mode: 'store', to: null }
      const project = { root: ${JSON.stringify(root)}, ignore: [], registry: null, signal: new AbortController().signal, env: {} }
      driver.collect(spec, project).then(() => console.log('collected'), (error) => console.log(error.code + ' ' + error.message))`
    const built = await build({
      ...{ stdin: { contents: entry, resolveDir: path.resolve(import.meta.dirname, '../..'), loader: 'ts' } },
      ...{ bundle: true, platform: 'node', format: 'cjs', write: false },
    })
    const isRoot = process.getuid?.() === 0
    const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    const run = spawnSync(process.execPath, ['-'], { input: built.outputFiles[0]?.text ?? '', cwd: '/', ...user })
    return run.stdout.toString() + run.stderr.toString()
  }

  test.each([
    ['d', 'd/secret'],
    ['d/secret/x', 'd/secret/x'],
  ])('%s', async (source, named) => {
    const root = makeFolder({ 'd/a': '', 'd/secret/x': '' })
    execFileSync('chmod', ['755', root])
    execFileSync('chmod', ['000', path.join(root, 'd/secret')])
    onTestFinished(() => void execFileSync('chmod', ['755', path.join(root, 'd/secret')]))
    expect(await asNobody(root, source)).toBe(`NOT_PERMITTED components.data: not permitted to read ${named}\n`)
  })
})

describe('mode: hash', () => {
  test('an empty file', async () => {
    expect(await collect({ 'model.bin': '' }, 'model.bin', { mode: 'hash' })).toMatch(/^COMPONENT_INVALID .* is empty/)
  })

  const hash = { mode: 'hash' } as const
  test('a file is named by its digest', async () => {
    expect(await collect({ 'big.bin': 'bytes' }, 'big.bin', hash)).toEqual({
      path: 'big.bin',
      digest: digestOf('bytes'),
      size: 5,
    })
  })

  test('a folder by the digest of its tree, whatever is ignored', async () => {
    const plain = await collect({ 'd/a': '1', 'd/b/c*': '22' }, 'd', hash)
    expect(plain).toMatchObject({ path: 'd', size: 3 })
    expect(await collect({ 'd/b/c*': '22', 'd/a': '1', 'd/.DS_Store': '' }, 'd', hash)).toEqual(plain)
    expect(await collect({ 'd/a': '1', 'd/b/c': '22' }, 'd', hash)).not.toEqual(plain)
    expect(await collect({ 'd/a': '1', 'd/b/c*': '23' }, 'd', hash)).not.toEqual(plain)
  })

  test('nothing is written, and a file that goes on changing is refused', async () => {
    // Large, and cheap to change: however busy the machine is, it changes while it is read.
    const root = makeFolder({ 'd/a': 'x'.repeat(30_000_000) })
    const timer = setInterval(() => appendFileSync(path.join(root, 'd/a'), 'y'), 1)
    onTestFinished(() => clearInterval(timer))
    expect(await outcome(driver, specOf('path', 'd', hash), projectIn(root))).toMatch(/^SOURCE_CHANGED /)
  })

  test('a file that is replaced between the tries is read anew', async () => {
    const root = makeFolder({ a: 'x'.repeat(3_000_000) })
    setTimeout(() => {
      writeFileSync(path.join(root, 'new'), 'later')
      renameSync(path.join(root, 'new'), path.join(root, 'a'))
    }, 5)
    const collected = listed(await driver.collect(specOf('path', 'a', hash), projectIn(root))) as { digest: string }
    expect([digestOf('later'), digestOf('x'.repeat(3_000_000))]).toContain(collected.digest)
  })
})

test('50,000 files are listed in well under a second', async () => {
  // Links to one file are made faster than files, and looked at no faster.
  const root = makeFolder({ one: '{"a":1}' })
  for (let folder = 0; folder < 250; folder++) {
    const at = path.join(root, 'd', `part-${folder}`)
    mkdirSync(at, { recursive: true })
    for (let file = 0; file < 200; file++) linkSync(path.join(root, 'one'), path.join(at, `record-${file}.json`))
  }
  const times: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    const start = computedMs()
    const collected = await driver.collect(specOf('path', 'd'), projectIn(root))
    times.push(computedMs() - start)
    expect(collected.form === 'tree' && collected.files.length).toBe(50_000)
  }
  expect(Math.min(...times)).toBeLessThan(2000)
}, 60_000)
