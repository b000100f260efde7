import type { Server, Socket } from 'node:net'
import { ByteWriter } from './byte-writer.ts'
import { type PlainHead, parsePlainHead } from './plain-head.ts'

// POST /promises is asked by every page view of a shop. Its plain form is read from the bare socket:
// all requests of one piece of the stream are answered with one write. The first request of a connection
// that is anything else, or odd, takes the connection to node:http for good, from its first byte.

/** What a front does with requests and connections. */
export interface FrontOptions {
  /** First line of the requests that are taken, such as `POST /promises HTTP/1.1`. */
  readonly requestLine: string
  /** Writes the reply to a request, head and all; false, with nothing written, where `refuse` has to say why there is none. */
  readonly answer: (head: PlainHead, body: Buffer, socket: Socket, out: ByteWriter) => boolean
  /** The reply to a request that `answer` left, by the way of all other requests. */
  readonly refuse: (head: PlainHead, body: Buffer, socket: Socket) => Promise<Buffer>
  /** Goes on with a connection whose next bytes are to be read from it. */
  readonly handOver: (socket: Socket) => void
  /** Milliseconds that a connection may stay silent between requests. */
  readonly idleMs: number
  readonly ticks: () => number
}

/** Connections that are answered from their sockets. */
export interface SocketFront {
  accept(socket: Socket): void
  /** Ends all connections; what came whole is answered already. */
  close(): void
}

/** Larger requests go to node:http: what waits for more of its bytes is copied each time. */
const LARGEST_REQUEST = 256 * 1024
const LARGEST_HEAD = 8 * 1024
/** A request that does not come whole between two looks is timed by node:http. */
const LOOK_MS = 5_000
const NOTHING = Buffer.alloc(0)

interface Connection {
  readonly listeners: Readonly<
    Record<'data' | 'end' | 'error' | 'close' | 'drain', (chunk: Buffer) => void>
  >
  /** Bytes of a request that is not whole yet. */
  rest: Buffer
  /** A refusal is under way; what follows waits, because replies come in the order of requests. */
  isWaiting: boolean
  lastAt: number
  /** The head of the last request, and what was read from it: a shop's requests have the same. */
  head: string
  parsed: PlainHead | undefined
}

export function createSocketFront(options: FrontOptions): SocketFront {
  const { answer, refuse, handOver, idleMs, ticks } = options
  const start = Buffer.from(`${options.requestLine}\r\n`, 'latin1')
  const connections = new Map<Socket, Connection>()
  /** Replies of one piece of a stream: answering is synchronous. */
  const out = new ByteWriter()
  let isClosed = false
  const onData = (socket: Socket, connection: Connection, chunk: Buffer) => {
    const { rest } = connection
    // Of a request in pieces its first one counts: drop by drop is no way to stay.
    if (rest.length === 0) connection.lastAt = ticks()
    read(socket, connection, rest.length === 0 ? chunk : Buffer.concat([rest, chunk]))
  }
  const send = (socket: Socket) => {
    if (out.length === 0) return
    const isTaken = socket.write(out.written())
    // What the kernel did not take at once is still read from the buffer.
    if (socket.writableLength > 0) out.leave()
    else out.clear()
    // A client that does not read its replies is not read from.
    if (!isTaken) socket.pause()
  }
  /** Answers what came whole, and keeps or hands over the rest. */
  const read = (socket: Socket, connection: Connection, data: Buffer) => {
    let at = 0
    connection.rest = NOTHING
    while (at < data.length) {
      const found = nextRequest(connection, start, data, at)
      if (found === 'more') break
      if (found === 'other') {
        send(socket)
        return leave(socket, connection, data.subarray(at))
      }
      const { head, bodyAt, end } = found
      const body = data.subarray(bodyAt, end)
      at = end
      if (!answer(head, body, socket, out)) {
        send(socket)
        connection.rest = data.subarray(at)
        return void wait(socket, connection, head, body)
      }
    }
    if (at < data.length) connection.rest = data.subarray(at)
    send(socket)
  }
  const wait = async (socket: Socket, connection: Connection, head: PlainHead, body: Buffer) => {
    connection.isWaiting = true
    socket.pause()
    try {
      socket.write(await refuse(head, body, socket))
    } catch {
      socket.destroy()
    }
    connection.isWaiting = false
    if (socket.destroyed) return
    if (isClosed) return void socket.destroySoon()
    connection.lastAt = ticks()
    socket.resume()
    read(socket, connection, connection.rest)
    if (socket.readableEnded && !connection.isWaiting) socket.destroySoon()
  }
  const leave = (socket: Socket, connection: Connection, rest: Buffer) => {
    connections.delete(socket)
    for (const [event, listener] of Object.entries(connection.listeners)) {
      socket.removeListener(event, listener)
    }
    socket.unshift(rest)
    handOver(socket)
    socket.resume()
  }
  const look = setInterval(() => {
    const now = ticks()
    for (const [socket, connection] of connections) {
      const { rest, isWaiting, lastAt } = connection
      if (isWaiting) continue
      if (rest.length > 0 && now - lastAt > LOOK_MS) leave(socket, connection, rest)
      else if (rest.length === 0 && now - lastAt > idleMs) socket.destroy()
    }
  }, LOOK_MS)
  look.unref()
  return {
    accept(socket) {
      const connection: Connection = {
        ...{ rest: NOTHING, isWaiting: false, lastAt: ticks(), head: '', parsed: undefined },
        listeners: {
          data: (chunk) => onData(socket, connection, chunk),
          end: () => {
            if (!connection.isWaiting) socket.destroySoon()
          },
          error: () => socket.destroy(),
          close: () => connections.delete(socket),
          drain: () => {
            if (!connection.isWaiting) socket.resume()
          },
        },
      }
      connections.set(socket, connection)
      socket.setNoDelay(true)
      for (const [event, listener] of Object.entries(connection.listeners)) {
        socket.on(event, listener)
      }
    },
    close() {
      isClosed = true
      clearInterval(look)
      for (const [socket, { isWaiting }] of connections) if (!isWaiting) socket.destroySoon()
    },
  }
}

interface Found {
  readonly head: PlainHead
  readonly bodyAt: number
  readonly end: number
}

/** The request that begins at `at`; `more`: it is not whole yet; `other`: it is for node:http. */
function nextRequest(
  connection: Connection,
  start: Buffer,
  data: Buffer,
  at: number,
): Found | 'more' | 'other' {
  const had = Math.min(start.length, data.length - at)
  if (data.compare(start, 0, had, at, at + had) !== 0) return 'other'
  const headEnd = data.indexOf('\r\n\r\n', at + had - 2)
  if (headEnd < 0) return data.length - at > LARGEST_HEAD ? 'other' : 'more'
  const text = data.toString('latin1', at + start.length, headEnd)
  if (text !== connection.head) {
    connection.head = text
    connection.parsed = parsePlainHead(text)
  }
  const head = connection.parsed
  if (head === undefined || head.length > LARGEST_REQUEST) return 'other'
  const end = headEnd + 4 + head.length
  return end > data.length ? 'more' : { head, bodyAt: headEnd + 4, end }
}

/** Has a front read the connections of a server before the server does. */
export function putBefore(
  server: Server,
  createFront: (handOver: FrontOptions['handOver']) => SocketFront,
): SocketFront {
  const [serve] = server.listeners('connection')
  const front = createFront((socket) => serve!.call(server, socket))
  server.removeAllListeners('connection')
  server.on('connection', (socket) => front.accept(socket))
  return front
}
