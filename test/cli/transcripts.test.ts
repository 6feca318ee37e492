import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { replay, startSession } from './transcript.ts'

const HERE = import.meta.dirname

/** `vitest -u` writes what is printed now; read the difference before you commit it. */
describe('transcripts', () => {
  for (const file of readdirSync(HERE).filter((name) => name.endsWith('.txt'))) {
    test(file, async () => {
      const session = startSession()
      try {
        const written = await replay(readFileSync(join(HERE, file), 'utf8'), session)
        await expect(written).toMatchFileSnapshot(join(HERE, file))
      } finally {
        session.end()
      }
    })
  }
})
