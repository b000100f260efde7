import { negativeBinomialPmf, poissonPmf } from '../../core/distributions/counts.ts'
import type { PlacementInput } from './types.ts'

/** E[min(D, n)] = Σ over u ≤ n of P(D ≥ u), from the probabilities themselves. */
function soldOf(n: number, mean: number, phi: number): number {
  let sold = 0
  let below = 0
  for (let u = 1; u <= n; u++) {
    below += phi > 1 ? negativeBinomialPmf(u - 1, mean, mean / (phi - 1)) : poissonPmf(u - 1, mean)
    sold += 1 - below
  }
  return sold
}

/**
 * The plain form of `placeStock` for tests: looks at every case of every product and region again
 * at each step. Units by site × product.
 */
export function placePlain(input: PlacementInput): Int32Array {
  const { products, regions, siteRegion, casePack, unitM3 } = input
  const units = new Int32Array(products * regions)
  const placed = new Int32Array(products * siteRegion.length)
  const left = input.capacityM3.slice()
  const supply = input.supplyUnits?.slice() ?? new Float64Array(products).fill(Infinity)
  const closed = new Set<number>()
  const densityOf = (e: number) => {
    const j = e % products
    const phi = Math.max(1, input.dispersion[j]!)
    const [mean, from, pack] = [input.demandMean[e]!, units[e]!, casePack[j]!]
    if (mean === 0) return 0
    const sold = soldOf(from + pack, mean, phi) - soldOf(from, mean, phi)
    return (input.savedCents[j]! * sold - input.idleCents[j]! * (pack - sold)) / (pack * unitM3[j]!)
  }
  for (;;) {
    let best = -1
    let bestDensity = 1e-9
    for (let e = 0; e < units.length; e++) {
      const density = closed.has(e) ? 0 : densityOf(e)
      if (density > bestDensity * (1 + 1e-9)) {
        best = e
        bestDensity = density
      }
    }
    if (best < 0) return placed
    const j = best % products
    const site = supply[j]! < casePack[j]! ? -1 : siteFor(input, best, units[best]!, placed, left)
    if (site < 0) {
      closed.add(best)
      continue
    }
    units[best]! += casePack[j]!
    placed[site * products + j]! += casePack[j]!
    left[site]! -= casePack[j]! * unitM3[j]!
    supply[j]! -= casePack[j]!
  }
}

function siteFor(
  input: PlacementInput,
  entry: number,
  units: number,
  placed: Int32Array,
  left: Float64Array,
): number {
  const { products, siteRegion, casePack, unitM3, capacityM3, nowUnits } = input
  const j = entry % products
  const region = Math.floor(entry / products)
  const inRegion = [...siteRegion.keys()].filter((s) => siteRegion[s] === region)
  const room = inRegion.reduce((sum, s) => sum + capacityM3[s]!, 0)
  const options = inRegion
    .filter((s) => left[s]! >= casePack[j]! * unitM3[j]!)
    .map((s) => {
      const here = placed[s * products + j]!
      const byRoom = room > 0 && room < Infinity ? capacityM3[s]! / room : 1 / inRegion.length
      const share = input.siteShare?.[s] ?? byRoom
      return {
        s,
        now: Math.max(0, (nowUnits?.[s * products + j] ?? 0) - here),
        missing: share * (units + casePack[j]!) - here,
      }
    })
  options.sort((a, b) => b.now - a.now || b.missing - a.missing || a.s - b.s)
  return options[0]?.s ?? -1
}
