import type { DenseLimits } from './limits.ts'

/** How many of the limits set by hand a partition breaks, kept up to date as areas move. */
export class HandSet {
  readonly #limits: DenseLimits
  readonly #areas: number
  moved = 0
  pairs = 0
  places = 0

  constructor(limits: DenseLimits) {
    this.#limits = limits
    this.#areas = limits.fixed.length
  }

  /** Counts afresh. */
  recount(areaRegion: Int32Array): void {
    this.moved = 0
    this.pairs = 0
    this.places = 0
    for (let a = 0; a < this.#areas; a++) {
      const r = areaRegion[a]!
      this.moved += this.#movedAt(a, r)
      this.places += this.#placeAt(a, r)
      this.pairs += this.#pairsAt(a, r, areaRegion) / 2
    }
  }

  /** Counts the move of `area` to `to`; call it before the area is moved. */
  move(area: number, to: number, areaRegion: Int32Array): void {
    const from = areaRegion[area]!
    this.moved += this.#movedAt(area, to) - this.#movedAt(area, from)
    this.places += this.#placeAt(area, to) - this.#placeAt(area, from)
    this.pairs += this.#pairsAt(area, to, areaRegion) - this.#pairsAt(area, from, areaRegion)
  }

  /** Limits broken: pairs, places and moves beyond the most allowed. */
  get broken(): number {
    return this.pairs + this.places + Math.max(0, this.moved - this.#limits.mostMoved)
  }

  #movedAt(a: number, r: number): number {
    const before = this.#limits.before[a]!
    return before >= 0 && before !== r ? 1 : 0
  }

  #placeAt(a: number, r: number): number {
    const { forbidden, fixed } = this.#limits
    const isForbidden = forbidden.length > 0 && forbidden[r * this.#areas + a] === 1
    return isForbidden || (fixed[a]! >= 0 && fixed[a] !== r) ? 1 : 0
  }

  #pairsAt(a: number, r: number, areaRegion: Int32Array): number {
    const { pairStarts, pairOther, pairSign } = this.#limits
    let broken = 0
    for (let p = pairStarts[a]!; p < pairStarts[a + 1]!; p++) {
      const together = areaRegion[pairOther[p]!] === r
      if (together !== pairSign[p]! > 0) broken++
    }
    return broken
  }
}
