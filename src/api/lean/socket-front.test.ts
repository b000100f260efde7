import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parsePlainHead } from './plain-head.ts'
import { createSocketFront, putBefore, type SocketFront } from './socket-front.ts'

// A server that answers the number in the body of `POST /quick` from the socket, refuses 0 after a while
// by another way, and answers everything else by node:http.

let port = 0
let front: SocketFront
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end(`slow ${request.method} ${request.url}`))
})

beforeAll(async () => {
  const reply = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`
  front = putBefore(server, (handOver) =>
    createSocketFront({
      ...{ requestLine: 'POST /quick HTTP/1.1', handOver, idleMs: 60_000 },
      ticks: () => performance.now(),
      answer(_, body, __, out) {
        const text = body.toString('latin1')
        if (text === '0') return false
        out.text(reply(`quick ${text}`))
        return true
      },
      async refuse() {
        await sleep(20)
        return Buffer.from(reply('refused'))
      },
    }),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})

afterAll(async () => {
  front.close()
  await new Promise((done) => server.close(done))
})

const quick = (body: string, more = '') =>
  `POST /quick HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`
const slow = 'GET /other HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'

/** Sends pieces one after the other, and gives the bodies of the replies, in order. */
function ask(pieces: readonly string[], replies: number, gapMs = 2): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let text = ''
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const found = [...text.matchAll(/(?:quick \d+|refused|slow [A-Z]+ \/[a-z]+)/g)].map(String)
      if (found.length >= replies) {
        socket.destroy()
        resolve(found)
      }
    })
    socket.on('close', () => resolve([text]))
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await sleep(gapMs)
      }
    })()
  })
}

it('answers all requests of a piece, in order', async () => {
  const bodies = ['1', '22', '333', '4']
  expect(await ask([bodies.map((body) => quick(body)).join('')], 4)).toEqual(
    bodies.map((body) => `quick ${body}`),
  )
})

it('answers requests that come in pieces, cut anywhere', async () => {
  const text = quick('12') + quick('345')
  const cuts = Array.from({ length: text.length - 1 }, (_, i) => i + 1)
  const found = await Promise.all(
    cuts.map((cut) => ask([text.slice(0, cut), text.slice(cut)], 2, 5)),
  )
  for (const one of found) expect(one).toEqual(['quick 12', 'quick 345'])
})

it('keeps the order where one in the middle is refused by the other way', async () => {
  const pieces = [quick('1') + quick('0') + quick('2'), quick('0') + quick('3')]
  expect(await ask(pieces, 5)).toEqual(['quick 1', 'refused', 'quick 2', 'refused', 'quick 3'])
})

it('hands a connection over from the first request that is another or odd', async () => {
  expect(await ask([slow], 1)).toEqual(['slow GET /other'])
  expect(await ask([quick('1') + slow + quick('2'), slow], 4)).toEqual([
    ...['quick 1', 'slow GET /other', 'slow POST /quick', 'slow GET /other'],
  ])
  const cuts = Array.from({ length: slow.length - 1 }, (_, i) => i + 1)
  const found = await Promise.all(
    cuts.map((cut) => ask([quick('7') + slow.slice(0, cut), slow.slice(cut)], 2, 5)),
  )
  for (const one of found) expect(one).toEqual(['quick 7', 'slow GET /other'])
  for (const odd of ['expect: 100-continue\r\n', 'x-other: 1\r\n', 'connection: close\r\n']) {
    expect(await ask([quick('1', odd)], 1)).toEqual(['slow POST /quick'])
  }
})

it('answers a client that has finished sending, and closes', async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let got = ''
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(got))
    socket.end(quick('0') + quick('5'))
  })
  expect(text).toMatch(/refused[\s\S]*quick 5$/)
})

it('reads heads that change nothing, and no others', () => {
  const plain = 'Host: a\r\nContent-Type: application/json\r\nContent-Length: 12'
  expect(parsePlainHead(plain)).toEqual({
    headers: { host: 'a', 'content-type': 'application/json', 'content-length': '12' },
    length: 12,
  })
  expect(parsePlainHead(`${plain}\r\nConnection: Keep-Alive\r\nUser-Agent: x`)?.length).toBe(12)
  for (const odd of [
    ...['Transfer-Encoding: chunked', 'Content-Length: 3', 'content-length : 3', ' folded'],
    ...['Upgrade: h2c', 'Connection: close', '__proto__: 1', 'Accept: \x01', 'no colon', ''],
  ]) {
    expect(parsePlainHead(`${plain}\r\n${odd}`), odd).toBeUndefined()
  }
  for (const length of ['-1', '1.5', '+2', '0x10', '', '9999999999']) {
    expect(parsePlainHead(plain.replace('12', length)), length).toBeUndefined()
  }
})
