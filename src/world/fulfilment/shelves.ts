/** Units that can be taken, and where. */
export interface Shelves {
  available(centre: number, product: number): number
  /** Centres with a unit, rising. */
  sitesWith(product: number): readonly number[]
  /** Units taken (negative: given back). */
  take(centre: number, product: number, units: number): void
  /** Product × centre; `forget` is called after it was changed from outside. */
  readonly cells: Int32Array
  forget(): void
}

/** Shelves over cells product × centre. */
export function createShelves(cells: Int32Array, centres: number): Shelves {
  const products = cells.length / centres
  const known: (readonly number[] | undefined)[] = new Array(products)
  return {
    cells,
    forget: () => known.fill(undefined),
    available: (centre, product) => cells[product * centres + centre]!,
    sitesWith(product) {
      const before = known[product]
      if (before !== undefined) return before
      const list: number[] = []
      for (let c = 0; c < centres; c++) if (cells[product * centres + c]! > 0) list.push(c)
      known[product] = list
      return list
    },
    take(centre, product, units) {
      cells[product * centres + centre]! -= units
      known[product] = undefined
    },
  }
}
