import type { ProductOutcome } from '../../../src/api/schemas/outcome.ts'

type Sorting = {
  readonly first: 'asc' | 'desc'
  readonly of: (row: ProductOutcome) => number | string
}

const SORTS: Readonly<Record<string, Sorting>> = {
  gap: { first: 'desc', of: (row) => row.boundProfitCents - row.planProfitCents },
  plan: { first: 'desc', of: (row) => row.planProfitCents },
  against: { first: 'asc', of: (row) => row.planProfitCents - row.naiveProfitCents },
  lost: { first: 'desc', of: (row) => row.lostMarginCents },
  inStock: { first: 'asc', of: (row) => row.inStockRate },
  title: { first: 'asc', of: (row) => row.title.toLowerCase() },
}

export function firstOrder(sort: string): 'asc' | 'desc' {
  return SORTS[sort]?.first ?? 'desc'
}

/** The rows that hold every word of `q`, sorted; ties stay as the server sent them. */
export function outcomeView(
  rows: readonly ProductOutcome[],
  q: string,
  sort: string,
  order: string | undefined,
): ProductOutcome[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const kept = rows.filter((row) => {
    const text = `${row.title} ${row.productId}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const { first, of } = SORTS[sort] ?? SORTS['gap']!
  const sign = (order ?? first) === 'asc' ? 1 : -1
  return kept.sort((a, b) => {
    const [x, y] = [of(a), of(b)]
    return x < y ? -sign : x > y ? sign : 0
  })
}
