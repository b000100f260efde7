import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Guard } from '../guard.ts'
import type { RequestCounter } from '../request-counter.ts'
import type { PromiseAnswerer } from './answer-promises.ts'
import { type ByteWriter, bytesOfText } from './byte-writer.ts'
import type { PlainHead } from './plain-head.ts'
import { createSocketFront, type SocketFront } from './socket-front.ts'

// POST /promises is answered from the socket; whatever is not plainly right (an error, a refusal) goes
// the way of all routes, so that there is one place that says no, and one that says why.

/** A request as the other way takes it. */
export interface ReplayedRequest {
  readonly url: string
  readonly headers: PlainHead['headers']
  readonly remoteAddress: string
  readonly payload: Buffer
}

/** What the other way answers. */
export interface ReplayedReply {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>
  readonly rawPayload: Buffer
}

export interface LeanOptions {
  readonly answerer: () => PromiseAnswerer | undefined
  readonly guard: Guard
  readonly counter: RequestCounter | undefined
  /** Bytes of the largest body. */
  readonly bodyLimit: number
  /** Headers of every reply, name and value by turns. */
  readonly headers: readonly string[]
  /** Answers a request whose body has been read already. */
  readonly replay: (request: ReplayedRequest) => Promise<ReplayedReply>
  /** Goes on with a connection on which something else is asked. */
  readonly handOver: (socket: Socket) => void
  readonly idleMs: number
  /** Told how many promises a request got, and the milliseconds it took. */
  readonly onAnswered?: ((promises: number, milliseconds: number) => void) | undefined
  readonly ticks: () => number
}

const PATH = '/promises'

export function createLeanPromises(options: LeanOptions): SocketFront {
  const { guard, counter, bodyLimit, ticks, handOver, idleMs } = options
  const heads = new Heads(options.headers)
  return createSocketFront({
    ...{ handOver, idleMs, ticks, requestLine: `POST ${PATH} HTTP/1.1` },
    answer({ headers, length }, payload, socket, out) {
      const answerer = options.answerer()
      if (answerer === undefined || length > bodyLimit) return false
      const began = ticks()
      const caller = callerOf(headers, socket, guard)
      if (caller === undefined) return false
      const from = out.length
      const bodyFrom = heads.begin(out)
      const promises = answerer.answer(payload, out)
      if (promises === 0 || !isAllowed(counter, caller)) {
        out.cut(from)
        return false
      }
      heads.end(out, bodyFrom)
      options.onAnswered?.(promises, ticks() - began)
      return true
    },
    async refuse({ headers }, payload, socket) {
      const remoteAddress = socket.remoteAddress ?? ''
      return bytesOf(await options.replay({ url: PATH, headers, remoteAddress, payload }))
    },
  })
}

/** Who is counted: the bearer of the token, else the address. Undefined: the other way says why not. */
function callerOf(headers: PlainHead['headers'], socket: Socket, guard: Guard): string | undefined {
  try {
    // POST and JSON alone: what a page of another site cannot send without asking.
    return guard({ method: 'POST', headers }, 'read')?.name ?? socket.remoteAddress ?? ''
  } catch {
    return undefined
  }
}

/** A refused request is counted where it is refused. */
function isAllowed(counter: RequestCounter | undefined, caller: string): boolean {
  return counter === undefined || counter.count(caller).current <= counter.most
}

/** Bytes for the digits of a length and the end of the head. */
const LENGTH_ROOM = 13

/** Writes the heads of replies; their date is made once a second. */
class Heads {
  private second = 0
  private begin_ = bytesOfText('')
  private readonly fixed: string

  /** Headers of every reply, name and value by turns. */
  constructor(headers: readonly string[]) {
    let fixed = 'HTTP/1.1 200 OK\r\n'
    for (let i = 0; i < headers.length; i += 2) fixed += `${headers[i]}: ${headers[i + 1]}\r\n`
    this.fixed = `${fixed}content-type: application/json; charset=utf-8\r\nconnection: keep-alive\r\n`
  }

  /** Writes a head up to its length, which is known when the body is written; says where the body begins. */
  begin(out: ByteWriter): number {
    const second = Math.floor(Date.now() / 1000)
    if (second !== this.second) {
      this.second = second
      const date = new Date(1000 * second).toUTCString()
      this.begin_ = bytesOfText(
        `${this.fixed}date: ${date}\r\ncontent-length: ${' '.repeat(LENGTH_ROOM)}`,
      )
    }
    out.put(this.begin_)
    return out.length
  }

  end(out: ByteWriter, bodyFrom: number): void {
    out.fill(`${out.length - bodyFrom}\r\n\r\n`, bodyFrom - LENGTH_ROOM, bodyFrom)
  }
}

/** A reply of the other way as it goes over the wire. */
function bytesOf({ statusCode, headers, rawPayload }: ReplayedReply): Buffer {
  let head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n`
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || /^(connection|content-length|transfer-encoding)$/i.test(name))
      continue
    for (const one of Array.isArray(value) ? value : [value]) head += `${name}: ${one}\r\n`
  }
  head += `connection: keep-alive\r\ncontent-length: ${rawPayload.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), rawPayload])
}
