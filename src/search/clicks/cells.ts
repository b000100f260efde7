import { requireArgument } from '../../core/errors.ts'

/**
 * What was shown and clicked, counted by cell: a document for a query at a rank. Documents here are
 * pairs of query and document; ranks count from 0 for the first place.
 */
export interface ClickCells {
  readonly documents: number
  readonly ranks: number
  /** Query of each document, dense from 0: documents of a query share a prior. */
  readonly queryOf: Int32Array
  /** By cell. */
  readonly document: Int32Array
  readonly rank: Int32Array
  readonly impressions: Float64Array
  readonly clicks: Float64Array
}

/** One thing shown: whether the document at this rank was clicked. */
export interface Impression {
  readonly query: string
  readonly productId: string
  /** From 0. */
  readonly rank: number
  readonly clicked: boolean
}

/** Cells and the names of their documents. */
export interface CountedClicks {
  readonly cells: ClickCells
  readonly queries: readonly string[]
  /** By document: its query (index into `queries`) is cells.queryOf, its product id here. */
  readonly productIds: readonly string[]
}

/** Counts impressions by cell. Throws ERR_ARGUMENT on a rank that is no whole number from 0. */
export function countClicks(impressions: Iterable<Impression>): CountedClicks {
  const queries = new Map<string, number>()
  const documents = new Map<string, number>()
  const productIds: string[] = []
  const queryOf: number[] = []
  const cells = new Map<string, [number, number, number, number]>()
  let ranks = 0
  for (const { query, productId, rank, clicked } of impressions) {
    requireArgument(
      Number.isInteger(rank) && rank >= 0,
      `rank is ${rank}, not a whole number from 0`,
    )
    const q = numberOf(queries, query)
    const d = numberOf(documents, `${q} ${productId}`)
    if (d === productIds.length) {
      productIds.push(productId)
      queryOf.push(q)
    }
    ranks = Math.max(ranks, rank + 1)
    const key = `${d} ${rank}`
    const cell = cells.get(key) ?? [d, rank, 0, 0]
    cell[2]++
    if (clicked) cell[3]++
    cells.set(key, cell)
  }
  const list = [...cells.values()]
  return {
    queries: [...queries.keys()],
    productIds,
    cells: {
      documents: productIds.length,
      ranks,
      queryOf: Int32Array.from(queryOf),
      document: Int32Array.from(list, ([d]) => d),
      rank: Int32Array.from(list, ([, rank]) => rank),
      impressions: Float64Array.from(list, ([, , shown]) => shown),
      clicks: Float64Array.from(list, ([, , , clicks]) => clicks),
    },
  }
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}

/** The cells for which `keep` holds; documents and ranks keep their numbers. */
export function cellsWhere(cells: ClickCells, keep: (cell: number) => boolean): ClickCells {
  const kept = [...cells.document.keys()].filter(keep)
  const pick = (of: Int32Array | Float64Array) => kept.map((cell) => of[cell]!)
  return {
    ...cells,
    document: Int32Array.from(pick(cells.document)),
    rank: Int32Array.from(pick(cells.rank)),
    impressions: Float64Array.from(pick(cells.impressions)),
    clicks: Float64Array.from(pick(cells.clicks)),
  }
}
