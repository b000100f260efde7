import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order } from '../../../fulfilment/index.ts'
import { type DemoOptions, makeDemoStore } from '../../demo.ts'
import { openFulfilment } from '../open-service.ts'
import type { OrderRequest } from '../place-order.ts'
import type { FulfilmentService } from '../service.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** A small demo store that is served in this process, its clock moved by hand. */
export interface LiveStore {
  readonly folder: string
  readonly failures: unknown[]
  /** Epoch ms; set it to move the clock. */
  now: number
  readonly service: FulfilmentService
  open(): Promise<void>
  close(): Promise<void>
  /** Closes what is open without a snapshot of its state, and opens it again. */
  restart(): Promise<void>
  /** Sets units on hand of products by site; sites that are not named have none. */
  count(units: Readonly<Record<string, Readonly<Record<string, number>>>>): Promise<void>
  place(orderId: string, products: readonly string[], more?: Partial<OrderRequest>): Promise<Order>
  order(orderId: string): Order
  step(orderId: string, ...kinds: readonly Step[]): Promise<void>
  tickLater(ms: number): Promise<void>
  remove(): Promise<void>
}

type Step = 'picking' | 'packed' | 'shipped' | 'delivered'

/** Makes the store; `open` serves it. The clock stands at a fixed time of day, far from cut-offs. */
export async function createLiveStore(options: DemoOptions = {}): Promise<LiveStore> {
  const root = mkdtempSync(join(tmpdir(), 'storewright-live-'))
  const folder = join(root, 'demo')
  const small = { products: 20, days: 40, ordersPerDay: 6, vendors: 2, seed: 5 }
  await makeDemoStore(folder, { ...small, ...options })
  let service: FulfilmentService | undefined
  let counts = 0
  const store: LiveStore = {
    ...{ folder, failures: [] },
    now: (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS + 9.3 * HOUR_MS,
    get service() {
      return service!
    },
    async open() {
      const onFailure = (error: unknown) => store.failures.push(error)
      service = await openFulfilment(folder, { clock: () => store.now, onFailure })
    },
    async close() {
      await service?.close()
      service = undefined
    },
    async restart() {
      await store.close()
      await store.open()
    },
    async count(units) {
      const lines = Object.entries(units).flatMap(([productId, bySite]) =>
        store.service.siteIds.map((siteId) => ({
          siteId,
          productId,
          quantity: bySite[siteId] ?? 0,
        })),
      )
      const requestId = `count-${counts++}-${store.now}`
      const [outcome] = await store.service.changeStock([{ kind: 'count', requestId, lines }])
      if (outcome?.ok !== true) throw new Error(outcome?.message)
    },
    async place(orderId, products, more) {
      const lines = products.map((productId) => ({ productId, quantity: 1, unitPriceCents: 900 }))
      // Promised late enough that a change leaves its margin.
      const promise = { kind: 'guaranteed', arriveBy: store.now + 6 * DAY_MS } as const
      const base = { orderId, areaId: '06037', delivery: 'whole', lines, promise } as const
      return (await store.service.place({ ...base, ...more })).order
    },
    order: (orderId) => store.service.orders.order(orderId)!,
    async step(orderId, ...kinds) {
      for (const kind of kinds) {
        for (const { parcelId, status } of store.order(orderId).parcels) {
          if (status === 'cancelled') continue
          const requestId = `${parcelId}-${kind}`
          await store.service.happen({ kind, requestId, orderId, at: store.now, parcelId })
        }
      }
    },
    async tickLater(ms) {
      store.now += ms
      await store.service.tick()
    },
    async remove() {
      await store.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
  return store
}
