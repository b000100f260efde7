/** The pages there are; each is a question a person has. */
export const PAGES = [
  { page: 'demand', title: 'Demand', question: 'What will sell?' },
  { page: 'buying', title: 'Buying', question: 'What should I order?' },
  { page: 'outcome', title: 'Outcome', question: 'What would have happened?' },
  { page: 'search', title: 'Search', question: 'What do customers find?' },
  { page: 'network', title: 'Network', question: 'Which regions, lanes and routes?' },
  { page: 'orders', title: 'Orders', question: 'Will they arrive as promised?' },
  { page: 'stock', title: 'Stock', question: 'What runs out?' },
  { page: 'load', title: 'Load', question: 'Will the servers hold?' },
  { page: 'warehouse', title: 'Warehouse', question: 'What takes long?' },
] as const

export type Page = (typeof PAGES)[number]['page']
export type Params = Record<string, string>

/** A page and its state, as they stand in the address bar. */
export interface Address {
  readonly page: Page
  readonly params: Readonly<Params>
}

/** Reads an address; an unknown page is Buying, the day's work. */
export function addressOf(pathname: string, search: string): Address {
  const name = pathname.replaceAll('/', '')
  const page = PAGES.find((candidate) => candidate.page === name)?.page ?? 'buying'
  return { page, params: Object.fromEntries(new URLSearchParams(search)) }
}

/** Writes an address; parameters are sorted, so that the same state has the same address. */
export function pathOf({ page, params }: Address): string {
  const query = new URLSearchParams(
    Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)),
  ).toString()
  return query === '' ? `/${page}` : `/${page}?${query}`
}
