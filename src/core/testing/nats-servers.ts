import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { canConnect, freePorts } from './ports.ts'

// Debian puts it where the path of a plain user does not lead.
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`
const START_MILLISECONDS = 90_000

/** True when a `nats-server` can be started on this machine. */
export const hasNatsServer =
  spawnSync('nats-server', ['--version'], { env: { ...process.env, PATH } }).status === 0

/** Tests that need a nats-server fail on CI where there is none, and are skipped elsewhere. */
export const skipsNats = !hasNatsServer && process.env['CI'] !== 'true'
if (skipsNats) {
  console.warn('nats-server is missing: its tests are skipped (apt-get install nats-server).')
}

/** NATS servers with JetStream on free ports of 127.0.0.1, alone or as one cluster. */
export interface NatsServers {
  /** Addresses, in the order of the servers. */
  readonly addresses: readonly string[]
  /** Ends a server at once (`kill -9`); its data stay. */
  kill(index: number): Promise<void>
  /** Starts a server that was killed, on its data and its port. */
  restart(index: number): Promise<void>
  /** Ends all of them and removes their data. */
  close(): Promise<void>
}

interface Running {
  readonly shell: ChildProcess
  readonly pid: number
  readonly ended: Promise<void>
}

/** Starts `count` servers in a folder of their own under `base`; several form a cluster. */
export async function startNatsServers(count: number, base = tmpdir()): Promise<NatsServers> {
  const folder = mkdtempSync(join(base, 'storewright-nats-'))
  const ports = await freePorts(2 * count)
  const clients = ports.slice(0, count)
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`)
  const files = clients.map((port, k) => {
    const file = join(folder, `server-${k}.conf`)
    writeFileSync(file, configuration(folder, k, port, count > 1 ? routes : []))
    return file
  })
  const running = new Map<number, Running>()
  const start = async (k: number) => {
    running.set(k, await startServer(files[k]!))
    await untilListening(clients[k]!)
  }
  const end = async (k: number) => {
    const one = running.get(k)
    running.delete(k)
    if (one === undefined) return
    // The shell ends with its child once its input is closed, and would also if we were killed.
    try {
      process.kill(one.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
    one.shell.stdin?.end()
    await one.ended
  }
  const close = async () => {
    await Promise.all([...running.keys()].map(end))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(files.map((_, k) => start(k)))
  } catch (error) {
    await close()
    throw error
  }
  return { addresses: clients.map((port) => `127.0.0.1:${port}`), kill: end, restart: start, close }
}

function configuration(folder: string, k: number, port: number, routes: readonly string[]): string {
  const store = join(folder, `server-${k}`)
  mkdirSync(store, { recursive: true })
  const lines = [
    `server_name: server-${k}`,
    `listen: "127.0.0.1:${port}"`,
    `log_file: "${join(folder, `server-${k}.log`)}"`,
    `jetstream { store_dir: "${store}", max_mem: 64MB, max_file: 8GB }`,
  ]
  if (routes.length > 0) {
    const listen = routes[k]!.replace('nats://', '')
    lines.push(`cluster { name: storewright, listen: "${listen}", routes: [${routes.join(', ')}] }`)
  }
  return `${lines.join('\n')}\n`
}

/**
 * A server as the child of a shell that waits for the end of its own input: however this process
 * ends, the server is killed.
 */
async function startServer(file: string): Promise<Running> {
  const script = 'nats-server -c "$1" >/dev/null 2>&1 & echo $!; cat >/dev/null; kill -9 $!'
  const shell = spawn('sh', ['-c', script, 'sh', file], {
    env: { ...process.env, PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  const pid = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject)
    shell.stdout.setEncoding('utf8').once('data', (text: string) => resolve(Number(text)))
  })
  return { shell, pid, ended }
}

async function untilListening(port: number): Promise<void> {
  const end = performance.now() + START_MILLISECONDS
  while (!(await canConnect(port))) {
    if (performance.now() > end) {
      throw new Error(`nats-server does not listen on port ${port}: is it installed?`)
    }
    await sleep(20)
  }
}
