import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { type Ledger, readPages } from '../../ledger/index.ts'
import { OWNER_SUBJECT, shardTaken } from './owner-event.ts'

/** A shard's ledger as its owner has it. */
export interface OwnedLedger {
  readonly ledger: Ledger
  /** Sequence number of the owner's event. */
  readonly epoch: number
  /** False once another owner is known of. */
  isOwner(): boolean
}

export interface OwnedLedgerOptions {
  readonly nodeId: string
  readonly shard: number
  /** Epoch ms. */
  readonly clock: () => number
}

/**
 * Takes a shard: writes an owner event behind the last event of its ledger, which fences whoever
 * owned it before, and gives the ledger as an owner may use it: it throws ERR_STOCK_NOT_OWNER once
 * another node has taken the shard. Undefined when another was faster just now. Throws ERR_LEDGER_….
 */
export async function takeLedger(
  ledger: Ledger,
  { nodeId, shard, clock }: OwnedLedgerOptions,
): Promise<OwnedLedger | undefined> {
  const expectedSequence = await ledger.lastSequence()
  const taken = shardTaken.of(`${OWNER_SUBJECT}.${shard}`, { nodeId, shard }, { time: clock() })
  try {
    const { first: epoch } = await ledger.append([taken], { expectedSequence })
    return ownedFrom(ledger, shard, epoch)
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}

function ownedFrom(ledger: Ledger, shard: number, epoch: number): OwnedLedger {
  let lost = false
  // Up to here no other owner event stands in the ledger; it goes at least to our own last event.
  let seen = epoch

  /** Reads whether another took the shard by now. Throws ERR_STOCK_NOT_OWNER. */
  async function requireOwner(): Promise<void> {
    if (!lost) {
      for await (const event of ledger.read({ from: seen + 1, prefix: OWNER_SUBJECT })) {
        lost ||= shardTaken.is(event)
        seen = event.sequence
      }
    }
    if (lost) throw notOwner(shard)
  }

  const owned: Ledger = {
    async append(events, options) {
      if (lost) throw notOwner(shard)
      // The fence is the expected number: what expects none would pass it.
      requireArgument(
        options?.expectedSequence !== undefined,
        `shard ${shard} is written without an expected sequence number`,
      )
      try {
        const appended = await ledger.append(events, options)
        // Written where it was expected to be: nobody has written since we last looked.
        seen = appended.last
        return appended
      } catch (error) {
        if (isConflict(error)) await requireOwner()
        throw error
      }
    },
    async lastSequence() {
      if (lost) throw notOwner(shard)
      const last = await ledger.lastSequence()
      if (last > seen) await requireOwner()
      seen = Math.max(seen, last)
      return last
    },
    read: (options) => ledger.read(options),
    pages: (options) => readPages(ledger, options),
    tail: (options) => ledger.tail(options),
    close: () => ledger.close(),
  }
  return { ledger: owned, epoch, isOwner: () => !lost }
}

function isConflict(error: unknown): boolean {
  return error instanceof StorewrightError && error.code === 'ERR_LEDGER_CONFLICT'
}

function notOwner(shard: number): StorewrightError {
  return new StorewrightError('ERR_STOCK_NOT_OWNER', `another node has taken shard ${shard}`, {
    next: 'Send the command again, with the same request id, to the owner.',
  })
}
