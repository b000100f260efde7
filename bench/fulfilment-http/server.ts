import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createStoreView, listen } from '../../src/api/index.ts'

// The server that is measured, in a process of its own: a store as `storewright serve` serves it, or
// (`hello`) the control: node:http that reads a request and sends a text of the same length.

const [mode, argument] = process.argv.slice(2)
const port = mode === 'hello' ? await hello(Number(argument)) : await store(argument!)

process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit(0))
process.send?.({ port })

async function hello(bytes: number): Promise<number> {
  const body = Buffer.alloc(bytes, 0x78)
  const headers = ['content-type', 'application/json; charset=utf-8', 'content-length', `${bytes}`]
  const server = createServer((request, response) => {
    request.on('data', () => {})
    request.on('end', () => {
      response.writeHead(200, headers)
      response.end(body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

async function store(folder: string): Promise<number> {
  const onFailure = (error: unknown) => console.error(error)
  const view = createStoreView(folder, { clock: Date.now, onFailure })
  const server = await listen({ view, port: 0, onFailure })
  await view.fulfilment?.open()
  return Number(new URL(server.url).port)
}
