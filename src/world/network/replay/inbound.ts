import { type NumberList, numberList } from '../../demo/buffers.ts'
import type { NetworkWorld } from './input.ts'
import { type Loads, load } from './loads.ts'
import { departureMinute, nextDeparture, type ReplayTimetable } from './timetable.ts'
import { createTransit } from './transit.ts'

/** Replaces what is sold: base stock, one for one. */
export interface Inbound {
  /** Orders `units` of a cell (product × centre) at the end of `day`. */
  order(cell: number, units: number, day: number): void
  /** Adds what arrives on the morning of `day` to the shelves; returns units. */
  arrive(day: number, onHand: Int32Array): number
}

/**
 * Every unit sold is ordered the same evening, stands at its product's dock `vendorDays` later and
 * comes to the centre on the dock's next departure: on hand and on order together stay at the level
 * the shelf began with. Docks' lanes always run.
 */
export function createInbound(
  world: NetworkWorld,
  timetable: ReplayTimetable,
  offsets: Int32Array,
  loads: Loads,
): Inbound {
  const { network, products, centres, params, days } = world
  const lead = dockLanes(world)
  const transit = createTransit(network, world.firstDay, offsets)
  const count = centres.length
  const cells: NumberList[] = []
  const units: NumberList[] = []
  for (let day = 0; day < days; day++) {
    cells.push(numberList(64))
    units.push(numberList(64))
  }
  return {
    order(cell, quantity, day) {
      const product = Math.floor(cell / count)
      const lane = lead[products.dock[product]! * count + (cell % count)]!
      const atDock = day + 1 + params.vendorDays
      let arrives = atDock + 1
      if (lane >= 0) {
        const instance = nextDeparture(timetable, lane, Math.round(atDock * 1440))
        const minutes = transit(lane, departureMinute(timetable, instance), 0)
        arrives = atDock + 1 + Math.ceil(minutes / 1440)
        const m3 = quantity * products.unitM3[product]!
        load(loads, instance, 0, m3, quantity * products.unitKg[product]!)
      }
      const on = Math.ceil(arrives)
      if (on >= days) return
      cells[on]!.push(cell)
      units[on]!.push(quantity)
    },
    arrive(day, onHand) {
      let sum = 0
      for (let i = 0; i < cells[day]!.length; i++) {
        const quantity = units[day]!.at(i)
        onHand[cells[day]!.at(i)]! += quantity
        sum += quantity
      }
      return sum
    },
  }
}

/** Lane from each site (a dock) to each centre, row-major site × centre; −1 where there is none. */
function dockLanes({ network, centres }: NetworkWorld): Int32Array {
  const { sites, lanes } = network
  const count = centres.length
  const centreOf = new Map(Array.from(centres, (site, c) => [site, c]))
  const lane = new Int32Array(sites.ids.length * count).fill(-1)
  lanes.fromSite.forEach((from, l) => {
    const c = centreOf.get(lanes.toSite[l]!)
    if (sites.kinds[from] === 'cross_dock' && c !== undefined) lane[from * count + c] = l
  })
  return lane
}
