import { isIP } from 'node:net'
import { StorewrightError } from '../../core/errors.ts'

/** A server that a game day may send requests to. */
export interface Target {
  /** As a person reads it: http://127.0.0.1:4600. */
  readonly origin: string
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  /** Value of the Host header. */
  readonly hostHeader: string
  /** Put before every path; empty or /shop, never with a slash at its end. */
  readonly basePath: string
}

/**
 * Reads the address of a target. This machine (127.0.0.0/8, ::1, localhost) may always be loaded; all
 * else only where its origin is in `allowed`, letter by letter after normalizing: what carries
 * customers must not be met by a slip of the pen. Throws ERR_ARGUMENT on addresses that are none,
 * hold a password, or are not allowed.
 */
export function parseTarget(address: string, allowed: readonly string[]): Target {
  const url = readUrl(address)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (!isThisMachine(host) && !allowed.some((one) => readUrl(one).origin === url.origin)) {
    throw new StorewrightError('ERR_ARGUMENT', `${url.origin} is not among the allowed targets`, {
      value: address,
      next: `A game day sends as much as a server can bear. If ${url.origin} may be loaded, list it: gameday_targets = ["${url.origin}"] under [load] in storewright.toml, or --allow ${url.origin}`,
    })
  }
  const isTls = url.protocol === 'https:'
  return {
    origin: url.origin,
    host,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    isTls,
    hostHeader: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
  }
}

function readUrl(address: string): URL {
  const bad = (why: string) =>
    new StorewrightError('ERR_ARGUMENT', `"${address}" ${why}`, {
      value: address,
      next: 'Write it as http://127.0.0.1:4600 or https://test.shop.example.',
    })
  if (!URL.canParse(address)) throw bad('is no address of a server')
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw bad('is not http or https')
  if (url.username !== '' || url.password !== '') throw bad('holds a name or password')
  return url
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
