import { createMaxHeap, type MaxHeap } from '../../core/heap.ts'
import { checkPlacement } from './check.ts'
import { CaseWalk } from './next-case.ts'
import { SiteRooms } from './rooms.ts'
import { PLACEMENT_REASONS, type PlacementInput, type PlacementPlan } from './types.ts'

const [ENOUGH, NO_ROOM, NO_SUPPLY, LEAVES] = PLACEMENT_REASONS.map((_, i) => i) as [
  number,
  number,
  number,
  number,
]

/**
 * Which stock each site should hold: a lazy greedy choice over all cases of all products in all
 * regions. The case from n to n + c units of a product is worth
 *   saved · E[min(D, n + c) − min(D, n)] − idle · (c − the same)
 * cents in its region, D being the demand there over the cover period; what it is worth falls with
 * n, so the greedy order by cents per m³ is that of the fractional knapsack, and what it gains lies
 * within one case a region of the most there is to gain. Where room and supply are loose, stock is
 * the newsvendor's quantile saved / (saved + idle), in whole cases. Within a region a case goes to
 * the site where such units lie today, else to the one with most missing to its share of demand.
 * Throws ERR_ARGUMENT or ERR_NOT_FINITE on columns that do not fit.
 */
export function placeStock(input: PlacementInput): PlacementPlan {
  checkPlacement(input)
  const greedy = new GreedyPlacement(input)
  greedy.run()
  return greedy.plan()
}

class GreedyPlacement {
  readonly #input: PlacementInput
  readonly #walk: CaseWalk
  readonly #rooms: SiteRooms
  readonly #heaps: readonly MaxHeap[]
  /** By region × product. */
  readonly #gain: Float64Array
  readonly #reason: Uint8Array
  readonly #soldUnits: Float64Array
  readonly #roomPrice: Float64Array
  readonly #supply: Float64Array

  constructor(input: PlacementInput) {
    const { products, regions } = input
    this.#input = input
    this.#walk = new CaseWalk(input.demandMean, input.dispersion)
    this.#rooms = new SiteRooms(input)
    this.#heaps = Array.from({ length: regions }, () => createMaxHeap(products))
    this.#gain = new Float64Array(products * regions)
    this.#reason = new Uint8Array(products * regions).fill(ENOUGH)
    this.#soldUnits = new Float64Array(regions)
    this.#roomPrice = new Float64Array(regions)
    this.#supply = input.supplyUnits?.slice() ?? new Float64Array(products).fill(Infinity)
  }

  run(): void {
    const { products, regions, casePack, demandMean } = this.#input
    for (let entry = 0; entry < products * regions; entry++) {
      if (demandMean[entry] === 0) continue
      const product = entry % products
      this.#walk.begin(entry, casePack[product]!)
      if (this.#nextGain(entry) <= 0) continue
      this.#heaps[Math.floor(entry / products)]!.push(this.#density(entry), product)
    }
    // Regions compete for supply alone; one by one they stay within the processor's cache.
    if (this.#input.supplyUnits === undefined)
      for (let r = 0; r < regions; r++) while (this.#heaps[r]!.size > 0) this.#step(r)
    else for (let r = this.#bestRegion(); r >= 0; r = this.#bestRegion()) this.#step(r)
  }

  /** The region whose best case gains most per m³; −1 when no case is left. */
  #bestRegion(): number {
    let best = -1
    let bestKey = 0
    for (let r = 0; r < this.#heaps.length; r++) {
      const key = this.#heaps[r]!.topKey()
      if (key > bestKey) {
        best = r
        bestKey = key
      }
    }
    return best
  }

  #step(region: number): void {
    const { products, casePack, unitM3 } = this.#input
    const heap = this.#heaps[region]!
    const product = heap.topId()
    const entry = region * products + product
    const units = casePack[product]!
    if (this.#supply[product]! < units) {
      this.#close(entry, NO_SUPPLY)
      return
    }
    const m3 = units * unitM3[product]!
    const site = this.#rooms.choose(region, product, this.#walk.units[entry]! + units, m3)
    if (site < 0) {
      this.#roomPrice[region] = Math.max(this.#roomPrice[region]!, heap.topKey())
      this.#close(entry, NO_ROOM)
      return
    }
    this.#rooms.give(site, product, units, m3)
    this.#supply[product]! -= units
    this.#gain[entry]! += this.#nextGain(entry)
    this.#soldUnits[region]! += this.#walk.sold[entry]!
    this.#walk.take(entry, units)
    if (this.#nextGain(entry) > 0) heap.replaceTop(this.#density(entry))
    else heap.pop()
  }

  #close(entry: number, reason: number): void {
    this.#reason[entry] = reason
    this.#heaps[Math.floor(entry / this.#input.products)]!.pop()
  }

  /** Cents that the next case of an entry gains. */
  #nextGain(entry: number): number {
    const { products, casePack, savedCents, idleCents } = this.#input
    const product = entry % products
    const sold = this.#walk.sold[entry]!
    return savedCents[product]! * sold - idleCents[product]! * (casePack[product]! - sold)
  }

  #density(entry: number): number {
    const product = entry % this.#input.products
    return this.#nextGain(entry) / (this.#input.casePack[product]! * this.#input.unitM3[product]!)
  }

  plan(): PlacementPlan {
    const { products, regions, demandMean } = this.#input
    const breadth = new Int32Array(regions)
    const asked = new Float64Array(regions)
    for (let entry = 0; entry < products * regions; entry++) {
      const region = Math.floor(entry / products)
      asked[region]! += demandMean[entry]!
      if (this.#walk.units[entry]! > 0) breadth[region]!++
    }
    return {
      ...this.#lines(),
      filledM3: this.#rooms.filled(),
      unitShare: asked.map((units, r) => (units > 0 ? this.#soldUnits[r]! / units : 1)),
      breadth,
      roomPriceCents: this.#roomPrice,
    }
  }

  #lines() {
    const { products, siteRegion, nowUnits } = this.#input
    const { placed } = this.#rooms
    let count = 0
    for (let i = 0; i < placed.length; i++) if (placed[i]! > 0 || (nowUnits?.[i] ?? 0) > 0) count++
    const lines = emptyLines(count)
    let line = 0
    for (let i = 0; i < placed.length; i++) {
      if (placed[i] === 0 && (nowUnits?.[i] ?? 0) === 0) continue
      const site = Math.floor(i / products)
      const product = i % products
      const entry = siteRegion[site]! * products + product
      const total = this.#walk.units[entry]!
      lines.site[line] = site
      lines.product[line] = product
      lines.targetUnits[line] = placed[i]!
      lines.nowUnits[line] = nowUnits?.[i] ?? 0
      lines.gainCents[line] = total > 0 ? (this.#gain[entry]! * placed[i]!) / total : 0
      lines.nextCaseCents[line] = this.#input.demandMean[entry] === 0 ? 0 : this.#nextGain(entry)
      lines.coverProbability[line] = 1 - this.#walk.short[entry]!
      lines.reason[line++] = placed[i] === 0 ? LEAVES : this.#reason[entry]!
    }
    return lines
  }
}

function emptyLines(count: number) {
  return {
    site: new Int32Array(count),
    product: new Int32Array(count),
    targetUnits: new Int32Array(count),
    nowUnits: new Int32Array(count),
    gainCents: new Float64Array(count),
    nextCaseCents: new Float64Array(count),
    coverProbability: new Float64Array(count),
    reason: new Uint8Array(count),
  }
}
