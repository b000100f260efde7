import { DAY_MS } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { FeedbackEvent, FeedbackKind, SearchRecord } from '../../search/index.ts'
import { searchActed, searchAsked } from './events.ts'

/** A search and what followed it. */
export interface LoggedSearch {
  readonly record: SearchRecord
  readonly events: readonly FeedbackEvent[]
  /** Products that matched in all; undefined where it was not logged. */
  readonly total: number | undefined
  /** Imported with the store's data: what was shown is known only where it was acted on. */
  readonly imported: boolean
}

/** Subjects of what search appends to the ledger. */
export const SEARCH_SUBJECT = 'search'

/**
 * The searches of the last `days`, oldest first: those of the store's feed and those it answered
 * itself. Events whose search is unknown are left out.
 */
export async function readSearchLog(
  db: Database,
  ledger: Ledger,
  days: number,
): Promise<LoggedSearch[]> {
  const own = await ownSearches(ledger)
  const newest = own.at(-1)?.record.at ?? 0
  const [row] = await db.rows('SELECT epoch_ms(max(searched_at))::DOUBLE AS newest FROM searches')
  const since = Math.max(newest, Number(row?.['newest'] ?? 0)) - days * DAY_MS
  const log = [...(await importedSearches(db, since)), ...own]
  return log.filter(({ record }) => record.at >= since).sort((a, b) => a.record.at - b.record.at)
}

/** Searches that the store answered itself, in the order of the ledger. */
export async function ownSearches(ledger: Ledger): Promise<LoggedSearch[]> {
  const asked: Omit<LoggedSearch, 'events'>[] = []
  const acts = new Map<string, FeedbackEvent[]>()
  for await (const event of ledger.read({ prefix: SEARCH_SUBJECT })) {
    if (searchAsked.is(event)) {
      const { total, ...record } = event.data
      asked.push({ record, total, imported: false })
    } else if (searchActed.is(event)) {
      const list = acts.get(event.data.queryId)
      if (list === undefined) acts.set(event.data.queryId, [event.data])
      else list.push(event.data)
    }
  }
  return asked.map((search) => ({ ...search, events: acts.get(search.record.queryId) ?? [] }))
}

const SEARCHES_SQL = `
  SELECT query_id, epoch_ms(searched_at)::DOUBLE AS at, session_id, customer_id, user_query, result_count
  FROM searches WHERE searched_at >= make_timestamp($1 * 1000) ORDER BY searched_at, query_id`
const CLICKS_SQL = `
  SELECT c.query_id, c.product_id, c.action_name, epoch_ms(c.happened_at)::DOUBLE AS at,
    COALESCE(c.session_id, s.session_id) AS session_id, s.customer_id, c.position
  FROM clicks c JOIN searches s USING (query_id)
  WHERE s.searched_at >= make_timestamp($1 * 1000) ORDER BY c.happened_at, c.query_id, c.product_id`

async function importedSearches(db: Database, since: number): Promise<LoggedSearch[]> {
  const events = new Map<string, FeedbackEvent[]>()
  for (const row of await db.rows(CLICKS_SQL, [since])) {
    const queryId = String(row['query_id'])
    const position = row['position']
    const event: FeedbackEvent = {
      kind: String(row['action_name']) as FeedbackKind,
      queryId,
      productId: String(row['product_id']),
      at: Number(row['at']),
      ...who(row),
      ...(position === null ? {} : { position: Number(position) }),
    }
    const list = events.get(queryId)
    if (list === undefined) events.set(queryId, [event])
    else list.push(event)
  }
  const rows = await db.rows(SEARCHES_SQL, [since])
  return rows.map((row) => {
    const queryId = String(row['query_id'])
    const own = events.get(queryId) ?? []
    const total = row['result_count']
    return {
      record: importedRecord(queryId, row, own),
      events: own,
      total: total === null ? undefined : Number(total),
      imported: true,
    }
  })
}

type Row = Record<string, string | number | null>

function importedRecord(queryId: string, row: Row, events: readonly FeedbackEvent[]): SearchRecord {
  const raw = String(row['user_query'])
  return {
    queryId,
    raw,
    text: raw,
    at: Number(row['at']),
    ...who(row),
    shown: shownOf(events),
    broughtBy: [],
    shares: [],
    choice: 'imported',
    propensity: 1,
    version: 0,
  }
}

/** Products by position, as far as the log has all of the first ones: `view` rows tell them. */
function shownOf(events: readonly FeedbackEvent[]): string[] {
  const byPosition = new Map<number, string>()
  for (const { position, productId } of events) {
    if (position !== undefined) byPosition.set(position, productId)
  }
  const shown: string[] = []
  for (let position = 1; byPosition.has(position); position++) shown.push(byPosition.get(position)!)
  return shown
}

function who(row: Row): { readonly sessionId?: string; readonly customerId?: string } {
  const session = row['session_id']
  const customer = row['customer_id']
  return {
    ...(session === null ? {} : { sessionId: String(session) }),
    ...(customer === null ? {} : { customerId: String(customer) }),
  }
}
