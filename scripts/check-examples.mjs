// Installs the packages of each example in examples/ and type-checks it against them.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'examples')
const examples = readdirSync(folder).filter((name) =>
  existsSync(join(folder, name, 'package.json')),
)
if (examples.length === 0) throw new Error('there are no examples to check')

for (const name of examples) {
  const cwd = join(folder, name)
  run(cwd, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'])
  run(cwd, ['run', '-s', 'types'])
  console.log(`examples/${name}: types hold`)
}

/** Runs npm in a folder; ends the check where it fails. */
function run(cwd, args) {
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
