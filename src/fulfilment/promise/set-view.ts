import type { RouteSet } from '../../core/routes/door.ts'
import { type ArrivalTimes, createArrivals } from './arrival-times.ts'
import { createFront } from './front.ts'
import type { PromiseSettings } from './knobs.ts'
import { createPairScan, type PairScan } from './pair-scan.ts'
import { createShelfPromiser, type ShelfPromiser } from './shelf-promise.ts'
import type { PromiseKind, PromiseSources } from './types.ts'

/** How promises of one kind look into one set. */
export interface KindView {
  readonly set: RouteSet
  readonly kind: PromiseKind
  /** Number in the set of each site of the stock book; −1 where it has none. */
  readonly setSites: Int32Array
  /** For parcels from shelves, and for those that wait for receipts, which risk two delays. */
  readonly scan: PairScan
  readonly scanOfIncoming: PairScan
  /** Chance with which receipts must have arrived. */
  readonly receiptChance: number
  readonly shelf: ShelfPromiser
}

/** What is made once for a set: a view for each kind, when it is first asked for. */
export class SetView {
  private readonly set: RouteSet
  private readonly sources: PromiseSources
  private readonly settings: PromiseSettings
  private readonly setSites: Int32Array
  private guaranteed: KindView | undefined
  private approximate: KindView | undefined
  /** Sites of the stock book when the view was made: it may gain some. */
  readonly stockSites: number

  constructor(set: RouteSet, sources: PromiseSources, settings: PromiseSettings) {
    this.set = set
    this.sources = sources
    this.settings = settings
    const numbers = new Map(set.siteIds.map((id, site) => [id, site]))
    const { siteIds } = sources.stock
    this.stockSites = siteIds.length
    this.setSites = Int32Array.from(siteIds, (id) => numbers.get(id) ?? -1)
  }

  of(kind: PromiseKind): KindView {
    if (kind === 'guaranteed') {
      this.guaranteed ??= this.make(kind, 1 - this.settings.risk, 1 - this.settings.risk / 2)
      return this.guaranteed
    }
    this.approximate ??= this.make(kind, 0.5, 0.5)
    return this.approximate
  }

  /**
   * A receipt and a way each at half of the risk are there together at no more than the whole,
   * whatever one has to do with the other (Bonferroni).
   */
  private make(kind: PromiseKind, chance: number, receiptChance: number): KindView {
    const { set, setSites, sources, settings } = this
    const scanAt = (times: ArrivalTimes) =>
      createPairScan(set, times, sources.room, settings.lookUp)
    const times = createArrivals(set, chance)
    const scan = scanAt(times)
    const scanOfIncoming =
      receiptChance === chance ? scan : scanAt(createArrivals(set, receiptChance))
    const front = createFront(set, times, settings.windowMinutes)
    const shelf = createShelfPromiser({ set, setSites, front, scan }, sources, settings)
    return { set, kind, setSites, scan, scanOfIncoming, receiptChance, shelf }
  }
}
