import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../src/core/errors.ts'
import { replay, startSession } from './cli/transcript.ts'

const README = path.join(import.meta.dirname, '../README.md')
const text = readFileSync(README, 'utf8')

/** `vitest -u` writes what is printed now into the README. */
test('the first five minutes happen as the README shows them', async () => {
  const [, before, transcript, after] =
    /^([\s\S]*<!-- transcript -->\n```console\n)([\s\S]*?)(```\n<!-- \/transcript -->[\s\S]*)$/.exec(text) ?? []
  const session = startSession('support-agent')
  try {
    const written = await replay(transcript ?? '', session)
    expect(written).not.toMatch(/INTERNAL|\[exit 1\]/)
    await expect(`${before}${written}${after}`).toMatchFileSnapshot(README)
  } finally {
    session.end()
  }
}, 20_000)

test('the README has every exit code that aiship uses', () => {
  for (const exit of new Set(Object.values(EXIT)))
    expect(text, `exit ${exit}`).toMatch(new RegExp(`\\| (\\d+/)?${exit}(/\\d+)? +\\|`))
})

test('the CI step in the README is the example', () => {
  const step = readFileSync(path.join(import.meta.dirname, '../examples/ci/release.sh'), 'utf8')
  expect(text).toContain(`\`\`\`sh\n${step}\`\`\``)
})
