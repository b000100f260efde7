import type { AddressInfo } from 'node:net'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyRequest } from 'fastify'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { PromiseDesk, TokenBook } from '../loop/index.ts'
import { addConsoleFiles, addNotFound } from './console-files.ts'
import { HttpError, type OnFailure, sendFailure } from './error-reply.ts'
import type { FulfilmentView } from './fulfilment-view.ts'
import { type Bearer, createGuard, type Guard, type Need } from './guard.ts'
import { addSecurityHeaders, DATA_HEADERS } from './headers.ts'
import type { ApiInstance } from './instance.ts'
import { createPromiseAnswerer, type PromiseAnswerer } from './lean/answer-promises.ts'
import { createLeanPromises } from './lean/lean-promises.ts'
import { putBefore } from './lean/socket-front.ts'
import { addMetrics, createMetrics } from './metrics.ts'
import { addNightlyGauges } from './nightly-gauges.ts'
import { addOpenApi } from './openapi.ts'
import { createRequestCounter, type RequestCounter, storeOf } from './request-counter.ts'
import { addBuyingRoutes } from './routes/buying.ts'
import { addClosureRoutes } from './routes/closures.ts'
import { addDemandRoutes } from './routes/demand.ts'
import { addExplainRoutes } from './routes/explain.ts'
import { addFulfilmentRoutes } from './routes/fulfilment.ts'
import { addFulfilmentPageRoutes } from './routes/fulfilment-pages.ts'
import { addLoadRoutes } from './routes/load.ts'
import { addNetworkRoutes } from './routes/network.ts'
import { addOutcomeRoutes } from './routes/outcome.ts'
import { addSearchRoutes } from './routes/search.ts'
import { addStoreRoutes } from './routes/store.ts'
import { addStrategyRoute } from './routes/strategy.ts'
import { addWarehouseRoutes } from './routes/warehouse.ts'
import type { StoreView } from './store-view.ts'

export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_PORT = 4600

/** Room for approving the 100,000 lines that one request may name. */
const BODY_BYTES = 8 * 1024 * 1024

export interface ServerOptions {
  readonly view: StoreView
  /** Folder of the built console; without it only the API is served. */
  readonly consoleDir?: string
  /** A token of the role admin beside those of the store. */
  readonly token?: string
  /** Tokens of the store; see createGuard for when one is needed. */
  readonly tokens?: TokenBook
  /** The address that will be listened on; it decides what is refused. Default 127.0.0.1. */
  readonly host?: string
  /** Version of the program, for the OpenAPI document. */
  readonly version?: string
  readonly onFailure?: OnFailure
  /** Largest body of a request, in bytes. */
  readonly bodyLimit?: number
  /** Requests that one caller (token, else address) may send a minute; default: no limit. */
  readonly requestsAMinute?: number
  /** Epoch ms now; for when tokens expire. */
  readonly clock?: () => number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the guard asks of who calls; default: reading is open, changes are for admin. */
    need?: Need
  }
}

const MINUTE_MS = 60_000

/**
 * The HTTP API over a view of a store, with its OpenAPI document at /openapi.json and the console
 * beside it. Not listening yet: see `listen`. Errors are replies of the form `errorReply`.
 */
export function createServer(options: ServerOptions): ApiInstance {
  const { view, consoleDir, token, tokens, host = DEFAULT_HOST, onFailure, clock } = options
  const bodyLimit = options.bodyLimit ?? BODY_BYTES
  const guard = createGuard({ host, token, tokens, clock })
  const counter = counterOf(options.requestsAMinute)
  const metrics = createMetrics()
  const app = Fastify({
    bodyLimit,
    // Ids of products may be long, and longer still percent-encoded.
    routerOptions: { maxParamLength: 2_000 },
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, onFailure))
  // JSON alone: a form of another site can send text/plain without asking.
  app.removeContentTypeParser('text/plain')
  const bearers = addGuard(app, guard)
  if (counter !== undefined) addRateLimit(app, counter, bearers)
  app.addHook('onClose', async () => {
    await view.search.close()
    await view.fulfilment?.close()
  })
  addSecurityHeaders(app)
  addMetrics(app, metrics, view.fulfilment, () => view.warehouse.waits())
  addNightlyGauges(metrics.registry, view.nightly)
  addOpenApi(app, options.version ?? '0.0.0')
  app.register(async (scope) => {
    const api = scope.withTypeProvider<ZodTypeProvider>()
    addStoreRoutes(api, view)
    addDemandRoutes(api, view)
    addExplainRoutes(api, view)
    addBuyingRoutes(api, view)
    addOutcomeRoutes(api, view)
    addSearchRoutes(api, view.search)
    addNetworkRoutes(api, view.network)
    addLoadRoutes(api, view.load)
    addWarehouseRoutes(api, view.warehouse)
    if (view.fulfilment !== undefined) {
      addFulfilmentRoutes(api, view.fulfilment, consoleDir !== undefined)
      addClosureRoutes(api, view.fulfilment)
      addFulfilmentPageRoutes(api, view.fulfilment.pages)
      addStrategyRoute(api, view.fulfilment)
    }
  })
  if (consoleDir === undefined) addNotFound(app)
  else addConsoleFiles(app, consoleDir)
  if (view.fulfilment !== undefined) {
    const answerer = answererOf(view.fulfilment)
    const front = putBefore(app.server, (handOver) =>
      createLeanPromises({
        ...{ guard, counter, bodyLimit, answerer, handOver, ticks: () => performance.now() },
        headers: DATA_HEADERS,
        idleMs: app.server.keepAliveTimeout,
        replay: ({ payload, ...request }) => app.inject({ ...request, method: 'POST', payload }),
        onAnswered: metrics.promised,
      }),
    )
    app.addHook('preClose', async () => front.close())
  }
  return app
}

/** Remembers who calls, for the routes and the rate limit. */
function addGuard(app: ApiInstance, guard: Guard): WeakMap<FastifyRequest, Bearer> {
  const bearers = new WeakMap<FastifyRequest, Bearer>()
  app.addHook('onRequest', async (request) => {
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const need = request.routeOptions.config.need ?? (isReading ? 'open' : 'admin')
    const bearer = guard(request, need)
    if (bearer !== undefined) bearers.set(request, bearer)
  })
  return bearers
}

function counterOf(requestsAMinute: number | undefined): RequestCounter | undefined {
  if (requestsAMinute === undefined) return undefined
  return createRequestCounter(requestsAMinute, MINUTE_MS, () => performance.now())
}

function addRateLimit(
  app: ApiInstance,
  counter: RequestCounter,
  bearers: WeakMap<FastifyRequest, Bearer>,
): void {
  app.register(rateLimit, {
    ...{ max: counter.most, timeWindow: counter.windowMs, store: storeOf(counter) },
    keyGenerator: (request) => bearers.get(request)?.name ?? request.ip,
    errorResponseBuilder: (_, { max, ttl }) =>
      new HttpError(
        429,
        'ERR_RATE',
        `more than ${max} requests in a minute`,
        `Wait ${Math.ceil(ttl / 1000)} seconds; ask for many promises in one request.`,
      ),
  })
}

/** Answers from the desk that is open, made anew when another is opened. */
function answererOf(fulfilment: FulfilmentView): () => PromiseAnswerer | undefined {
  let desk: PromiseDesk | undefined
  let answerer: PromiseAnswerer | undefined
  return () => {
    const open = fulfilment.desk()
    if (open !== desk) {
      desk = open
      answerer = open && createPromiseAnswerer(open)
    }
    return answerer
  }
}

export interface Listening {
  /** Such as http://127.0.0.1:4600. */
  readonly url: string
  /**
   * Stops taking requests, lets those under way end, for at most `graceMilliseconds`, then cuts
   * the rest off.
   */
  close(graceMilliseconds?: number): Promise<void>
}

/** Creates a server and listens on `host` and `port` (0: any free one). Rejects if it is taken. */
export async function listen(options: ServerOptions & { port?: number }): Promise<Listening> {
  const app = createServer(options)
  const host = options.host ?? DEFAULT_HOST
  await app.listen({ host, port: options.port ?? DEFAULT_PORT })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close(graceMilliseconds = 5_000) {
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMilliseconds)
      await app.close()
      clearTimeout(cut)
    },
  }
}
