import type { IncomingHttpHeaders } from 'node:http'

// The head of a request as shops send it. What is odd in any way is not judged here: `undefined`
// leaves the request to node:http, which knows all of HTTP.

/** A head that asks for nothing but an answer to its body. */
export interface PlainHead {
  readonly headers: IncomingHttpHeaders
  /** Bytes of the body. */
  readonly length: number
}

/** Headers that change nothing about how a body is read or a reply is sent, or are checked below. */
const KNOWN = new Set([
  ...['host', 'content-type', 'content-length', 'connection', 'authorization', 'origin'],
  ...[
    'accept',
    'accept-encoding',
    'accept-language',
    'user-agent',
    'referer',
    'cookie',
    'priority',
  ],
  ...['cache-control', 'pragma', 'dnt', 'traceparent', 'tracestate', 'baggage', 'x-request-id'],
  ...['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user'],
])
/** Printable ASCII, as RFC 9110 has it for values. */
const VALUE = /^[\x20-\x7e]*$/
const LENGTH = /^\d{1,9}$/

/**
 * Reads the lines between the request line and the empty line, without either. Undefined where a line
 * is folded, stands twice, is not known to change nothing, or where the body is not JSON of a stated
 * length on a connection that stays.
 */
export function parsePlainHead(lines: string): PlainHead | undefined {
  const headers: Record<string, string> = {}
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).toLowerCase()
    if (!KNOWN.has(name) || Object.hasOwn(headers, name)) return undefined
    const value = line.slice(colon + 1).trim()
    if (!VALUE.test(value)) return undefined
    headers[name] = value
  }
  const type = headers['content-type']
  const isJson = type === 'application/json' || type === 'application/json; charset=utf-8'
  const { host, connection = 'keep-alive', 'content-length': length = '' } = headers
  const stays = connection.toLowerCase() === 'keep-alive'
  if (host === undefined || !isJson || !stays || !LENGTH.test(length)) return undefined
  return { headers, length: Number(length) }
}
