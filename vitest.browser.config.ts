import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['console/browser/**/*.spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 1,
  },
})
