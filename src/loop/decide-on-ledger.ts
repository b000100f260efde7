import { StorewrightError } from '../core/errors.ts'
import type { Ledger } from '../ledger/index.ts'
import { withLedger } from './decisions.ts'

/** How often a decision is tried again when another one came in between. */
const TRIES = 20

/**
 * Runs `work`, which reads what stands and appends to the ledger as it was at `sequence`; runs it again
 * when the ledger moved in between. Throws what `work` throws, ERR_LEDGER_CONFLICT after twenty tries.
 */
export function decideOnLedger<T>(
  folder: string,
  work: (ledger: Ledger, sequence: number) => Promise<T>,
): Promise<T> {
  return withLedger(folder, async (ledger) => {
    for (let tried = 1; ; tried++) {
      const sequence = await ledger.lastSequence()
      try {
        return await work(ledger, sequence)
      } catch (error) {
        const moved = error instanceof StorewrightError && error.code === 'ERR_LEDGER_CONFLICT'
        if (!moved || tried === TRIES) throw error
      }
    }
  })
}
