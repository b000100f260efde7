import type { Ledger, LedgerEvent, LedgerOptions } from './ledger.ts'
import { hasPrefix } from './subjects.ts'
import { conflict, ledgerOver } from './surface.ts'

/**
 * The plain reference: a ledger in an array, gone with the process; nothing is on disk. For tests,
 * and for simulations that keep no record. Throws what Ledger says.
 */
export function createMemoryLedger(options: LedgerOptions = {}): Ledger {
  const stored: LedgerEvent[] = []
  return ledgerOver(
    {
      async write(events, expected) {
        const last = stored.length
        if (expected !== undefined && expected !== last) throw conflict(expected, last)
        for (const event of events) {
          stored.push({ sequence: stored.length + 1, ...structuredClone(event) })
        }
        return { first: last + 1, last: stored.length }
      },
      page: (from, prefix) => ({
        events: structuredClone(
          stored
            .slice(from - 1)
            .filter(({ subject }) => prefix === undefined || hasPrefix(subject, prefix)),
        ),
        next: Math.max(from, stored.length + 1),
      }),
      lastSequence: () => stored.length,
      async close() {},
    },
    options,
  )
}
