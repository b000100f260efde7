import { expect, it } from 'vitest'
import {
  type Assignment,
  type AssignmentStrategy,
  createCheapestNow,
  type OrderToAssign,
  type Situation,
} from '../../../fulfilment/index.ts'
import { createMemoryLedger, type Ledger } from '../../../ledger/index.ts'
import { createGuardedStrategy } from './strategy-guard.ts'

// Two sites: 0 is near area 0, 1 near area 1; a way costs 100 near and 300 far. Units lie in counts that the
// test takes them from, as a keeper of stock would.

const DAY_MS = 86_400_000
let now = 0
const units = [
  [0, 0],
  [0, 0],
]
const worth = [0, 0]

const situation: Situation = {
  sites: 2,
  available: (site, product) => units[site]![product]!,
  sitesWith: (product) => [0, 1].filter((site) => units[site]![product]! > 0),
  physics: () => ({ kg: 0.1, m3: 0.0001 }),
  price: (site, { area }) => ({ route: 0, cents: site === area ? 100 : 300 }),
  distanceKm: (site, area) => (site === area ? 1 : 1000),
  unitWorthCents: (site) => worth[site]!,
}
const simple = createCheapestNow()
/** Always from site 1, where it can. */
const stubborn: AssignmentStrategy = {
  name: 'stubborn',
  assign(asked, at) {
    const only = {
      ...at,
      available: (site: number, product: number) => (site === 1 ? at.available(1, product) : 0),
      sitesWith: (product: number) => at.sitesWith(product).filter((site) => site === 1),
    }
    return simple.assign(asked, only) ?? simple.assign(asked, at)
  },
  explain: (asked, at) => simple.explain(asked, at),
}
const order = (area: number): OrderToAssign => ({
  ...{ orderId: `order-${area}`, area, lines: [{ product: 0, quantity: 1 }] },
  ...{ now: 0, promisedBy: 9999 },
})
const make = (ledger: Ledger, own = stubborn) =>
  createGuardedStrategy({
    ...{ own, simple, situation, ledger, clock: () => now },
    ...{ leastOrders: 10, margin: 0.05, spanMs: 7 * DAY_MS },
  })

/** Gives an order to sites as a store does: assigned, reserved, told. */
function place(guard: Awaited<ReturnType<typeof make>>, area: number): Assignment {
  const asked = order(area)
  const chosen = guard.strategy.assign(asked, situation)!
  for (const { site, lines } of chosen.parcels) {
    for (const { product, quantity } of lines) units[site]![product]! -= quantity
  }
  guard.placed(asked, chosen)
  return chosen
}

function reset(): void {
  now = 0
  units[0] = [50, 50]
  units[1] = [50, 50]
  worth.fill(0)
}

it('lets a strategy rest that pays more than cheapest-now would, and says until when', async () => {
  reset()
  const ledger = createMemoryLedger({ clock: () => now })
  const guard = await make(ledger)
  for (let i = 0; i < 9; i++) expect(place(guard, 0).parcels[0]!.site).toBe(1)
  expect(guard.status()).toMatchObject({
    serves: 'stubborn',
    orders: 9,
    fallenBackUntil: undefined,
  })
  expect(guard.status().ownCents - guard.status().simpleCents).toBeCloseTo(9 * 200, 6)
  place(guard, 0)
  expect(guard.status()).toMatchObject({ serves: 'cheapest-now', fallenBackUntil: 7 * DAY_MS })
  expect(place(guard, 0).parcels[0]!.site).toBe(0)
  expect(guard.strategy.name).toBe('cheapest-now')
  // The event is on disk: a restart does not forget.
  await expect.poll(async () => (await make(ledger)).status().serves).toBe('cheapest-now')
  now = 7 * DAY_MS
  guard.look(now)
  expect(guard.status()).toMatchObject({ serves: 'stubborn', orders: 0 })
  expect((await make(ledger)).status().serves).toBe('stubborn')
})

it('knows what cheapest-now would have had left: what it runs out of, it pays for later', async () => {
  reset()
  // Site 0 has 5 units alone, and area 1 is served from far once site 1 is empty.
  units[0] = [5, 0]
  units[1] = [5, 0]
  const guard = await make(createMemoryLedger({ clock: () => now }), simple)
  for (let i = 0; i < 5; i++) place(guard, 0)
  expect(guard.status().orders).toBe(0)
  const watched = await make(createMemoryLedger({ clock: () => now }))
  units[0] = [5, 0]
  units[1] = [5, 0]
  for (let i = 0; i < 5; i++) place(watched, 0)
  const paidEarly = watched.status()
  expect(paidEarly.ownCents - paidEarly.simpleCents).toBeCloseTo(5 * 200, 6)
  // Orders of area 0 go on: the stubborn one has its near stock left, cheapest-now would have none.
  for (let i = 0; i < 5; i++) place(watched, 0)
  const { ownCents, simpleCents, orders } = watched.status()
  expect(orders).toBe(10)
  expect(ownCents).toBeCloseTo(simpleCents, 6)
  expect(watched.status().serves).toBe('stubborn')
})

it('counts what stock is worth that the one leaves and the other would not', async () => {
  reset()
  worth[0] = 250
  const guard = await make(createMemoryLedger({ clock: () => now }))
  for (let i = 0; i < 20; i++) place(guard, 0)
  const { ownCents, simpleCents, stockCents, serves } = guard.status()
  // Units kept at site 0 are worth more than the longer way from site 1 costs.
  expect(ownCents - simpleCents).toBeCloseTo(20 * 200, 6)
  expect(stockCents).toBeCloseTo(-20 * 250, 6)
  expect(serves).toBe('stubborn')
  now = 8 * DAY_MS
  guard.look(now)
  expect(guard.status()).toMatchObject({ orders: 0, ownCents: 0, stockCents: 0 })
})
