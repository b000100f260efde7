#!/usr/bin/env node
// Starts the command line: the compiled one of an installed package, or, in a clone, the sources
// under the Node that comes with the dependencies (they are TypeScript, run as they are).
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src', 'cli', 'main.ts')
// A statement holds one of them as long as it runs: of the usual four, nightly work and questions leave
// none for opening files.
const THREADS = '16'

if (existsSync(source)) {
  const prepared = spawnSync(process.execPath, [join(root, 'scripts', 'ensure-installed.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (prepared.status !== 0) process.exit(prepared.status ?? 1)
  const node = join(root, 'node_modules', 'node', 'bin', 'node')
  // What Node compiled is kept for the next start, which takes half the time.
  const env = {
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    UV_THREADPOOL_SIZE: THREADS,
    ...process.env,
  }
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: 'inherit', env })
  // A terminal sends Ctrl-C to both; the child alone decides what it means.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
} else {
  // Node 20 has no such cache.
  module.enableCompileCache?.()
  process.env.UV_THREADPOOL_SIZE ??= THREADS
  await import('../dist/cli/main.js')
}
