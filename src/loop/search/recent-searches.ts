import type { FeedbackEvent, SearchRecord } from '../../search/index.ts'

interface Remembered {
  readonly record: SearchRecord
  readonly events: FeedbackEvent[]
}

/** The searches whose feedback may still come, oldest first, and which products a session met. */
export interface RecentSearches {
  readonly size: number
  add(record: SearchRecord): void
  find(queryId: string): SearchRecord | undefined
  /** Notes an act; false where its search is not remembered. */
  act(event: FeedbackEvent): boolean
  /** Searches made at `until` (epoch ms) or before that were not given out yet, with their acts. */
  due(
    until: number,
  ): readonly { readonly record: SearchRecord; readonly events: readonly FeedbackEvent[] }[]
  /** The newest search of a session that showed a product, not after `at`. */
  ofSession(
    sessionId: string,
    productId: string,
    at: number,
  ): { readonly queryId: string; readonly position: number } | undefined
}

/** An empty memory of at most `most` searches; the oldest are forgotten. */
export function createRecentSearches(most: number): RecentSearches {
  const byId = new Map<string, Remembered>()
  const bySession = new Map<string, SearchRecord[]>()
  let waiting: Remembered[] = []
  const forgetOldest = () => {
    const [id, { record }] = byId.entries().next().value!
    byId.delete(id)
    const session = record.sessionId
    if (session === undefined) return
    const kept = (bySession.get(session) ?? []).filter((one) => one !== record)
    if (kept.length === 0) bySession.delete(session)
    else bySession.set(session, kept)
  }
  return {
    get size() {
      return byId.size
    },
    add(record) {
      const remembered: Remembered = { record, events: [] }
      byId.set(record.queryId, remembered)
      waiting.push(remembered)
      const { sessionId } = record
      if (sessionId !== undefined) {
        const list = bySession.get(sessionId)
        if (list === undefined) bySession.set(sessionId, [record])
        else list.push(record)
      }
      while (byId.size > most) forgetOldest()
    },
    find: (queryId) => byId.get(queryId)?.record,
    act(event) {
      const found = byId.get(event.queryId)
      found?.events.push(event)
      return found !== undefined
    },
    due(until) {
      const first = waiting.findIndex(({ record }) => record.at > until)
      const count = first < 0 ? waiting.length : first
      const due = waiting.slice(0, count)
      waiting = waiting.slice(count)
      return due
    },
    ofSession(sessionId, productId, at) {
      const records = bySession.get(sessionId) ?? []
      for (let i = records.length - 1; i >= 0; i--) {
        const { queryId, shown, at: searchedAt } = records[i]!
        const place = shown.indexOf(productId)
        if (place >= 0 && searchedAt <= at) return { queryId, position: place + 1 }
      }
      return undefined
    },
  }
}
