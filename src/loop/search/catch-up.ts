import type { Ledger } from '../../ledger/index.ts'
import { type FeedbackEvent, memory as searchMemory } from '../../search/index.ts'
import { searchActed, searchAsked, searchSwitched } from './events.ts'
import { SEARCH_SUBJECT } from './log.ts'
import type { OpenedSearch } from './open.ts'
import type { RecentSearches } from './recent-searches.ts'
import type { Visitors } from './visitors.ts'

/** What a running search keeps of its customers. */
export interface Remembering {
  readonly recent: RecentSearches
  readonly visitors: Visitors
}

/**
 * Learns what the ledger says since the models were trained, and remembers searches whose feedback may
 * still come. Returns whether the learned policy is switched on.
 */
export async function replaySince(
  ledger: Ledger,
  { models, note }: OpenedSearch,
  now: Remembering,
): Promise<boolean> {
  let policyOn = true
  for await (const event of ledger.read({ prefix: SEARCH_SUBJECT })) {
    if (searchSwitched.is(event) && event.data.policy !== undefined) {
      policyOn = event.data.policy === 'on'
    }
    const isNew = event.sequence > (note?.ledgerSequence ?? 0)
    if (searchAsked.is(event)) {
      const { total: _, ...record } = event.data
      now.recent.add(record)
      // The policy has learned from searches before the version.
      if (!isNew) now.recent.due(record.at)
    } else if (searchActed.is(event)) {
      if (isNew) remember(models, now, event.data)
      else now.visitors.note(event.data)
    }
  }
  return policyOn
}

/** What an act teaches at once: memory, and the search it belongs to. */
export function remember(
  { index, memory, predicted }: OpenedSearch['models'],
  { recent, visitors }: Remembering,
  event: FeedbackEvent,
): void {
  const record = recent.find(event.queryId)
  if (record === undefined || !recent.act(event)) return
  visitors.note(event)
  const query = index.analyze(record.raw)
  const { kind, productId, position, at } = event
  memory.observe([{ query, kind, productId, at, ...(position === undefined ? {} : { position }) }])
  if (predicted !== undefined && kind !== 'view') {
    searchMemory.replacePredictions(predicted, memory, [productId], at)
  }
}
