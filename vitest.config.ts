import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'bench/**/*.test.ts',
      'console/src/**/*.test.ts',
      'examples/*.test.ts',
    ],
    // Limits are for what hangs: what takes 20 s on a quiet machine takes minutes on a busy one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is waited for comes within milliseconds on a quiet machine.
    expect: { poll: { timeout: 180_000 } },
    setupFiles: ['src/core/testing/property-seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Tests start the command line many times: what Node compiled is kept from one start to the next.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  },
})
