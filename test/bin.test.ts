import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')
const BIN = path.join(ROOT, 'bin/aiship.js')

const sh = (script: string) => spawnSync('bash', ['-c', script], { cwd: ROOT, encoding: 'utf8' })

describe('bin/aiship.js', () => {
  test('prints the version that package.json names', () => {
    const { version } = JSON.parse(sh('cat package.json').stdout) as { version: string }
    expect(spawnSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' })).toMatchObject({
      ...{ stdout: `${version}\n`, stderr: '', status: 0 },
    })
  })

  test('exits with the code that main returns', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'promte'], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('promote')
  })

  test('says which Node it needs on an older one', () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.20.0' })`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', older, BIN, '--version'], {
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/needs Node\.js 20\.19 or newer/)
  })

  test('is quiet when the reader of its output is gone', () => {
    const { stdout, stderr } = sh(`{ "${process.execPath}" "${BIN}" help; echo "exit $?" >&2; } | true`)
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 0\n' })
  })

  test('says so when the disk under its output is full', () => {
    const { status, stderr } = sh(`"${process.execPath}" "${BIN}" help > /dev/full`)
    expect({ status, stderr }).toEqual({ status: 8, stderr: expect.stringContaining('[DISK_FULL]') })
  })

  test('runs from a symbolic link, as npm installs it', () => {
    const { status, stdout } = sh(
      `dir=$(mktemp -d) && ln -s "${BIN}" "$dir/aiship" && PATH="${path.dirname(process.execPath)}:$PATH" "$dir/aiship" --version; code=$?; rm -r "$dir"; exit $code`,
    )
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d/) })
  })

  test('writes everything into a pipe that does not block and is full', () => {
    // The first process leaves the pipe in non-blocking mode, as a parent may have it: killed, or Node would put it back. The reader starts late.
    const leave = `new (require('net').Socket)({ fd: 1 }); process.kill(process.pid, 'SIGKILL')`
    const write = `require('${BIN}').output(1, () => process.stdout, () => {}).write('0123456789'.repeat(100000))`
    const { stdout } = sh(`node() { "${process.execPath}" "$@"; }
      { node -e "${leave}"; node -e "${write}"; } | { sleep 0.5; wc -c; }`)
    expect(stdout.trim()).toBe('1000000')
  })
})
