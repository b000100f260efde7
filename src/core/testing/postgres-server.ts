import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from './ports.ts'

const START_MILLISECONDS = 90_000
const DEBIAN_ROOT = '/usr/lib/postgresql'

/** Where Debian puts the programs of the newest server, or '' where they are on the path. */
function binFolder(): string {
  if (!existsSync(DEBIAN_ROOT)) return ''
  const versions = readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a))
  const found = versions.find((v) => existsSync(join(DEBIAN_ROOT, v, 'bin', 'postgres')))
  return found === undefined ? '' : join(DEBIAN_ROOT, found, 'bin')
}

const program = (name: string): string => {
  const folder = binFolder()
  return folder === '' ? name : join(folder, name)
}

/** True when a PostgreSQL server can be started on this machine. */
export const hasPostgres = spawnSync(program('postgres'), ['--version']).status === 0

/** Tests that need PostgreSQL fail on CI where there is none, and are skipped elsewhere. */
export const skipsPostgres = !hasPostgres && process.env['CI'] !== 'true'
if (skipsPostgres) {
  console.warn(
    'postgresql is missing: its tests are skipped (apt-get install postgresql-15 postgresql-15-hypopg).',
  )
}

/** A PostgreSQL server on a free port of 127.0.0.1 with data of its own. */
export interface PostgresServer {
  readonly url: string
  close(): Promise<void>
}

/** The server refuses to run as root; then it runs as the user that Debian made for it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const number = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString())
  return { uid: number('-u'), gid: number('-g') }
}

/** Starts a server that counts statements (pg_stat_statements); `close` removes all of it. */
export async function startPostgres(base = tmpdir()): Promise<PostgresServer> {
  const user = serverUser()
  const folder = mkdtempSync(join(base, 'storewright-postgres-'))
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const [port] = await freePorts(1)
  const init = spawnSync(
    program('initdb'),
    ['-D', data, '-U', 'store', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'],
    { cwd: folder, ...user },
  )
  if (init.status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`initdb failed, is postgresql installed? ${init.stderr ?? init.error}`)
  }
  const server = spawn('sh', ['-c', SCRIPT, 'sh', program('postgres'), data, `${port}`, folder], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...user,
  })
  const close = async () => {
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(port!, folder)
  } catch (error) {
    await close()
    throw error
  }
  return { url: `postgres://store@127.0.0.1:${port}/postgres`, close }
}

// The shell waits for the end of its own input: however this process ends, the server is stopped.
const SCRIPT = `"$1" -D "$2" -p "$3" -k "$4" -c listen_addresses=127.0.0.1 -c fsync=off \
-c shared_buffers=64MB -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track=all \
-c autovacuum=off -c max_parallel_workers_per_gather=0 & cat >/dev/null; kill -QUIT $!; wait`

async function untilReady(port: number, folder: string): Promise<void> {
  const end = performance.now() + START_MILLISECONDS
  const ready = () =>
    spawnSync(program('pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`], { cwd: folder })
      .status === 0
  while (!ready()) {
    if (performance.now() > end) throw new Error(`PostgreSQL does not answer on port ${port}`)
    await sleep(50)
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const gone = new Promise<void>((resolve) => server.once('close', () => resolve()))
  server.stdin?.end()
  await gone
}
