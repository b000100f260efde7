import type { Database } from '../../core/sql/database.ts'
import { layoutAdviser } from '../layout/door.ts'
import type { Action, Advice, Adviser, Rewriter, Steerer } from '../types.ts'
import { createViewService, viewAdviser } from '../views/door.ts'

/** What takes applied actions into use while statements run, and out of it. */
export interface Service {
  readonly rewriter?: Rewriter
  readonly steerer?: Steerer
  serve(action: Action): Promise<void>
  withdraw(action: Action): Promise<void>
  /** Brings what a change of tables put out of use up to date. Cheap where nothing is. */
  refresh(): Promise<void>
  /** Advice on what was asked since the last, where what it cost is worth some; undefined: not due. */
  adviseWhenDue?(): Promise<Advice | undefined>
}

/** Who advises and who serves, for one open database. */
export interface Parts {
  readonly advisers: readonly Adviser[]
  readonly service: Service
}

/** All that tunes a database. */
export async function standardParts(db: Database, seed: number): Promise<Parts> {
  const views = await viewParts(db, seed)
  // The order of rows serves by lying there.
  return { ...views, advisers: [...views.advisers, layoutAdviser()] }
}

/** Room for views that are found due while statements run. */
const LIVE_STORAGE_BYTES = 2 ** 28

/** Views alone. */
export async function viewParts(db: Database, seed: number): Promise<Parts> {
  const views = await createViewService(db, { seed, storageBytes: LIVE_STORAGE_BYTES })
  return {
    advisers: [viewAdviser()],
    service: {
      rewriter: views.rewriter,
      async serve(action) {
        if (action.kind === 'view') await views.serve(action)
      },
      withdraw: (action) => Promise.resolve(views.withdraw(action.actionId)),
      async refresh() {
        await views.refresh()
      },
      adviseWhenDue: () => (views.isDue ? views.advise() : Promise.resolve(undefined)),
    },
  }
}
