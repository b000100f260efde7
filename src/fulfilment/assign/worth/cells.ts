/** Where stock may lie: cells of one product stand together, sites rising; other arrays run along cells. */
export interface StockCells {
  readonly sites: number
  /** Cells of product `p` are `starts[p]` … `starts[p + 1] − 1`. */
  readonly starts: Int32Array
  readonly site: Int32Array
}

/** Cells of `products` products at the sites that `sitesOf` gives for each, rising. */
export function cellsOf(
  sites: number,
  products: number,
  sitesOf: (product: number) => readonly number[],
): StockCells {
  const starts = new Int32Array(products + 1)
  const site: number[] = []
  for (let product = 0; product < products; product++) {
    for (const one of sitesOf(product)) site.push(one)
    starts[product + 1] = site.length
  }
  return { sites, starts, site: Int32Array.from(site) }
}

/** Cell of a product at a site; −1 where it does not lie there. */
export function cellAt({ starts, site }: StockCells, product: number, at: number): number {
  if (product + 1 >= starts.length) return -1
  let low = starts[product]!
  let high = starts[product + 1]! - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (site[middle] === at) return middle
    if (site[middle]! < at) low = middle + 1
    else high = middle - 1
  }
  return -1
}
