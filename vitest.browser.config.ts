import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['console/browser/**/*.spec.ts'],
    // Limits are for what hangs.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 180_000 } },
    pool: 'forks',
    maxWorkers: 1,
  },
})
