import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const report = process.env.AISHIP_TEST_REPORT

/** The longest first, so that none of them begins when all others have ended. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      moduleId.includes('/crash/damage') ? 0 : moduleId.includes('/crash/') ? 1 : 2
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most files wait for the disk, or for programs that they run, so that two cores have a file each.
    sequence: { sequencer: LongestFirst },
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: ['scripts/build.mjs'],
    setupFiles: process.env.AISHIP_SEED === undefined ? [] : ['test/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // A test that meets the settings of a developer or of a CI is a test of that machine.
    env: { TZ: 'UTC', NO_COLOR: '1', CI: '' },
  },
})
