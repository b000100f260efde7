import type { Database } from '../../core/sql/database.ts'
import { layoutAdviser } from '../layout/door.ts'
import type { Action, Adviser, Rewriter, Steerer } from '../types.ts'

/** What takes applied actions into use while statements run, and out of it. */
export interface Service {
  readonly rewriter?: Rewriter
  readonly steerer?: Steerer
  serve(action: Action): Promise<void>
  withdraw(action: Action): Promise<void>
  /** Brings what a change of tables put out of use up to date. Cheap where nothing is. */
  refresh(): Promise<void>
}

/** Who advises and who serves, for one open database. */
export interface Parts {
  readonly advisers: readonly Adviser[]
  readonly service: Service
}

/** All that tunes a database. */
export function standardParts(_db: Database, _seed: number): Promise<Parts> {
  return Promise.resolve({
    advisers: [layoutAdviser()],
    service: {
      // The order of rows serves by lying there.
      serve: () => Promise.resolve(),
      withdraw: () => Promise.resolve(),
      refresh: () => Promise.resolve(),
    },
  })
}
