import { connect, type Socket } from 'node:net'

// A client that costs little beside the server it measures: it keeps its connections, has a fixed
// number of requests under way on each (HTTP pipelining), and reads of a reply its status, its length
// and, of one in a thousand, its body. Requests are bytes made before the clock runs.

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** Requests under way on each connection. */
  readonly pipelining: number
  /** Whole requests; taken in turn, each connection from another place. */
  readonly requests: readonly Buffer[]
  readonly milliseconds: number
  /** Told of one body in a thousand. Throws where it is not what was expected. */
  readonly check: (body: string) => void
}

export interface Load {
  readonly replies: number
  /** Replies that were not 200. */
  readonly failed: number
  readonly seconds: number
  /** Milliseconds from the write of a request to the end of its reply. */
  readonly p50: number
  readonly p99: number
  readonly bytes: number
}

/** The bytes of a POST of JSON. */
export function requestBytes(path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`
  return Buffer.from(head + text)
}

/** Loads a server for a while and says what it answered. Rejects where a connection breaks. */
export async function load(options: LoadOptions): Promise<Load> {
  const { port, connections, milliseconds } = options
  const times: number[] = []
  const count = { replies: 0, failed: 0, bytes: 0 }
  const until = performance.now() + milliseconds
  const began = performance.now()
  const lanes = Array.from({ length: connections }, (_, at) =>
    drive(connect({ port, host: '127.0.0.1', noDelay: true }), at, options, until, times, count),
  )
  await Promise.all(lanes)
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!
  return { ...count, seconds, p50: at(0.5), p99: at(0.99) }
}

function drive(
  socket: Socket,
  at: number,
  { pipelining, requests, check }: LoadOptions,
  until: number,
  times: number[],
  count: { replies: number; failed: number; bytes: number },
): Promise<void> {
  let next = Math.floor((at * requests.length) / 7)
  const sent: number[] = []
  let rest: Buffer | undefined
  return new Promise((resolve, reject) => {
    const send = (n: number) => {
      const now = performance.now()
      const parts: Buffer[] = []
      for (let i = 0; i < n; i++) {
        parts.push(requests[next++ % requests.length]!)
        sent.push(now)
      }
      socket.write(n === 1 ? parts[0]! : Buffer.concat(parts))
    }
    socket.on('error', reject)
    socket.on('connect', () => send(pipelining))
    socket.on('close', () => resolve())
    socket.on('data', (chunk) => {
      const data = rest === undefined ? chunk : Buffer.concat([rest, chunk])
      let from = 0
      let done = 0
      for (;;) {
        const end = data.indexOf('\r\n\r\n', from)
        if (end < 0) break
        const length = lengthIn(data, from, end)
        if (end + 4 + length > data.length) break
        const now = performance.now()
        times.push(now - sent.shift()!)
        count.replies++
        count.bytes += end + 4 + length - from
        if (data.toString('latin1', from + 9, from + 12) !== '200') count.failed++
        else if (count.replies % 1000 === 0) check(data.toString('utf8', end + 4, end + 4 + length))
        from = end + 4 + length
        done++
      }
      rest = from === data.length ? undefined : data.subarray(from)
      if (done === 0) return
      if (performance.now() < until) send(done)
      else if (sent.length === 0) socket.end()
    })
  })
}

function lengthIn(data: Buffer, from: number, end: number): number {
  const head = data.toString('latin1', from, end)
  const found = /\r\ncontent-length: (\d+)/i.exec(head)
  if (found === null) throw new Error(`a reply without a length: ${head}`)
  return Number(found[1])
}
