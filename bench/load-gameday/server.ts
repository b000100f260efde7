import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// The server that is driven, in a process of its own: it answers two letters to whatever comes. Told
// `stall MS`, it answers nothing for so long and then all that has come.

const waiting: (() => void)[] = []
let isStalled = false
const server = createServer((request, response) => {
  request.resume()
  const answer = () => {
    response.writeHead(200, ['content-type', 'text/plain', 'content-length', '2'])
    response.end('ok')
  }
  if (isStalled) waiting.push(answer)
  else answer()
})
server.keepAliveTimeout = 60_000
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

process.on('message', (milliseconds: number) => {
  isStalled = true
  setTimeout(() => {
    isStalled = false
    for (const answer of waiting.splice(0)) answer()
  }, milliseconds)
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port: (server.address() as AddressInfo).port })
