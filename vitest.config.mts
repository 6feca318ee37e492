import { defineConfig } from 'vitest/config'

const report = process.env.AISHIP_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['scripts/build.mjs'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // A test that meets the settings of a developer or of a CI is a test of that machine.
    env: { TZ: 'UTC', NO_COLOR: '1', CI: '' },
  },
})
