// npm run bench -- NAME [--data DIR …] runs bench/NAME.ts; without a name it lists them.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const helpers = ['run.ts', 'figure.ts', 'plot.ts']
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !helpers.includes(file))
  .map((file) => file.slice(0, -3))
const [name, ...rest] = process.argv.slice(2)

if (name === undefined || !existsSync(join(folder, `${name}.ts`)) || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--data DIR]\nNAME is one of: ${names.join(', ')}`)
  process.exit(2)
}
// As many as the command line starts with.
const env = { UV_THREADPOOL_SIZE: '16', ...process.env }
const run = spawnSync(process.execPath, [join(folder, `${name}.ts`), ...rest], {
  stdio: 'inherit',
  env,
})
process.exit(run.status ?? 1)
