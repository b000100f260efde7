import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NatsServers, skipsNats, startNatsServers } from '../../core/testing/nats-servers.ts'
import { openJetStreamLedger } from '../../ledger/index.ts'
import { scratchFolder } from '../stock/testing/small-keeper.ts'
import type { StockCommand } from '../stock/types.ts'
import { type StockNode, startStockNode } from './node.ts'
import { OWNER_SUBJECT } from './owner-event.ts'
import { keepParts, releaseParts, reserveParts } from './parts.ts'
import { openStockRouter, type StockRouter } from './router.ts'
import { shardOf, streamOf } from './shards.ts'

const SHARDS = 2
const PRODUCTS = ['A', 'B', 'C', 'D', 'E']
const knobs = { 'fulfilment.cluster-lease-milliseconds': 1500 }

// On CI a missing nats-server is a failure, elsewhere it skips.
describe.skipIf(skipsNats)('stock on several nodes (needs nats-server)', () => {
  const { folder, remove } = scratchFolder('cluster')
  let nats: NatsServers
  const open: { close(): Promise<void> }[] = []
  beforeAll(async () => {
    nats = await startNatsServers(1)
  })
  afterAll(async () => {
    for (const one of open.reverse()) await one.close()
    await nats?.close()
    remove()
  })

  const layoutOf = (cluster: string) => ({ cluster, shards: SHARDS })
  const [one, other] = [0, 1].map(
    (shard) => PRODUCTS.find((productId) => shardOf(layoutOf(''), productId) === shard)!,
  ) as [string, string]

  async function startNode(cluster: string, nodeId: string): Promise<StockNode> {
    const node = await startStockNode({
      ...layoutOf(cluster),
      ...{ servers: nats.addresses, replicas: 1, nodeId, folder: `${folder}/${nodeId}`, knobs },
      clock: () => Date.now(),
      siteIds: ['FC1'],
      productIds: PRODUCTS,
    })
    open.push(node)
    return node
  }

  async function openRouter(cluster: string): Promise<StockRouter> {
    const router = await openStockRouter({ ...layoutOf(cluster), servers: nats.addresses, knobs })
    open.push(router)
    return router
  }

  const lines = (productIds: readonly string[], quantity = 1) =>
    productIds.map((productId) => ({ siteId: 'FC1', productId, quantity }))
  const count = (productId: string, quantity: number): StockCommand => ({
    kind: 'count',
    requestId: `count-${productId}`,
    lines: lines([productId], quantity),
  })

  it('takes commands to their owners, and refuses those of two shards with words', async () => {
    await startNode('plain', 'a')
    const router = await openRouter('plain')
    expect(await router.submit(count(one, 1))).toMatchObject({ ok: true })
    const two = { ...count(one, 1), requestId: 'two', lines: lines([one, other]) } as StockCommand
    await expect(router.submit(two)).rejects.toThrow(/products of shards 0, 1/)
    const keep = { kind: 'keep', requestId: 'keep', reservationId: 'r' } as const
    await expect(router.submit(keep)).rejects.toThrow(/say which shard/)
    expect(await router.submit(keep, 0)).toMatchObject({ refusal: 'unknown-reservation' })
    // Asked again, it is answered again and happens once.
    const reserve = { kind: 'reserve', requestId: 'q', reservationId: 'r', lines: lines([one]) }
    const first = await router.submit(reserve as StockCommand)
    expect(first).toMatchObject({ ok: true })
    expect(await router.submit(reserve as StockCommand)).toEqual(first)
  })

  it('sends what waits in as many messages as it takes, and refuses what fits into none', async () => {
    await startNode('large', 'l')
    const router = await openRouter('large')
    const many = (requestId: string, length: number): StockCommand => ({
      ...{ kind: 'count', requestId },
      lines: Array.from({ length }, () => lines([one], 7)[0]!),
    })
    const sizes = Array.from({ length: 6 }, (_, k) => router.submit(many(`m${k}`, 9_000)))
    const tooLarge = expect(router.submit(many('huge', 40_000))).rejects.toThrow(/huge is larger/)
    // Lines of one cell are refused or counted, the keeper decides: what matters is that all answer.
    for (const outcome of await Promise.all(sizes)) expect(outcome).toHaveProperty('ok')
    await tooLarge
  })

  it('holds units on several shards all or none, keeps and releases them', async () => {
    await startNode('parts', 'p')
    const router = await openRouter('parts')
    await Promise.all([router.submit(count(one, 3)), router.submit(count(other, 1))])
    const expiresAt = Date.now() + 60_000
    const both = lines([one, other])
    const held = await reserveParts(router, { attemptId: 'x1', expiresAt, lines: both })
    if (!held.ok) throw new Error(held.message)
    expect(held.parts.map(({ shard }) => shard)).toEqual([0, 1])
    // The other product is gone: what was held of the first is free again.
    const refused = await reserveParts(router, { attemptId: 'x2', expiresAt, lines: both })
    expect(refused).toMatchObject({ ok: false, refusal: 'short' })
    const rest = await reserveParts(router, {
      ...{ attemptId: 'x3', expiresAt },
      lines: lines([one], 2),
    })
    expect(rest).toMatchObject({ ok: true })
    expect(await keepParts(router, held.parts)).toEqual(held)
    await releaseParts(router, held.parts)
    const again = await reserveParts(router, { attemptId: 'x4', expiresAt, lines: both })
    expect(again).toMatchObject({ ok: true })
  })

  it('another node takes the shards of one that stops; what was held is held', async () => {
    const first = await startNode('takeover', 'f')
    const router = await openRouter('takeover')
    await router.submit(count(one, 2))
    const reserve = (id: string): StockCommand => ({
      ...{ kind: 'reserve', requestId: id, reservationId: id },
      lines: lines([one]),
    })
    const before = await router.submit(reserve('r1'))
    const second = await startNode('takeover', 's')
    expect(second.keepers.size).toBe(0)
    await first.close()
    const [repeated, after, short] = await Promise.all(
      ['r1', 'r2', 'r3'].map((id) => router.submit(reserve(id))),
    )
    expect(repeated).toEqual(before)
    expect(after).toMatchObject({ ok: true })
    expect(short).toMatchObject({ ok: false, refusal: 'short' })
    const stream = streamOf(layoutOf('takeover'), 0)
    const ledger = await openJetStreamLedger({ servers: nats.addresses, stream })
    const owners = []
    for await (const { data } of ledger.read({ prefix: OWNER_SUBJECT })) owners.push(data)
    await ledger.close()
    expect(owners).toMatchObject([{ nodeId: 'f' }, { nodeId: 's' }])
  })
})
