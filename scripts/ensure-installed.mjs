// Runs before `npm start` and `npm test`: a fresh clone installs what it needs, once.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lockFile = join(root, 'package-lock.json')
const installedLock = join(root, 'node_modules', '.package-lock.json')

/** True when every package of the lock file is installed in the version it names. */
function isInstalled() {
  if (!existsSync(installedLock)) return false
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
  const present = JSON.parse(readFileSync(installedLock, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  )
}

/** Where node_modules links to another folder: npm ci would empty that folder, which others may use. */
function isLinked() {
  return lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

if (!isInstalled()) {
  if (isLinked()) {
    console.error(
      `error: node_modules of ${root} is a link, and lacks packages of package-lock.json.\n  Install them where it leads, or remove the link; nothing was changed.`,
    )
    process.exit(1)
  }
  console.error('Installing what Storewright needs (npm ci); this happens once.')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr.fd, 'inherit'],
  })
  process.exit(run.status ?? 1)
}
