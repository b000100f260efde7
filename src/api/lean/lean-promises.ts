import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guard } from '../guard.ts'
import type { RequestCounter } from '../request-counter.ts'
import { parsePromiseBody } from './parse-promise.ts'
import type { PromiseWriter } from './write-promise.ts'

// POST /promises is asked by every page view of a shop. A request in its plain form is answered from the bare
// HTTP server; whatever else comes (an error, an odd header, a refusal) goes the way of all
// routes, so that there is one place that says no, and one that says why.

/** A request as the other way takes it. */
export interface ReplayedRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly remoteAddress: string
  readonly payload: Buffer
}

export interface LeanOptions {
  readonly writer: () => PromiseWriter | undefined
  readonly guard: Guard
  readonly counter: RequestCounter | undefined
  /** Bytes of the largest body. */
  readonly bodyLimit: number
  /** Headers of every reply, name and value by turns. */
  readonly headers: readonly string[]
  /** Answers a request whose body has been read already. */
  readonly replay: (request: ReplayedRequest, response: ServerResponse) => void
  /** Told how many promises a request got, and the milliseconds it took. */
  readonly onAnswered?: ((promises: number, milliseconds: number) => void) | undefined
  readonly ticks: () => number
}

/** Takes a request that it can answer, and returns true; leaves any other untouched. */
export type LeanHandler = (request: IncomingMessage, response: ServerResponse) => boolean

export function createLeanPromises(options: LeanOptions): LeanHandler {
  const { guard, counter, bodyLimit, ticks } = options
  return (request, response) => {
    if (request.url !== '/promises' || request.method !== 'POST') return false
    const writer = options.writer()
    if (writer === undefined) return false
    const { headers } = request
    const length = lengthOf(headers['content-length'])
    if (length < 0 || length > bodyLimit || !isPlainJson(headers)) return false
    const caller = callerOf(request, guard)
    if (caller === undefined) return false
    const began = ticks()
    readBody(request, length, (payload) => {
      if (request.socket.destroyed) return
      const body = parseBody(payload)
      const text = body && writer.write(body)
      const isWithin = text !== undefined && isAllowed(counter, caller)
      if (body === undefined || text === undefined || !isWithin) {
        options.replay(
          { url: '/promises', headers, remoteAddress: addressOf(request), payload },
          response,
        )
        return
      }
      sendJson(response, options.headers, text)
      options.onAnswered?.(body.requests?.length ?? 1, ticks() - began)
    })
    return true
  }
}

/** Who is counted: the bearer of the token, else the address. Undefined: the other way says why not. */
function callerOf(request: IncomingMessage, guard: Guard): string | undefined {
  try {
    // POST and JSON alone: what a page of another site cannot send without asking.
    return guard({ method: 'POST', headers: request.headers }, 'read')?.name ?? addressOf(request)
  } catch {
    return undefined
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? ''
}

/** A refused request is counted where it is refused, once. */
function isAllowed(counter: RequestCounter | undefined, caller: string): boolean {
  return counter === undefined || counter.count(caller).current <= counter.most
}

function isPlainJson(headers: IncomingMessage['headers']): boolean {
  const type = headers['content-type']
  return (
    (type === 'application/json' || type === 'application/json; charset=utf-8') &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    headers.expect === undefined
  )
}

function lengthOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1
}

function readBody(request: IncomingMessage, length: number, done: (body: Buffer) => void): void {
  let first: Buffer | undefined
  let rest: Buffer[] | undefined
  request.on('data', (chunk: Buffer) => {
    if (first === undefined) first = chunk
    else if (rest === undefined) rest = [first, chunk]
    else rest.push(chunk)
  })
  request.on('end', () => done(rest === undefined ? (first ?? EMPTY) : Buffer.concat(rest, length)))
}

const EMPTY = Buffer.alloc(0)

function parseBody(payload: Buffer) {
  const text = payload.toString('utf8')
  // Keys that poison prototypes are refused by the other way.
  if (text.includes('__proto__') || text.includes('constructor')) return undefined
  try {
    return parsePromiseBody(JSON.parse(text))
  } catch {
    return undefined
  }
}

function sendJson(response: ServerResponse, headers: readonly string[], text: string): void {
  response.writeHead(200, [
    ...headers,
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(text)),
  ])
  // A text goes out in one piece with its head.
  response.end(text)
}
