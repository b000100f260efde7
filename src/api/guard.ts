import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Role, TokenBook } from '../loop/index.ts'
import { HttpError } from './error-reply.ts'

/** What a route asks of who calls it: `open` nothing; `read` any token; else one of the roles or admin. */
export type Need = 'open' | Role | readonly Role[]

/** Who calls, where a token says so. */
export interface Bearer {
  readonly name: string
  readonly role: Role
}

/** True for addresses and names that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

export interface GuardOptions {
  /** The address the server listens on. */
  readonly host: string
  /** A token of the role admin, set when the server is started. */
  readonly token: string | undefined
  /** Tokens of the store. */
  readonly tokens?: TokenBook | undefined
  /** Epoch ms now. */
  readonly clock?: (() => number) | undefined
}

/** What the guard looks at. */
export interface GuardedRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** Refuses a request before anything of it is read; tells who calls where a token says so. */
export type Guard = (request: GuardedRequest, need: Need) => Bearer | undefined

/**
 * What is refused:
 *
 * - On loopback, a Host that is no loopback name, else a page of another site that points its own
 *   name at 127.0.0.1 could read the store (DNS rebinding).
 * - A change of state from a page of another site (Origin, Sec-Fetch-Site).
 * - A token that is unknown, expired, revoked, or of a role that may not do it.
 * - No token, where one is needed: for what is not open, where other machines can reach the server;
 *   on this machine for all but reading, once there is a token that could be given.
 *
 * Throws ERR_FORBIDDEN with 401 (token missing or wrong) or 403.
 */
export function createGuard({ host, token, tokens, clock = Date.now }: GuardOptions): Guard {
  const local = isLoopback(host)
  return ({ method, headers }, need) => {
    const isReading = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    if (local) requireLoopbackName(headers)
    if (!isReading) requireSameOrigin(headers)
    if (need === 'open') return undefined
    const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]
    if (given !== undefined) {
      const bearer = bearerOf(given, token, tokens, clock())
      if (bearer !== undefined) return requireRole(bearer, need)
    }
    if (local && isReading) return undefined
    if (token !== undefined || tokens?.isRequired(clock()) === true) {
      throw unauthorized(given === undefined ? 'this needs a token' : WRONG_TOKEN)
    }
    if (!local) throw forbidden('requests from other machines need a token', WITH_TOKEN)
    return undefined
  }
}

const WITH_TOKEN =
  'Make one: `storewright token add NAME --role shop --store DIR`, and send it as `Authorization: Bearer TOKEN`.'
const WRONG_TOKEN = 'the token is not the right one'

/** Undefined for a token that nobody gave, where none is needed. Throws 401 for one that no longer stands. */
function bearerOf(
  given: string,
  token: string | undefined,
  tokens: TokenBook | undefined,
  now: number,
): Bearer | undefined {
  if (token !== undefined && sameText(given, token)) return { name: 'admin', role: 'admin' }
  const check = tokens?.check(given, now)
  if (check === undefined) return undefined
  if (check.ok) return check
  if (check.fault === 'unknown') return undefined
  const what = check.fault === 'expired' ? 'has expired' : 'was revoked'
  throw unauthorized(`the token ${what}`)
}

function requireRole(bearer: Bearer, need: Need): Bearer {
  const { name, role } = bearer
  const allowed: readonly string[] = typeof need === 'string' ? [need] : need
  if (role === 'admin' || allowed.includes('read') || allowed.includes(role)) return bearer
  throw forbidden(
    `the token ${name} is of the role ${role}; this needs ${allowed.join(' or ')}`,
    `Make one that may: \`storewright token add NAME --role ${allowed[0]} --store DIR\``,
  )
}

function requireLoopbackName({ host = '' }: IncomingHttpHeaders): void {
  const name = host.replace(/:\d+$/, '')
  if (!isLoopback(name)) {
    throw forbidden(`this server does not answer to the name ${name}`, LOCAL_NAMES)
  }
}

const LOCAL_NAMES = 'Use http://127.0.0.1 or http://localhost, or serve on another host.'

function requireSameOrigin(headers: IncomingHttpHeaders): void {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
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

/** Compares digests of equal length, so that the time taken tells nothing of the token. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function unauthorized(message: string): HttpError {
  return new HttpError(
    401,
    'ERR_FORBIDDEN',
    message,
    'Send one that stands as `Authorization: Bearer TOKEN`.',
  )
}

function forbidden(message: string, next?: string): HttpError {
  return new HttpError(403, 'ERR_FORBIDDEN', message, next)
}
