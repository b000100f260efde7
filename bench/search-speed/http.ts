import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { createServer } from '../../src/api/server.ts'
import { createStoreView } from '../../src/api/view/store-view.ts'
import { makeDemoStore, searchStore } from '../../src/loop/index.ts'
import { demoShoppers } from '../../src/world/index.ts'
import { printFigure, rounded } from '../figure.ts'

const SECONDS = 8
const PRODUCTS = 48_000

/**
 * Searches over HTTP: the whole of a demo store behind the API on one core, the client beside it on the
 * other, eight connections; every search is logged and the reply has facets and highlights.
 */
export async function measureHttp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-http-'))
  const store = join(folder, 'demo')
  const params = { products: PRODUCTS, days: 30, ordersPerDay: 400, seed: 1 }
  await makeDemoStore(store, params)
  await searchStore(store, { now: Date.now() })
  const app = createServer({ view: createStoreView(store, { clock: Date.now }) })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const { texts } = demoShoppers(params)
  const requests = Array.from({ length: 2000 }, (_, i) => {
    const { brand, material, noun, colour } = texts[(i * 7919) % texts.length]!
    const query = [`${material} ${noun}`, `${brand} ${noun}`, `${colour} ${noun}`, noun][i % 4]!
    return {
      method: 'POST' as const,
      path: '/search',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: query.toLowerCase() }),
    }
  })
  await autocannon({ url, connections: 2, duration: 4, requests })
  const result = await autocannon({ url, connections: 8, duration: SECONDS, requests })
  await app.close()
  rmSync(folder, { recursive: true, force: true })
  const data = `demo store, ${PRODUCTS} products, ${requests.length} queries, ${result.non2xx} refused`
  printFigure({
    figure: 'search-speed, over HTTP, one server beside its client on two cores',
    value: rounded(result.requests.mean),
    unit: 'searches/s',
    target: '≥ 300',
    met: result.requests.mean >= 300 && result.non2xx === 0,
    data,
  })
  printFigure({
    figure: 'search-speed, over HTTP, 99 % within',
    value: rounded(result.latency.p99),
    unit: 'ms',
    data,
  })
}
