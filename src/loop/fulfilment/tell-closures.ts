import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Ledger, openLedger } from '../../ledger/index.ts'
import { requireStore } from '../store/paths.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import {
  type Closure,
  type ClosureRequest,
  type ReopenRequest,
  readClosures,
  tellClosed,
  tellReopened,
} from './closures.ts'
import { readFulfilmentFacts } from './facts.ts'

// For processes beside the one that serves: what they tell stands in the ledger, and the service
// takes it up within a second, or when it starts.

/** Tells that a site or lanes of a store are closed. `now` in epoch ms. Throws as tellClosed does. */
export async function closePlace(
  folder: string,
  request: ClosureRequest,
  now: number,
): Promise<Closure> {
  const { knobs } = storeSettings(folder)
  const facts = await withDatabase(folder, 'read', (db) => readFulfilmentFacts(db, knobs))
  return withOrderLedger(folder, (ledger) => tellClosed(ledger, facts, request, now))
}

/** Tells that it works again. Throws ERR_NOT_FOUND where there is no such closure. */
export function reopenPlace(folder: string, request: ReopenRequest): Promise<Closure> {
  return withOrderLedger(folder, (ledger) => tellReopened(ledger, request))
}

/** All closures of a store, in the order in which they were told. */
export function listClosures(folder: string): Promise<readonly Closure[]> {
  return withOrderLedger(folder, async (ledger) => (await readClosures(ledger)).closures)
}

async function withOrderLedger<Result>(
  folder: string,
  work: (ledger: Ledger) => Promise<Result>,
): Promise<Result> {
  const path = join(requireStore(folder).fulfilment, 'orders')
  mkdirSync(path, { recursive: true })
  const ledger = openLedger(path, { clock: Date.now })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}
