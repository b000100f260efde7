import { z } from 'zod'
import { defineEvent } from '../../ledger/index.ts'

/** Leading segment of the subjects of owner events; the keeper of stock does not read them. */
export const OWNER_SUBJECT = 'owner'

/**
 * A node takes a shard: the first event of its time as owner. Its sequence number is the epoch of
 * that time, and the owner of a shard is whoever wrote the last such event.
 */
export const shardTaken = defineEvent(
  'fulfilment.shard.taken',
  z.strictObject({ nodeId: z.string(), shard: z.int().min(0) }),
)
