import { createRandom } from '../../src/core/random/random.ts'
import type { NetworkPolicy } from '../../src/world/index.ts'
import type { Case } from './case.ts'

/**
 * The network before: every centre serves every customer by a lane of its own to every sort centre;
 * sort centres send each other nothing by truck; orders come from the cheapest centres of the country.
 */
export function beforePolicy(world: Case): NetworkPolicy {
  const { lanes, sites } = world.network
  const openLanes = Uint8Array.from(lanes.ids, (_, lane) => {
    const isTrunk =
      lanes.modes[lane] === 'truck' &&
      sites.kinds[lanes.fromSite[lane]!] === 'sort_centre' &&
      sites.kinds[lanes.toSite[lane]!] === 'sort_centre'
    return isTrunk || lanes.carriers[lane] === 'Transfer' ? 0 : 1
  })
  return { name: 'before', openLanes, baseStock: spreadNationally(world) }
}

/**
 * Stock spread over the country: a product with level S lies at √S × spread centres, evenly from
 * coast to coast (systematic sampling by room along the longitudes, from a start that what has room
 * on the day decides), as much in one as in the other. A full centre gets no more.
 */
export function spreadNationally(world: Case): Int32Array {
  const { levels, centres, network, shop, assumptions, seed } = world
  const count = centres.length
  const stock = new Int32Array(levels.length * count)
  const room = Float64Array.from(centres, (site) => network.sites.capacityM3[site]!)
  const size = room.slice()
  const byLongitude = Array.from(centres, (_, c) => c).sort(
    (a, b) => network.sites.lon[centres[a]!]! - network.sites.lon[centres[b]!]!,
  )
  const random = createRandom(`before:${seed}`)
  for (const p of bySize(world)) {
    const level = levels[p]!
    const wanted = Math.round(Math.sqrt(level) * assumptions.spread)
    const places = Math.max(1, Math.min(count, level, wanted))
    const open = byLongitude.filter((c) => room[c]! >= (level * shop.unitM3[p]!) / places)
    const chosen = systematic(
      open.length > 0 ? open : byLongitude,
      size,
      places,
      random.split(p).next(),
    )
    shareOut(level, chosen.length).forEach((units, i) => {
      stock[p * count + chosen[i]!]! += units
      room[chosen[i]!]! -= units * shop.unitM3[p]!
    })
  }
  return stock
}

/** Products by the room of their level, largest first: they are hardest to fit. */
function bySize({ levels, shop }: Case): number[] {
  const m3 = Float64Array.from(levels, (units, p) => units * shop.unitM3[p]!)
  return Array.from(levels, (_, p) => p).sort((a, b) => m3[b]! - m3[a]! || a - b)
}

/** `places` members of a list, by size, at even steps from `start` (0 … 1) of the first step. */
function systematic(
  list: readonly number[],
  size: Float64Array,
  places: number,
  start: number,
): number[] {
  const sum = list.reduce((total, c) => total + size[c]!, 0)
  const chosen: number[] = []
  let at = (start * sum) / places
  let passed = 0
  for (const c of list) {
    passed += size[c]!
    if (at >= passed) continue
    chosen.push(c)
    while (at < passed) at += sum / places
  }
  return chosen
}

/** Whole units, as even as they go (level ≥ places). */
function shareOut(level: number, places: number): number[] {
  return Array.from(
    { length: places },
    (_, i) => Math.floor(((i + 1) * level) / places) - Math.floor((i * level) / places),
  )
}
