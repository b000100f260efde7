import { statSync } from 'node:fs'
import { readKnob } from '../../core/knobs.ts'
import { requireStore } from '../store/paths.ts'
import type { Settings } from '../store/settings.ts'
import { withDatabase } from '../store/store.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import { readExpectedOrders } from './worth/expected-orders.ts'
import type { ExpectedOrders } from './worth/worth-job.ts'

const DAY_MS = 86_400_000

/** What a running service reads of the store's tables again when they have changed. */
export interface StoreReads {
  /** Orders expected until stock is replenished; undefined where no order names an area. */
  expectedOrders(): Promise<ExpectedOrders | undefined>
}

export interface StoreReadParts {
  readonly folder: string
  readonly settings: Settings
  readonly clock: () => number
  readonly areaIds: readonly string[]
  /** In the order of their numbers in the stock book. */
  readonly productIds: () => readonly string[]
}

export function createStoreReads(parts: StoreReadParts): StoreReads {
  const { folder, settings, clock, areaIds, productIds } = parts
  const { knobs } = settings
  let known: { readonly key: string; readonly orders: ExpectedOrders | undefined } | undefined
  return {
    async expectedOrders() {
      const now = clock()
      const key = `${Math.floor(now / DAY_MS)} ${stampOf(folder)}`
      if (known?.key === key) return known.orders
      const options = {
        horizonDays: readKnob(FULFILMENT_KNOBS.worthDays, knobs),
        most: readKnob(FULFILMENT_KNOBS.worthOrders, knobs),
        now,
      }
      const orders = await withDatabase(folder, 'read', (db) =>
        readExpectedOrders(db, areaIds, productIds(), options),
      )
      known = { key, orders }
      return orders
    },
  }
}

/** Changes whenever the store's tables do. */
export function stampOf(folder: string): string {
  const { mtimeMs, size } = statSync(requireStore(folder).database)
  return `${mtimeMs} ${size}`
}
