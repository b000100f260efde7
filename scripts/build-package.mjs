// Compiles src to dist as JavaScript with declarations: Node strips no types under node_modules.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const built = ['wasm', 'console']
for (const name of readdirSync(dist)) {
  if (!built.includes(name)) rmSync(join(dist, name), { recursive: true, force: true })
}
const tsc = join(root, 'node_modules', '.bin', 'tsc')
const run = spawnSync(tsc, ['-p', join(root, 'tsconfig.build.json')], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
