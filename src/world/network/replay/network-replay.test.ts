import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom, type Random } from '../../../core/random/random.ts'
import type { HourlyTransit, Network } from '../../../network/index.ts'
import { createNetworkShop, drawNetworkOrders } from '../orders.ts'
import { usAreas } from '../us-areas.ts'
import { createUsNetwork } from '../us-network.ts'
import { centresOf, type NetworkPolicy, type NetworkWorld } from './input.ts'
import { readNetworkReplayParams } from './knobs.ts'
import { replayNetwork } from './network-replay.ts'
import { replayNetworkPlain } from './plain.ts'

interface Small {
  readonly seed: number
  readonly products: number
  readonly orders: number
  readonly stock: number
  readonly regions: number
  readonly openShare: number
  /** Share of lanes whose time on the way goes by the hour, and of their hours that are known. */
  readonly hourlyShare?: number
}

const small: fc.Arbitrary<Small> = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  products: fc.integer({ min: 3, max: 25 }),
  orders: fc.integer({ min: 0, max: 120 }),
  stock: fc.integer({ min: 0, max: 6 }),
  regions: fc.integer({ min: 0, max: 3 }),
  openShare: fc.constantFrom(0.5, 0.9, 1),
  hourlyShare: fc.constantFrom(0, 0.6, 1),
})

/** Times from a tenth of a lane's own to four times it, hour by hour; some hours say nothing. */
function hourlyOf(lanes: Network['lanes'], share: number, random: Random): HourlyTransit {
  let rows = 0
  const rowOf = Int32Array.from(lanes.ids, () => (draw() < share ? rows++ : -1))
  const cells = new Float64Array(168 * rows)
  const sdMinutes = new Float64Array(168 * rows)
  rowOf.forEach((row, lane) => {
    if (row < 0) return
    for (let cell = 168 * row; cell < 168 * (row + 1); cell++) {
      cells[cell] = draw() < share ? lanes.transitMinutes[lane]! * (0.1 + 4 * draw()) : Number.NaN
      sdMinutes[cell] = draw() < share ? lanes.transitSdMinutes[lane]! * 3 * draw() : Number.NaN
    }
  })
  return { rowOf, meanMinutes: cells, sdMinutes }

  function draw(): number {
    return random.next()
  }
}

function createCase({
  seed,
  products,
  orders,
  stock,
  regions,
  openShare,
  hourlyShare = 0,
}: Small): {
  readonly world: NetworkWorld
  readonly policy: NetworkPolicy
} {
  const random = createRandom(seed)
  const us = usAreas(60)
  const params = { seed, areas: 60, centres: 5, sortCentres: 3, stations: 6 }
  const plain = createUsNetwork(params).network
  const network =
    hourlyShare === 0
      ? plain
      : { ...plain, hourlyTransit: hourlyOf(plain.lanes, hourlyShare, random.split('hours')) }
  const centres = centresOf(network)
  const shop = createNetworkShop(seed, { products })
  const days = 9
  const options = { orders, days, hoursBehindUtc: us.hoursBehindUtc }
  const docks = network.sites.kinds.flatMap((kind, site) => (kind === 'cross_dock' ? [site] : []))
  const areaRegion = Int32Array.from(us.areas.lon, (_, area) => area % Math.max(1, regions))
  const plan = {
    regions: Math.max(1, regions),
    areaRegion,
    siteRegion: Int32Array.from(network.sites.area, (area) => areaRegion[area]!),
  }
  const draw = random.split('policy')
  return {
    world: {
      network,
      products: {
        unitM3: shop.unitM3,
        unitKg: shop.unitKg,
        dock: Int32Array.from({ length: products }, (_, p) => docks[p % docks.length]!),
      },
      orders: drawNetworkOrders(shop, us.areas, options, random.split('orders')),
      firstDay: 20_543 + (seed % 7),
      days,
      warmUpDays: 0,
      centres,
      yardstick: plan,
      params: readNetworkReplayParams({}, { vendorDays: 2, ordersPerReplayed: 1000 }),
    },
    policy: {
      name: 'small',
      openLanes: Uint8Array.from(network.lanes.ids, () => (draw.next() < openShare ? 1 : 0)),
      baseStock: Int32Array.from({ length: products * centres.length }, () => draw.int(stock + 1)),
      ...(regions > 0 ? { regions: plan } : {}),
    },
  }
}

describe('replayNetwork', () => {
  test('does what the plain replay does', () => {
    fc.assert(
      fc.property(small, (params) => {
        const { world, policy } = createCase(params)
        const fast = replayNetwork(world, policy, params.seed)
        const plain = replayNetworkPlain(world, policy, params.seed)
        expect(Array.from(fast.onHand)).toEqual(plain.onHand)
        expect(fast.counts.parcels).toBe(plain.parcels.length)
        expect(fast.counts.unitsLost).toBe(plain.lostUnits)
        const parcels = new Float64Array(world.network.lanes.ids.length)
        const runs = new Float64Array(parcels.length)
        for (const run of plain.runs.filter(({ departs }) => departs < world.days * 1440)) {
          const capacity = world.network.lanes.capacityM3[run.lane]!
          parcels[run.lane]! += 1000 * run.parcels
          runs[run.lane]! += Number.isFinite(capacity) ? Math.ceil((1000 * run.m3) / capacity) : 0
        }
        expect(fast.lanes.parcels).toEqual(parcels)
        expect(fast.lanes.runs).toEqual(runs)
        const byOrder = new Map<number, [promised: number, delivered: number]>()
        for (const { order, promisedDays, deliveredDays } of plain.parcels) {
          const [p, d] = byOrder.get(order) ?? [0, 0]
          byOrder.set(order, [Math.max(p, promisedDays), Math.max(d, deliveredDays)])
        }
        const late = [...byOrder.values()].filter(([p, d]) => d > p).length
        expect(fast.counts.late).toBe(late)
        for (const [days, count] of fast.counts.promised.entries()) {
          if (days === 14) continue
          expect(count).toBe([...byOrder.values()].filter(([p]) => p === days).length)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('slower hours make parcels late by as much, and only those that leave in them', () => {
    const { world, policy } = createCase({
      ...{ seed: 3, products: 15, orders: 110, stock: 6, regions: 0, openShare: 1 },
    })
    const { network } = world
    const lanes = network.lanes.ids.length
    const slowFrom = (hour: number): NetworkWorld => {
      const meanMinutes = Float64Array.from({ length: 168 * lanes }, (_, cell) => {
        const own = network.lanes.transitMinutes[Math.floor(cell / 168)]!
        return cell % 168 >= hour ? own + 1440 : own
      })
      const sdMinutes = new Float64Array(168 * lanes).fill(Number.NaN)
      const rowOf = Int32Array.from({ length: lanes }, (_, lane) => lane)
      return { ...world, network: { ...network, hourlyTransit: { rowOf, meanMinutes, sdMinutes } } }
    }
    const days = (asked: NetworkWorld) => {
      const { delivered } = replayNetwork(asked, policy, 3).counts
      const orders = delivered.reduce((sum, count) => sum + count, 0)
      return delivered.reduce((sum, count, day) => sum + count * day, 0) / orders
    }
    expect(days(slowFrom(168))).toBe(days(world))
    const half = days(slowFrom(96))
    expect(half).toBeGreaterThan(days(world))
    expect(days(slowFrom(0))).toBeGreaterThan(half)
  })

  test('keeps stock and parcels: what comes in goes out or stays', () => {
    fc.assert(
      fc.property(small, (params) => {
        const { world, policy } = createCase(params)
        const { onHand, shippedUnits, arrivedUnits, counts, loads, routes, figures } =
          replayNetwork(world, policy, params.seed)
        const sum = (values: Int32Array | Float64Array) => {
          let total = 0
          for (const value of values) total += value
          return total
        }
        expect(onHand.every((units) => units >= 0)).toBe(true)
        expect(sum(policy.baseStock) + arrivedUnits - shippedUnits).toBe(sum(onHand))
        expect(counts.orders).toBe(world.orders.minute.length)
        // A parcel takes as many lanes as sorts and one more; all of them are loaded.
        expect(sum(loads.parcels)).toBe(counts.parcels + counts.sorts)
        expect(sum(counts.promised)).toBe(sum(counts.delivered))
        expect(figures.directFill).toBeLessThanOrEqual(1)
        expect(figures.wholeInRegionShare).toBeLessThanOrEqual(1)
        for (const lane of routes.lanes) expect(policy.openLanes[lane]).toBe(1)
      }),
      { numRuns: 40 },
    )
  })

  test('ways lead from their centre to their area without a gap', () => {
    const { world, policy } = createCase({
      seed: 4,
      products: 5,
      orders: 10,
      stock: 3,
      regions: 2,
      openShare: 1,
    })
    const { routes } = replayNetwork(world, policy, 4)
    const { lanes } = world.network
    const areas = world.network.areas.ids.length
    world.centres.forEach((site, c) => {
      for (let area = 0; area < areas; area++) {
        let at = site
        const from = routes.starts[c * areas + area]!
        const end = routes.starts[c * areas + area + 1]!
        expect(end).toBeGreaterThan(from)
        for (let i = from; i < end; i++) {
          expect(lanes.fromSite[routes.lanes[i]!]).toBe(at)
          at = lanes.toSite[routes.lanes[i]!]!
        }
        expect(lanes.toArea[routes.lanes[end - 1]!]).toBe(area)
      }
    })
  })

  test('the same seed gives the same outcome, and warm-up days are not counted', () => {
    const params = { seed: 9, products: 20, orders: 110, stock: 5, regions: 2, openShare: 1 }
    const { world, policy } = createCase(params)
    expect(replayNetwork(world, policy, 1)).toEqual(replayNetwork(world, policy, 1))
    const counted = replayNetwork({ ...world, warmUpDays: 4 }, policy, 1)
    const after = Array.from(world.orders.minute).filter((minute) => minute >= 4 * 1440).length
    expect(counted.counts.orders).toBe(after)
  })

  test('bad input is named', () => {
    const params = { seed: 9, products: 20, orders: 110, stock: 5, regions: 2, openShare: 1 }
    const { world, policy } = createCase(params)
    const bad = (message: RegExp) =>
      expect.objectContaining({ code: 'ERR_ARGUMENT', message: expect.stringMatching(message) })
    const run = (w: Partial<NetworkWorld>, p: Partial<NetworkPolicy>) => () =>
      replayNetwork({ ...world, ...w }, { ...policy, ...p }, 1)
    expect(run({}, { openLanes: new Uint8Array(3) })).toThrow(bad(/opens 3 lanes/))
    expect(run({}, { baseStock: new Int32Array(3) })).toThrow(bad(/3 levels/))
    expect(run({ days: 2 }, {})).toThrow(bad(/after the 2 days/))
    expect(run({ warmUpDays: 9 }, {})).toThrow(bad(/warm-up/))
    const quantity = world.orders.quantity.map(() => 0)
    expect(run({ orders: { ...world.orders, quantity } }, {})).toThrow(bad(/asks for 0 units/))
  })
})
