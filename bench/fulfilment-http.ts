import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../src/core/random/random.ts'
import { makeDemoStore, withDatabase } from '../src/loop/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'
import { type Load, load, requestBytes } from './fulfilment-http/client.ts'

// Promises over HTTP, single and in batches of 100, asked of a demo store as `storewright serve`
// serves it, by a client in this process. Beside it, round by round, the limit of the machine: node:http
// that sends a text of the same length to the same client. Rounds alternate; the figure is the
// median, the interval the range.
//
//   npm run bench -- fulfilment-http [--store DIR] [--rounds 5] [--seconds 4] [--seed 1]

const seed = Number(argument('seed', '1'))
const rounds = Number(argument('rounds', '5'))
const milliseconds = 1000 * Number(argument('seconds', '4'))
const given = argument('store', '')
const folder = mkdtempSync(join(tmpdir(), 'storewright-http-'))
const store = given === '' ? join(folder, 'demo') : given

try {
  if (given === '') await makeDemoStore(store, { products: 3000, seed: 1 })
  const ids = await readIds(store)
  await measure('single', 1, { connections: 16, pipelining: 4 }, ids)
  await measure('batches of 100', 100, { connections: 4, pipelining: 2 }, ids)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Ids {
  readonly products: readonly string[]
  readonly areas: readonly string[]
}

function readIds(path: string): Promise<Ids> {
  return withDatabase(path, 'read', async (db) => {
    const products = await db.rows<{ id: string }>(
      'SELECT DISTINCT product_id AS id FROM stock WHERE on_hand > 0 ORDER BY 1',
    )
    const areas = await db.rows<{ id: string }>(
      `SELECT area_id AS id FROM areas WHERE kind =
         (SELECT kind FROM areas GROUP BY kind ORDER BY count(*) DESC, kind LIMIT 1) ORDER BY 1`,
    )
    return { products: products.map(({ id }) => id), areas: areas.map(({ id }) => id) }
  })
}

interface Shape {
  readonly connections: number
  readonly pipelining: number
}

interface Round extends Load {
  /** CPU microseconds a request. */
  readonly serverMicros: number
  readonly clientMicros: number
}

async function measure(name: string, size: number, shape: Shape, ids: Ids): Promise<void> {
  const requests = requestsOf(size, ids)
  const served = await start('store', store)
  let length = 0
  const check = (body: string) => {
    length = Buffer.byteLength(body)
    const reply = JSON.parse(body) as { promises?: unknown[]; earliest?: unknown }
    const isRight = size === 1 ? 'earliest' in reply : reply.promises?.length === size
    if (!isRight) throw new Error(`not a promise: ${body.slice(0, 200)}`)
  }
  const options = { ...shape, requests, check }
  // The first round warms both sides and says how long a reply is.
  await load({ ...options, port: served.port, milliseconds })
  const hello = await start('hello', String(length))
  const found: Round[] = []
  const control: Round[] = []
  for (let round = 0; round < rounds; round++) {
    found.push(await roundOf(served, { ...options, milliseconds }))
    control.push(await roundOf(hello, { ...options, check: () => {}, milliseconds }))
  }
  served.child.disconnect()
  hello.child.disconnect()
  report(name, size, found, control)
}

function requestsOf(size: number, { products, areas }: Ids): Buffer[] {
  const random = createRandom(seed)
  const one = () => ({
    productId: products[random.int(products.length)]!,
    areaId: areas[random.int(areas.length)]!,
  })
  return Array.from({ length: size === 1 ? 20_000 : 500 }, () =>
    requestBytes(
      '/promises',
      size === 1 ? one() : { requests: Array.from({ length: size }, one), detail: 'dates' },
    ),
  )
}

interface Server {
  readonly child: ChildProcess
  readonly port: number
}

async function start(mode: string, value: string): Promise<Server> {
  const path = new URL('fulfilment-http/server.ts', import.meta.url).pathname
  const child = fork(path, [mode, value], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const { port } = await answerOf<{ port: number }>(child)
  return { child, port }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

async function cpuOf({ child }: Server): Promise<number> {
  child.send('cpu')
  const { cpu } = await answerOf<{ cpu: NodeJS.CpuUsage }>(child)
  return (cpu.user + cpu.system) / 1e6
}

async function roundOf(
  server: Server,
  options: Omit<Parameters<typeof load>[0], 'port'>,
): Promise<Round> {
  const [own, before] = [process.cpuUsage(), await cpuOf(server)]
  const result = await load({ ...options, port: server.port })
  const [client, used] = [cpuSeconds(own), (await cpuOf(server)) - before]
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.replies} replies failed`)
  const micros = (seconds: number) => (1e6 * seconds) / result.replies
  return { ...result, serverMicros: micros(used), clientMicros: micros(client) }
}

function report(name: string, size: number, found: Round[], control: Round[]): void {
  const data = 'demo store, 3,000 products, 3,220 areas, 24 sites; products and areas uniform'
  const rate = (round: Round) => (size * round.replies) / round.seconds
  const figure = (what: string, unit: string, of: (round: Round) => number, target?: string) => {
    const [mine, peer] = [spread(found.map(of)), spread(control.map(of))]
    printFigure({
      figure: `promises over HTTP, ${name}: ${what}`,
      value: mine.median,
      unit,
      interval: mine.range,
      baseline: peer.median,
      ratio: rounded(mine.median / peer.median),
      ...(target === undefined ? {} : { target, met: isMet(mine.median, target) }),
      data: `${data}; baseline: node:http sending as many bytes to the same client`,
      seed,
    })
  }
  figure('rate', 'promises/s', rate, size === 1 ? '≥ 30000' : '≥ 400000')
  figure('p99', 'ms', ({ p99 }) => p99, size === 1 ? '≤ 5' : undefined)
  figure('CPU of the server', 'µs a request', ({ serverMicros }) => serverMicros)
  figure('CPU of the client', 'µs a request', ({ clientMicros }) => clientMicros)
}

function isMet(value: number, target: string): boolean {
  const bound = Number(target.slice(2))
  return target.startsWith('≥') ? value >= bound : value <= bound
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b).map((value) => rounded(value))
  const range = [sorted[0]!, sorted.at(-1)!] as const
  return { median: sorted[Math.floor(sorted.length / 2)]!, range }
}
