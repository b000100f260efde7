import type { Asker, FeedbackEvent } from '../../search/index.ts'

/** What sessions and customers looked at last. */
export interface Visitors {
  note(event: Pick<FeedbackEvent, 'productId' | 'sessionId' | 'customerId'>): void
  /** Who asks, with what is remembered of the session and the customer. */
  askerOf(who: Pick<Asker, 'sessionId' | 'customerId'>): Asker
}

const PRODUCTS = 20

/** An empty memory of at most `most` sessions and as many customers; who came longest ago goes first. */
export function createVisitors(most: number): Visitors {
  const sessions = new Map<string, readonly string[]>()
  const customers = new Map<string, readonly string[]>()
  const note = (known: Map<string, readonly string[]>, who: string | undefined, id: string) => {
    if (who === undefined) return
    const before = known.get(who) ?? []
    known.delete(who)
    known.set(who, [id, ...before.filter((one) => one !== id)].slice(0, PRODUCTS))
    if (known.size > most) known.delete(known.keys().next().value!)
  }
  return {
    note({ productId, sessionId, customerId }) {
      note(sessions, sessionId, productId)
      note(customers, customerId, productId)
    },
    askerOf(who) {
      const recent = who.sessionId === undefined ? undefined : sessions.get(who.sessionId)
      const past = who.customerId === undefined ? undefined : customers.get(who.customerId)
      return {
        ...who,
        ...(recent === undefined ? {} : { recentProducts: recent }),
        ...(past === undefined ? {} : { pastProducts: past }),
      }
    },
  }
}
