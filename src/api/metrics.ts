import type { FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { FulfilmentView } from './fulfilment-view.ts'
import type { ApiInstance } from './instance.ts'
import type { StrategyReply } from './schemas/strategy.ts'
import type { WarehouseWaits } from './schemas/warehouse.ts'

/** Upper bounds of the latency buckets, seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Counters of a server, in the registry that /metrics shows. */
export interface Metrics {
  readonly registry: Registry
  /** A request for promises that was answered in so many milliseconds, beside Fastify. */
  promised(promises: number, milliseconds: number): void
  answered(route: string, status: number, seconds: number): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  // A promise is counted in plain numbers, which are handed over when someone asks.
  const lean = { requests: 0, promises: 0, buckets: new Float64Array(BUCKETS.length + 1), sum: 0 }
  const requests = new Counter({
    name: 'storewright_http_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'storewright_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers: [registry],
  })
  new Counter({
    name: 'storewright_promises_total',
    help: 'Promises answered on the short way of POST /promises',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(lean.promises)
    },
  })
  leanLatency(registry, lean)
  return {
    registry,
    promised(promises, milliseconds) {
      lean.requests++
      lean.promises += promises
      lean.sum += milliseconds / 1000
      let bucket = 0
      while (bucket < BUCKETS.length && milliseconds > 1000 * BUCKETS[bucket]!) bucket++
      lean.buckets[bucket]!++
    },
    answered(route, status, took) {
      requests.inc({ route, status: String(status) })
      seconds.observe({ route }, took)
    },
  }
}

interface LeanCount {
  readonly requests: number
  readonly sum: number
  readonly buckets: Float64Array
}

/** Latency on the short way, from its own buckets: prom-client's histogram costs more than a promise. */
function leanLatency(registry: Registry, lean: LeanCount): void {
  new Gauge({
    name: 'storewright_promise_requests',
    help: 'Requests on the short way of POST /promises answered within so many seconds',
    labelNames: ['le'],
    registers: [registry],
    collect() {
      let within = 0
      BUCKETS.forEach((bound, i) => {
        within += lean.buckets[i]!
        this.set({ le: String(bound) }, within)
      })
      this.set({ le: '+Inf' }, lean.requests)
    },
  })
  new Gauge({
    name: 'storewright_promise_seconds_sum',
    help: 'Seconds that these requests took together',
    registers: [registry],
    collect() {
      this.set(lean.sum)
    },
  })
}

/** Serves /metrics, and counts what the routes answer. */
export function addMetrics(
  app: ApiInstance,
  metrics: Metrics,
  fulfilment: FulfilmentView | undefined,
  waits: () => WarehouseWaits | null,
): void {
  addWaitGauges(metrics.registry, waits)
  if (fulfilment !== undefined) addFulfilmentGauges(metrics.registry, fulfilment)
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(nameOf(request), reply.statusCode, reply.elapsedTime / 1000)
  })
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { need: 'read' },
    schema: { hide: true },
    handler: async (_, reply) => {
      reply.type(metrics.registry.contentType)
      return reply.send(await metrics.registry.metrics())
    },
  })
}

/** The route, never the address: ids would make a series each. */
function nameOf({ method, routeOptions }: FastifyRequest): string {
  return routeOptions.url === undefined ? 'none' : `${method} ${routeOptions.url}`
}

type AddGauge = (
  name: string,
  help: string,
  read: (self: Gauge) => void,
  labelNames?: string[],
) => Gauge

/** The strategy beside cheapest-now, over the same orders. */
function addStrategyGauges(gauge: AddGauge, read: () => StrategyReply | undefined): void {
  gauge(
    'storewright_strategy_cents',
    'Shipping since counting began: of the strategy, of cheapest-now, and the worth of the stock that this one would have left above that there is',
    (self) => {
      const status = read()
      if (status === undefined) return
      self.set({ of: 'strategy' }, status.ownCents)
      self.set({ of: 'cheapest-now' }, status.simpleCents)
      self.set({ of: 'stock' }, status.stockCents)
    },
    ['of'],
  )
  gauge('storewright_strategy_orders', 'Orders compared since counting began', (self) =>
    self.set(read()?.orders ?? 0),
  )
  gauge(
    'storewright_strategy_serves',
    'The strategy that gives orders to sites now',
    (self) => {
      const status = read()
      if (status !== undefined) self.set({ strategy: status.serves }, 1)
    },
    ['strategy'],
  )
}

/** How statements on the store's database wait for each other. */
function addWaitGauges(registry: Registry, waits: () => WarehouseWaits | null): void {
  const gauge = (name: string, help: string, of: (known: WarehouseWaits) => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        const known = waits()
        this.set(known === null ? 0 : of(known))
      },
    })
  gauge('storewright_statements_waiting', 'Statements that wait now', (known) => known.waiting)
  gauge('storewright_statements_running', 'Statements that run now', (known) => known.running)
  gauge('storewright_statements_started', 'Statements that started', (known) => known.statements)
  gauge(
    'storewright_statements_put_first',
    'Statements that started before one that had come earlier',
    (known) => known.putFirst,
  )
  gauge(
    'storewright_statement_wait_p95_seconds',
    '95th percentile of the waits of statements',
    (known) => known.waitP95Ms / 1000,
  )
  gauge(
    'storewright_statement_wait_longest_seconds',
    'Longest wait of a statement',
    (known) => known.longestWaitMs / 1000,
  )
}

function addFulfilmentGauges(registry: Registry, fulfilment: FulfilmentView): void {
  const gauge: AddGauge = (name, help, read, labelNames = []) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        read(this)
      },
    })
  gauge('storewright_orders', 'Orders known', (self) => self.set(fulfilment.counts()?.orders ?? 0))
  gauge('storewright_stock_sequence', 'Number of the last event of stock', (self) =>
    self.set(fulfilment.counts()?.stockSequence ?? 0),
  )
  gauge('storewright_promises_kept', 'Orders that came in time', (self) =>
    self.set(fulfilment.counts()?.promisesKept ?? 0),
  )
  gauge(
    'storewright_promises_broken',
    'Orders that did not, by cause',
    (self) => {
      for (const [because, count] of Object.entries(fulfilment.counts()?.promisesBroken ?? {}))
        self.set({ because }, count)
    },
    ['because'],
  )
  gauge('storewright_closures', 'Sites and lanes that are closed now', (self) =>
    self.set(fulfilment.counts()?.closures ?? 0),
  )
  addStrategyGauges(gauge, () => fulfilment.counts()?.strategy)
  gauge(
    'storewright_route_set_areas',
    'Areas by the route set that serves them',
    (self) => {
      for (const { routeVersion, areas } of fulfilment.counts()?.serving ?? [])
        self.set({ version: routeVersion }, areas)
    },
    ['version'],
  )
}
