import { gainOf, gainOfUnits, type OrderGain } from './order-gain.ts'

/** Most steps into which one line is cut for the ranking. */
const MAX_STEPS = 12

/**
 * One step of an order line: from the step before up to `quantity`. Gains per money fall from step
 * to step, so that a ranking takes them in order.
 */
export interface OrderStep {
  /** Units of the line once this step is taken. */
  readonly quantity: number
  /** Of this step alone. */
  readonly costCents: number
  readonly gainCents: number
  readonly volumeM3: number
}

/**
 * The quantity of highest expected gain among 0 and the multiples of `pack` from `smallest` on;
 * 0 unless the gain is positive. The gain is concave up to where the lot begins and from there on,
 * so that a bisection on the gain of one more case finds the best of each part.
 */
export function bestQuantity(gain: OrderGain, smallest: number, pack: number): number {
  const first = Math.round(smallest / pack)
  const highest = gain.lost[gain.lost.length - 1]!
  const lotEnd = gain.lotFrom + gain.lotUnits
  const last = Math.max(first, Math.ceil(Math.max(highest, lotEnd) / pack) + 1)
  const bend = Math.min(last, Math.max(first, Math.floor(gain.lotFrom / pack)))
  const low = climb(gain, pack, first, bend)
  const high = climb(gain, pack, Math.min(last, bend + 1), last)
  const best = gainOfUnits(gain, high * pack) > gainOfUnits(gain, low * pack) ? high : low
  return gainOf(gain, best * pack) > 0 ? best * pack : 0
}

/** The number of cases in [from, to] of highest gain, the gain being concave there. */
function climb(gain: OrderGain, pack: number, from: number, to: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const more = gainOfUnits(gain, middle * pack) - gainOfUnits(gain, (middle - 1) * pack)
    if (more > 0) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Cuts the way from nothing to `quantity` into steps of whole cases whose gain per money falls: the
 * upper hull of the gain over the cost, from (0, 0) on. The first step carries the smallest
 * quantity and the charge of the line.
 */
export function orderSteps(
  gain: OrderGain,
  smallest: number,
  pack: number,
  quantity: number,
  unitCost: number,
  unitVolume: number,
): OrderStep[] {
  const cases = Math.round((quantity - smallest) / pack)
  const count = Math.min(MAX_STEPS - 1, cases)
  const hull = [{ quantity: 0, gain: 0 }]
  for (let step = 0; step <= count; step++) {
    const more = count === 0 ? 0 : Math.round((step * cases) / count)
    const point = { quantity: smallest + more * pack, gain: 0 }
    point.gain = gainOf(gain, point.quantity)
    while (hull.length > 1 && !turnsDown(hull[hull.length - 2]!, hull[hull.length - 1]!, point)) {
      hull.pop()
    }
    hull.push(point)
  }
  return hull.slice(1).map((point, i) => {
    const units = point.quantity - hull[i]!.quantity
    return {
      quantity: point.quantity,
      costCents: units * unitCost,
      gainCents: point.gain - hull[i]!.gain,
      volumeM3: units * unitVolume,
    }
  })
}

interface HullPoint {
  readonly quantity: number
  readonly gain: number
}

function turnsDown(a: HullPoint, b: HullPoint, c: HullPoint): boolean {
  return (
    (b.gain - a.gain) * (c.quantity - b.quantity) > (c.gain - b.gain) * (b.quantity - a.quantity)
  )
}
