import { drawKey, streamKey, uniformAt } from '../replay/counter-random.ts'
import type { OrdersWorld } from './input.ts'
import type { Shelves } from './shelves.ts'
import type { Ways } from './ways.ts'

/** What is sold to a customer at the click. */
export interface Sale {
  /** Lines with the units that there are; those of none are left out. */
  readonly lines: readonly { readonly product: number; readonly quantity: number }[]
  readonly lostUnits: number
  readonly pickAt: number
  /** Midnight that ends the promised day on the customer's clock; days after the order's. */
  readonly promisedBy: number
  readonly days: number
}

/** Makes promises: the earliest day on which all lines can be there, or later as the customer likes. */
export function createPromises(
  world: OrdersWorld,
  shelves: Shelves,
  ways: Ways,
  clockOf: (area: number) => number,
  seed: string | number,
): (order: number) => Sale {
  const { orders } = world.network
  const { leastPickHours, mostPickHours, earliestShare, dayLaterShare } = world.params
  const hours = drawKey(streamKey(seed, 'hours to pick'), 0)
  const wish = drawKey(streamKey(seed, 'wish for speed'), 0)
  return (order) => {
    const minute = orders.minute[order]!
    const area = orders.area[order]!
    const spread = mostPickHours - leastPickHours
    const pickAt = Math.round(minute + 60 * (leastPickHours + spread * uniformAt(hours, order)))
    const lines: Sale['lines'][number][] = []
    let lostUnits = 0
    let latest = 0
    for (let line = orders.starts[order]!; line < orders.starts[order + 1]!; line++) {
      const product = orders.product[line]!
      const asked = orders.quantity[line]!
      const { units, arrives } = earliest(product, asked, area, pickAt)
      lostUnits += asked - units
      if (units > 0) lines.push({ product, quantity: units })
      latest = Math.max(latest, arrives)
    }
    const clock = clockOf(area)
    const u = uniformAt(wish, order)
    const later = u < earliestShare ? 0 : u < earliestShare + dayLaterShare ? 1 : 2
    const day = Math.floor((latest + clock) / 1440) + later
    const days = day - Math.floor((minute + clock) / 1440)
    return { lines, lostUnits, pickAt, promisedBy: (day + 1) * 1440 - clock, days }
  }

  /** Units of at most `asked` that can be had, and when the last of them can be there. */
  function earliest(product: number, asked: number, area: number, pickAt: number) {
    const centres = shelves
      .sitesWith(product)
      .map((centre) => ({ centre, arrives: ways.expected(centre, area, pickAt) }))
      .filter(({ arrives }) => arrives < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.arrives - b.arrives || a.centre - b.centre)
    let units = 0
    let arrives = 0
    for (const next of centres) {
      if (units >= asked) break
      units = Math.min(asked, units + shelves.available(next.centre, product))
      arrives = next.arrives
    }
    return { units, arrives }
  }
}
