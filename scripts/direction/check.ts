// Refuses imports against the direction of the house, and first proves that it can refuse: a guard
// that cannot fail is no guard. Run by .ci/run and `npm run guard`.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findViolations } from './direction.ts'

const here = dirname(fileURLToPath(import.meta.url))
const canary = findViolations(join(here, 'canary')).violations
const expected = [
  'core/reaches-up.ts',
  'inventory/reaches-across.ts',
  'world/goes-past-the-door.ts',
]

if (
  canary
    .map((v) => v.file)
    .sort()
    .join() !== expected.join()
) {
  console.error('The direction guard is blind: it let a canary pass.', canary)
  process.exit(1)
}
const { violations, files } = findViolations(join(here, '..', '..', 'src'))
for (const { file, imported, why } of violations)
  console.error(`${file} imports ${imported}: ${why}`)
if (files === 0) console.error('The direction guard found no files.')
if (violations.length > 0 || files === 0) process.exit(1)
console.log(`direction: ${files} files, canaries refused (${canary.length}), no violations`)
