import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { HttpError } from './error-reply.ts'
import type { ApiInstance } from './instance.ts'

const YEAR_SECONDS = 365 * 24 * 60 * 60

/**
 * Serves the built console: files under assets/ for ever (their names carry their content's hash),
 * the page itself checked each time, `.br` and `.gz` beside a file used where the browser takes
 * them. Addresses without a file are pages of the console and get its index.html.
 */
export function addConsoleFiles(app: ApiInstance, folder: string): void {
  const assets = join(folder, 'assets')
  app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = path.startsWith(assets)
      reply.header(
        'cache-control',
        hashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
      )
    },
  })
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request.method, request.url, request.headers.accept)) throw notFound(request.url)
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}

/** Without a console there is nothing but the API. */
export function addNotFound(app: ApiInstance): void {
  app.setNotFoundHandler((request) => {
    throw notFound(request.url)
  })
}

/** True where a browser asks for a page, not for a file or for the API. */
function isPage(method: string, url: string, accept = ''): boolean {
  const elsewhere = /^\/(api|assets)(\/|$|\?)|^\/openapi\.json(\?|$)/.test(url)
  return (method === 'GET' || method === 'HEAD') && !elsewhere && accept.includes('text/html')
}

function notFound(url: string): HttpError {
  const path = url.split('?', 1)[0] ?? ''
  return new HttpError(
    404,
    'ERR_NOT_FOUND',
    `there is nothing at ${path}`,
    'All addresses of the API stand in /openapi.json.',
  )
}
