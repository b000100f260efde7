import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createReplyReader, type HttpReply } from './reply-reader.ts'
import type { Target } from './targets.ts'

/** A request that is to be sent over one connection. */
export interface Sendable {
  readonly bytes: Buffer
  readonly wantsBody: boolean
}

/** What happens to requests that were sent. */
export interface ConnectionEvents<T extends Sendable> {
  /** The reply of a request is whole. */
  onReply(call: T, reply: HttpReply): void
  /** The connection of a request broke before its reply was whole; `cause` is a word for people. */
  onBroken(call: T, cause: string): void
  /** A connection is free. */
  onFree(): void
}

/** Kept connections to one server, one request under way on each. */
export interface Connections<T extends Sendable> {
  /** Sends over a free connection, or over a new one while there are fewer than allowed; else false. */
  trySend(call: T): boolean
  /** Breaks the connection that a request is under way on, without a word to `onBroken`. */
  abandon(call: T): void
  /** Connections opened so far, and open now. */
  readonly opened: number
  readonly open: number
  /** Breaks all. */
  close(): void
}

interface Lane<T> {
  readonly socket: Socket
  call: T | undefined
}

/**
 * Connections to `target`, at most `most` at a time. The one used last is used next, so that no more
 * are held open than are needed. Requests are never repeated: one that broke is told as broken.
 */
export function createConnections<T extends Sendable>(
  target: Target,
  most: number,
  events: ConnectionEvents<T>,
): Connections<T> {
  const free: Lane<T>[] = []
  const lanes = new Set<Lane<T>>()
  const laneOf = new Map<T, Lane<T>>()
  let opened = 0

  const drop = (lane: Lane<T>, cause: string) => {
    if (!lanes.delete(lane)) return
    const at = free.indexOf(lane)
    if (at >= 0) free.splice(at, 1)
    lane.socket.destroy()
    const { call } = lane
    lane.call = undefined
    if (call !== undefined) {
      laneOf.delete(call)
      events.onBroken(call, cause)
    }
    events.onFree()
  }
  const release = (lane: Lane<T>, reply: HttpReply) => {
    const call = lane.call
    lane.call = undefined
    if (call === undefined) return drop(lane, 'a reply that nobody asked for')
    laneOf.delete(call)
    events.onReply(call, reply)
    if (!reply.keepAlive) return drop(lane, 'closed')
    free.push(lane)
    events.onFree()
  }
  const openLane = (): Lane<T> => {
    const { host, port, isTls } = target
    // An address has no name that a certificate could be asked for.
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = isTls
      ? connectTls({ host, port, ...name })
      : connectTcp({ host, port, noDelay: true })
    if (isTls) socket.setNoDelay(true)
    const lane: Lane<T> = { socket, call: undefined }
    const reader = createReplyReader((reply) => release(lane, reply))
    socket.on('data', (chunk) => {
      reader.wantsBody = lane.call?.wantsBody === true
      try {
        reader.push(chunk)
      } catch (error) {
        drop(lane, error instanceof Error ? error.message : 'not readable')
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => drop(lane, error.code ?? 'error'))
    socket.on('end', () => {
      if (!reader.end()) drop(lane, 'closed by the server')
    })
    socket.on('close', () => drop(lane, 'closed'))
    lanes.add(lane)
    opened++
    return lane
  }
  return {
    get opened() {
      return opened
    },
    get open() {
      return lanes.size
    },
    trySend(call) {
      const lane = free.pop() ?? (lanes.size < most ? openLane() : undefined)
      if (lane === undefined) return false
      lane.call = call
      laneOf.set(call, lane)
      lane.socket.write(call.bytes)
      return true
    },
    abandon(call) {
      const lane = laneOf.get(call)
      if (lane === undefined) return
      laneOf.delete(call)
      lane.call = undefined
      drop(lane, 'abandoned')
    },
    close() {
      for (const lane of lanes) {
        lanes.delete(lane)
        lane.socket.destroy()
      }
      free.length = 0
      laneOf.clear()
    },
  }
}
