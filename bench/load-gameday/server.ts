import { type AddressInfo, createServer } from 'node:net'

// The server that is driven, in a process of its own: it answers two letters to each request (a head
// without a body), and parses nothing, so that little is taken from the driver. Told a number, it
// answers nothing for so many milliseconds and then all that has come.

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok',
)
const HEAD_END = '\r\n\r\n'
const waiting: (() => void)[] = []
let isStalled = false

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    let heads = 0
    for (let at = chunk.indexOf(HEAD_END); at >= 0; at = chunk.indexOf(HEAD_END, at + 4)) heads++
    const answer = () => {
      for (let i = 0; i < heads; i++) socket.write(ANSWER)
    }
    if (isStalled) waiting.push(answer)
    else answer()
  })
})
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
