import type { World } from './input.ts'
import type { OpenOrders } from './policy.ts'

/** One order line under way; days are indices within the replay. */
export interface OrderLine {
  readonly product: number
  readonly day: number
  readonly units: number
  readonly first: number
  /** Day the late part arrives, −1 if there is none. */
  readonly late: number
  readonly lateUnits: number
}

/** The order lines of a run that have not fully arrived. */
export interface OrderBook {
  add(line: OrderLine): void
  /** Moves what arrives on the morning of `day` from onOrder to onHand. */
  receive(day: number, onHand: Float64Array, onOrder: Float64Array): void
  /** What a buyer knows of them on the morning of `day`, oldest first. */
  open(day: number): OpenOrders
}

/** An empty book. */
export function createOrderBook(world: World): OrderBook {
  const arriving: OrderLine[][] = Array.from({ length: world.days + 1 }, () => [])
  let underWay: OrderLine[] = []
  return {
    add(line) {
      underWay.push(line)
      arriving[line.first]!.push(line)
      if (line.lateUnits > 0) arriving[line.late]!.push(line)
    },
    receive(day, onHand, onOrder) {
      for (const line of arriving[day]!) {
        const units = day === line.first ? line.units - line.lateUnits : line.lateUnits
        onHand[line.product]! += units
        onOrder[line.product]! -= units
      }
    },
    open(day) {
      underWay = underWay.filter((line) => unitsToCome(line, day) > 0)
      return describe(world, underWay, day)
    },
  }
}

/** Units of a line that have not arrived by the morning of `day`, after its arrivals. */
function unitsToCome(line: OrderLine, day: number): number {
  if (line.first > day) return line.units
  return line.late > day ? line.lateUnits : 0
}

function describe({ input }: World, lines: readonly OrderLine[], day: number): OpenOrders {
  const quoted = input.products.quotedLeadTimeDays
  const open = {
    product: new Int32Array(lines.length),
    orderedOn: new Int32Array(lines.length),
    expectedOn: new Int32Array(lines.length),
    units: new Float64Array(lines.length),
  }
  lines.forEach((line, i) => {
    const expected = line.day + Math.round(quoted[line.product]!)
    open.product[i] = line.product
    open.orderedOn[i] = input.firstDay + line.day
    open.expectedOn[i] = input.firstDay + Math.max(day + 1, expected)
    open.units[i] = unitsToCome(line, day)
  })
  return open
}
