import type { Ledger, LedgerEvent, ReadOptions } from './ledger.ts'

/** Events gathered into a page where the ledger gives them one by one. */
const EVENTS_A_PAGE = 1_024

/**
 * What `ledger.read` gives, in the same order, as pages of at least one event: those of the ledger
 * where it has some, else gathered here. Throws what reading throws.
 */
export function readPages(
  ledger: Ledger,
  options: ReadOptions = {},
): AsyncIterable<readonly LedgerEvent[]> {
  return ledger.pages === undefined ? gathered(ledger.read(options)) : ledger.pages(options)
}

async function* gathered(
  events: AsyncIterable<LedgerEvent>,
): AsyncGenerator<readonly LedgerEvent[]> {
  let page: LedgerEvent[] = []
  for await (const event of events) {
    if (page.push(event) < EVENTS_A_PAGE) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
