import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { addConsoleFiles, addNotFound } from './console-files.ts'
import { type OnFailure, sendFailure } from './error-reply.ts'
import { createGuard } from './guard.ts'
import { addSecurityHeaders } from './headers.ts'
import type { ApiInstance } from './instance.ts'
import { addOpenApi } from './openapi.ts'
import { addBuyingRoutes } from './routes/buying.ts'
import { addDemandRoutes } from './routes/demand.ts'
import { addExplainRoutes } from './routes/explain.ts'
import { addNetworkRoutes } from './routes/network.ts'
import { addOutcomeRoutes } from './routes/outcome.ts'
import { addSearchRoutes } from './routes/search.ts'
import { addStoreRoutes } from './routes/store.ts'
import type { StoreView } from './store-view.ts'

export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_PORT = 4600

/** Room for approving the 100,000 lines that one request may name. */
const BODY_BYTES = 8 * 1024 * 1024

export interface ServerOptions {
  readonly view: StoreView
  /** Folder of the built console; without it only the API is served. */
  readonly consoleDir?: string
  /** Asked for by every change of state; without one, only this machine may change anything. */
  readonly token?: string
  /** The address that will be listened on; it decides what is refused. Default 127.0.0.1. */
  readonly host?: string
  /** Version of the program, for the OpenAPI document. */
  readonly version?: string
  readonly onFailure?: OnFailure
  /** Largest body of a request, in bytes. */
  readonly bodyLimit?: number
}

/**
 * The HTTP API over a view of a store, with its OpenAPI document at /openapi.json and the console
 * beside it. Not listening yet: see `listen`. Errors are replies of the form `errorReply`.
 */
export function createServer(options: ServerOptions): ApiInstance {
  const { view, consoleDir, token, host = DEFAULT_HOST, onFailure } = options
  const app = Fastify({
    bodyLimit: options.bodyLimit ?? BODY_BYTES,
    requestTimeout: 30_000,
    // Ids of products may be long, and longer still percent-encoded.
    routerOptions: { maxParamLength: 2_000 },
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, onFailure))
  // JSON alone: a form of another site can send text/plain without asking.
  app.removeContentTypeParser('text/plain')
  const guard = createGuard({ host, token })
  app.addHook('onRequest', async (request) => guard(request))
  app.addHook('onClose', () => view.search.close())
  addSecurityHeaders(app)
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
  })
  if (consoleDir === undefined) addNotFound(app)
  else addConsoleFiles(app, consoleDir)
  return app
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
