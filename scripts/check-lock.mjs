// Some releases reach the registry without their packages for other platforms; npm then leaves them
// out of the lock file, and `npm ci` refuses it. Every optional dependency must have its entry.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const installed = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
const missing = Object.entries(packages).flatMap(([path, entry]) =>
  Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !installed.has(name))
    .map((name) => `${path} lacks ${name}`),
)
if (missing.length > 0) {
  console.error(`package-lock.json cannot be installed everywhere:\n${missing.join('\n')}`)
  process.exit(1)
}
