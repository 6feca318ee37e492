import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../src/core/errors.ts'
import { replay, startSession } from './cli/transcript.ts'

const README = path.join(import.meta.dirname, '../README.md')
const text = readFileSync(README, 'utf8')

/** `vitest -u` writes what is printed now into the README. */
test('what is typed in the README happens as it is shown there', async () => {
  const parts = text.split(/(?<=<!-- transcript -->\n```console\n)|(?=```\n<!-- \/transcript -->)/)
  expect(parts.length).toBeGreaterThan(4)
  const session = startSession('support-agent')
  try {
    const written: string[] = []
    // Every other part is one, and goes on where the one before it stopped.
    for (const [i, part] of parts.entries()) written.push(i % 2 === 0 ? part : await replay(part, session))
    expect(written.filter((_, i) => i % 2 === 1).join('')).not.toMatch(/INTERNAL|\[exit 1\]/)
    await expect(written.join('')).toMatchFileSnapshot(README)
  } finally {
    session.end()
  }
}, 60_000)

test('the README has every exit code that aiship uses', () => {
  for (const exit of new Set(Object.values(EXIT)))
    expect(text, `exit ${exit}`).toMatch(new RegExp(`\\| (\\d+/)?${exit}(/\\d+)? +\\|`))
})

test('the CI step in the README is the example', () => {
  const step = readFileSync(path.join(import.meta.dirname, '../examples/ci/release.sh'), 'utf8')
  expect(text).toContain(`\`\`\`sh\n${step}\`\`\``)
})

test('the bucket policy in the README is the example', () => {
  const policy = readFileSync(path.join(import.meta.dirname, '../examples/ci/bucket-policy.json'), 'utf8')
  expect(text).toContain(`\`\`\`json\n${policy}\`\`\``)
})
