import type { PlacementInput } from './types.ts'

/** What each site still has room for, and which units it was given. */
export class SiteRooms {
  /** Units given, row-major site × product. */
  readonly placed: Int32Array
  readonly left: Float64Array
  readonly #input: PlacementInput
  readonly #sitesOf: readonly Int32Array[]
  readonly #share: Float64Array

  constructor(input: PlacementInput) {
    const { siteRegion, regions, products, capacityM3 } = input
    this.#input = input
    this.placed = new Int32Array(siteRegion.length * products)
    this.left = capacityM3.slice()
    this.#sitesOf = Array.from({ length: regions }, (_, r) => {
      const sites: number[] = []
      siteRegion.forEach((region, s) => {
        if (region === r) sites.push(s)
      })
      return Int32Array.from(sites)
    })
    this.#share = input.siteShare ?? shareByRoom(capacityM3, this.#sitesOf)
  }

  /**
   * The site of a region for the next case of a product, `total` being its units in the region with
   * that case: where such units lie today, else where most is missing to the site's share. Only
   * sites with `needM3` left; −1 where there is none.
   */
  choose(region: number, product: number, total: number, needM3: number): number {
    const { products, nowUnits } = this.#input
    let best = -1
    let bestHere = 0
    let bestMissing = Number.NEGATIVE_INFINITY
    for (const s of this.#sitesOf[region]!) {
      if (this.left[s]! < needM3) continue
      const placed = this.placed[s * products + product]!
      const here =
        nowUnits === undefined ? 0 : Math.max(0, nowUnits[s * products + product]! - placed)
      const missing = this.#share[s]! * total - placed
      if (here < bestHere || (here === bestHere && missing <= bestMissing)) continue
      best = s
      bestHere = here
      bestMissing = missing
    }
    return best
  }

  give(site: number, product: number, units: number, m3: number): void {
    this.placed[site * this.#input.products + product]! += units
    this.left[site]! -= m3
  }

  /** m³ used by site. */
  filled(): Float64Array {
    const { products, unitM3 } = this.#input
    return Float64Array.from(this.left, (_, s) => {
      let m3 = 0
      for (let j = 0; j < products; j++) m3 += this.placed[s * products + j]! * unitM3[j]!
      return m3
    })
  }
}

/** By room; evenly where a site of the region has no limit or none has room. */
function shareByRoom(capacityM3: Float64Array, sitesOf: readonly Int32Array[]): Float64Array {
  const share = new Float64Array(capacityM3.length)
  for (const sites of sitesOf) {
    const room = sites.reduce((sum, s) => sum + capacityM3[s]!, 0)
    for (const s of sites)
      share[s] = room > 0 && room < Infinity ? capacityM3[s]! / room : 1 / sites.length
  }
  return share
}
