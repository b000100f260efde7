import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { HttpError } from './error-reply.ts'

/** True for addresses and names that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

export interface GuardOptions {
  /** The address the server listens on. */
  readonly host: string
  readonly token: string | undefined
}

/**
 * Refuses a request before anything of it is read:
 *
 * - On loopback its Host must be a loopback name, else a page of another site that points its own
 *   name at 127.0.0.1 could read the store (DNS rebinding).
 * - A change of state must not come from a page of another site (Origin, Sec-Fetch-Site), and
 *   needs the token where there is one, and always where other machines can reach the server.
 *
 * Throws ERR_FORBIDDEN with 401 (token missing or wrong) or 403.
 */
export function createGuard({ host, token }: GuardOptions): (request: FastifyRequest) => void {
  const local = isLoopback(host)
  return (request) => {
    if (local) requireLoopbackName(request)
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS')
      return
    requireSameOrigin(request)
    if (token !== undefined) requireToken(request, token)
    else if (!local) throw forbidden('changes from other machines need a token', withToken)
  }
}

const withToken = 'Start the server with a token, and send it as `Authorization: Bearer TOKEN`.'

function requireLoopbackName(request: FastifyRequest): void {
  if (!isLoopback(request.hostname)) {
    throw forbidden(`this server does not answer to the name ${request.hostname}`, localNames)
  }
}

const localNames = 'Use http://127.0.0.1 or http://localhost, or serve on another host.'

function requireSameOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (foreignSite || (origin !== undefined && hostOf(origin) !== host?.toLowerCase())) {
    throw forbidden('pages of other sites may not change the store')
  }
}

/** Host and port of an origin; undefined for `null` and what is no http address. */
function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { protocol, host } = new URL(origin)
  return protocol === 'http:' || protocol === 'https:' ? host : undefined
}

function requireToken(request: FastifyRequest, token: string): void {
  const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined && sameText(given, token)) return
  const fault = given === undefined ? 'changes need a token' : 'the token is not the right one'
  throw new HttpError(401, 'ERR_FORBIDDEN', fault, 'Send it as `Authorization: Bearer TOKEN`.')
}

/** Compares digests of equal length, so that the time taken tells nothing of the token. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function forbidden(message: string, next?: string): HttpError {
  return new HttpError(403, 'ERR_FORBIDDEN', message, next)
}
