import { connect as connectSocket, createServer } from 'node:net'

/**
 * Ports from here on and below where systems begin to give out their own (Linux at 32,768): an outgoing
 * connection never takes one of them between its being found free and a server's listening on it.
 */
const FIRST = 15_000
const BLOCK = 16
const BLOCKS = 1000

/** Processes beside each other have neighbouring numbers, and so blocks of their own. */
let next = FIRST + (process.pid % BLOCKS) * BLOCK

/** True when something listens on a port of 127.0.0.1. */
export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Ports of 127.0.0.1 on which nothing listens, each given once by this process. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let tries = 0; ports.length < count && tries < BLOCK * BLOCKS; tries++) {
    const port = next
    next = port + 1 < FIRST + BLOCK * BLOCKS ? port + 1 : FIRST
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count) throw new Error(`no ${count} ports of 127.0.0.1 are free`)
  return ports
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
