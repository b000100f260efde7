import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type OrderEvent, orderEntry } from '../../fulfilment/index.ts'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import { webhookFiles } from './webhook-files.ts'
import { openWebhooks, type SendDelivery, type Webhooks } from './webhooks.ts'

let folder = ''
let ledger: Ledger
let open: Webhooks[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-webhooks-'))
  ledger = createMemoryLedger({ clock: () => 1 })
})
afterEach(async () => {
  for (const one of open) await one.close()
  open = []
  await ledger.close()
  rmSync(folder, { recursive: true, force: true })
})

const URL_ = 'https://shop.example/hook'
const event = (i: number, kind: 'shipped' | 'packed' = 'shipped'): OrderEvent => ({
  kind,
  ...{ requestId: `r${i}`, orderId: `o${i}`, at: i, parcelId: 'p' },
})
const happen = (...events: OrderEvent[]) => ledger.append(events.map(orderEntry))

function start(send?: SendDelivery, origins = ['https://shop.example']) {
  const hooks = openWebhooks({
    ...{ files: webhookFiles(join(folder, 'hooks')), ledger, origins, clock: () => 5000 },
    backOff: () => 1,
    ...(send === undefined ? {} : { send }),
  })
  open.push(hooks)
  return hooks
}

const sequences = (body: string): number[] =>
  JSON.parse(body).events.map((one: { sequence: number }) => one.sequence)

it('tells what happens from then on, in order, until each is acknowledged', async () => {
  const told: number[] = []
  let failures = 3
  const hooks = start(async (_url, body) => {
    if (failures-- > 0) return failures % 2 === 0 ? 500 : 302
    told.push(...sequences(body))
    return 204
  })
  await happen(event(1))
  await hooks.add(URL_, [])
  await happen(event(2), event(3))
  await happen(event(4))
  await expect.poll(() => told).toEqual([2, 3, 4])
  await expect.poll(() => hooks.list()[0]).toMatchObject({ delivered: 4, waiting: false })
})

it('goes on after a restart where it was, and tells again what was not acknowledged', async () => {
  const first: number[] = []
  const hooks = start(async (_, body) => {
    first.push(...sequences(body))
    return first.includes(2) ? 503 : 200
  })
  await hooks.add(URL_, [])
  await happen(event(1))
  await expect.poll(() => hooks.list()[0]!.delivered).toBe(1)
  await happen(event(2))
  await expect.poll(() => hooks.list()[0]!.lastError).toBe('the address answered 503')
  await hooks.close()
  const second: number[] = []
  start(async (_, body) => {
    second.push(...sequences(body))
    return 200
  })
  await expect.poll(() => second).toEqual([2])
})

it('tells the types that were asked for alone', async () => {
  const told: number[] = []
  const hooks = start(async (_, body) => {
    told.push(...sequences(body))
    return 200
  })
  await hooks.add(URL_, ['order.packed'])
  await happen(event(1), event(2, 'packed'), event(3))
  await expect.poll(() => hooks.list()[0]!.delivered).toBe(3)
  expect(told).toEqual([2])
})

it('sends to listed origins alone, also when the list was shortened since', async () => {
  const hooks = start(async () => 200)
  for (const url of [
    'https://shop.example.evil/x',
    'http://shop.example/x',
    'http://127.0.0.1/',
    'x',
  ]) {
    await expect(hooks.add(url, [])).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  }
  await hooks.add(URL_, [])
  await hooks.close()
  let calls = 0
  const later = start(async () => {
    calls++
    return 200
  }, [])
  await happen(event(1))
  await expect.poll(() => later.list()[0]!.lastError).toMatch(/not an address/)
  expect(calls).toBe(0)
})

it('signs over HTTP so that a receiver can tell, follows no redirection, and hides the secret', async () => {
  const seen: { path: string; ok: boolean }[] = []
  let secret = ''
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
      `${request.headers['x-storewright-signature']}`,
    )!
    const mac = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
    seen.push({ path: request.url!, ok: mac === v1 })
    if (seen.length === 1) response.writeHead(307, { location: '/elsewhere' }).end()
    else response.writeHead(200).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hooks = start(undefined, [origin])
  secret = (await hooks.add(`${origin}/hook`, [])).secret
  expect(JSON.stringify(hooks.list())).not.toContain(secret)
  expect(statSync(join(folder, 'hooks')).mode & 0o077).toBe(0)
  await happen(event(1))
  await expect.poll(() => hooks.list()[0]!.delivered).toBe(1)
  expect(seen).toEqual([
    { path: '/hook', ok: true },
    { path: '/hook', ok: true },
  ])
  await hooks.close()
  server.close()
})
