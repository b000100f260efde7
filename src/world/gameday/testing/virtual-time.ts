import { vi } from 'vitest'
import type { ConnectionEvents, Connections, Sendable } from '../connections.ts'
import type { Target } from '../targets.ts'

// A server of the tests' own, over no network and in no time: by vi.mock in the place of `connections.ts`.

/** What becomes of a request: its status, and after how many ms; Infinity: never. */
export interface VirtualReply {
  readonly status: number
  readonly afterMs: number
}

let reply: (bytes: Buffer) => VirtualReply = () => ({ status: 200, afterMs: 0 })

/** Whom requests are answered by from now on. */
export function serveVirtually(answer: (bytes: Buffer) => VirtualReply): void {
  reply = answer
}

/** As the real ones: at most `most` at a time, one request under way on each. */
export function createConnections<T extends Sendable>(
  _: Target,
  most: number,
  events: ConnectionEvents<T>,
): Connections<T> {
  const underWay = new Set<T>()
  let opened = 0
  const end = (call: T, tell: () => void) => {
    if (!underWay.delete(call)) return
    tell()
    events.onFree()
  }
  return {
    get opened() {
      return opened
    },
    get open() {
      return opened
    },
    trySend(call) {
      if (underWay.size >= most) return false
      underWay.add(call)
      opened = Math.max(opened, underWay.size)
      const { status, afterMs } = reply(call.bytes)
      const tell = () => events.onReply(call, { status, keepAlive: true, body: undefined })
      if (Number.isFinite(afterMs)) setTimeout(() => end(call, tell), afterMs)
      return true
    },
    abandon: (call) => end(call, () => undefined),
    close: () => underWay.clear(),
  }
}

const STEP_MS = 20

/** Lets time pass until `work` is done. Timers and `performance` are to be fake. */
export async function passing<T>(work: Promise<T>): Promise<T> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  work.then(over, over)
  while (!isOver) await vi.advanceTimersByTimeAsync(STEP_MS)
  return work
}
