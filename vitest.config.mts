import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['scripts/build.mjs'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test that meets the developer's own settings is a test of that machine.
    env: { TZ: 'UTC', NO_COLOR: '1' },
  },
})
