import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { createServer } from '../../src/api/server.ts'
import { createStoreView } from '../../src/api/view/store-view.ts'
import { makeDemoStore, openSearchService, searchStore } from '../../src/loop/index.ts'
import { engine } from '../../src/search/index.ts'
import { demoShoppers } from '../../src/world/index.ts'
import { cpuSeconds, meanInterval, printFigure, rounded } from '../figure.ts'

const SECONDS = 4
const ROUNDS = 4
const PRODUCTS = 48_000
const QUERIES = 2000

/**
 * Searches over HTTP: the whole of a demo store behind the API in one thread, the client in another,
 * eight connections; every search is logged and the reply has facets and highlights. In turns with it,
 * the same queries in process without any of that.
 */
export async function measureHttp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-http-'))
  const store = join(folder, 'demo')
  const params = { products: PRODUCTS, days: 30, ordersPerDay: 400, seed: 1 }
  await makeDemoStore(store, params)
  await searchStore(store, { now: Date.now() })
  const queries = queriesOf(demoShoppers(params))
  const app = createServer({ view: createStoreView(store, { clock: Date.now }) })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const service = await openSearchService(store, {
    clock: Date.now,
    ticks: () => performance.now(),
    makeId: () => '',
  })
  const rounds: HttpRound[] = []
  const inProcess: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    rounds.push(await overHttp(url, queries))
    inProcess.push(engineRate(service.engine, queries))
  }
  await service.close()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
  report(rounds.slice(1), inProcess.slice(1))
}

function queriesOf({ texts }: ReturnType<typeof demoShoppers>): string[] {
  return Array.from({ length: QUERIES }, (_, i) => {
    const { brand, material, noun, colour } = texts[(i * 7919) % texts.length]!
    const query = [`${material} ${noun}`, `${brand} ${noun}`, `${colour} ${noun}`, noun][i % 4]!
    return query.toLowerCase()
  })
}

interface HttpRound {
  readonly rate: number
  readonly p99Ms: number
  readonly refused: number
  /** CPU milliseconds of the server's thread a search: what other work on the machine leaves alone. */
  readonly cpuMs: number
}

async function overHttp(url: string, queries: readonly string[]): Promise<HttpRound> {
  const requests = queries.map((query) => ({
    method: 'POST' as const,
    path: '/search',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  }))
  const since = process.threadCpuUsage()
  const {
    requests: done,
    latency,
    non2xx,
  } = await autocannon({
    url,
    connections: 8,
    duration: SECONDS,
    workers: 1,
    requests,
  })
  const { user, system } = process.threadCpuUsage(since)
  const cpuMs = (user + system) / 1000 / done.total
  return { rate: done.mean, p99Ms: latency.p99, refused: non2xx, cpuMs }
}

/** Searches a second of CPU: read, understand, choose, join, rank, count matches. */
function engineRate(running: engine.SearchEngine, queries: readonly string[]): number {
  const since = process.cpuUsage()
  queries.forEach((text, seed) => {
    const answer = running.search({ text, from: 0, size: 24, now: Date.now(), seed })
    engine.matchesOf(running.parts.index, answer)
  })
  return queries.length / cpuSeconds(since)
}

function report(rounds: readonly HttpRound[], inProcess: readonly number[]): void {
  const refused = rounds.reduce((sum, round) => sum + round.refused, 0)
  const data = `demo store, ${PRODUCTS} products, ${QUERIES} queries, ${refused} refused`
  const line = (figure: string, values: readonly number[], unit: string, least?: number) => {
    const { mean, interval } = meanInterval(values)
    printFigure({
      figure: `search-speed, ${figure}`,
      value: rounded(mean),
      unit,
      interval: [rounded(interval[0]), rounded(interval[1])],
      ...(least === undefined ? {} : { target: `≥ ${least}`, met: mean >= least && refused === 0 }),
      data,
    })
  }
  const of = (key: keyof HttpRound) => rounds.map((round) => round[key])
  line('over HTTP, one server thread, its client in another', of('rate'), 'searches/s', 300)
  line('over HTTP, 99 % within, eight waiting on one thread', of('p99Ms'), 'ms')
  line('over HTTP, CPU of the server’s thread a search', of('cpuMs'), 'ms')
  line('the same store and queries in process, one core', inProcess, 'queries/s')
}
