import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { attachWith, groupRowsStanding, hasGroups } from '../design/row-groups.ts'
import { layoutAdviser } from '../layout/door.ts'
import { createSettingsService, settingsAdviser } from '../settings/door.ts'
import { steeringAdviser } from '../steering/door.ts'
import type { Action, Advice, Adviser, Rewriter, Steerer } from '../types.ts'
import { createVeto, createViewService, type Veto, viewAdviser } from '../views/door.ts'
import { vetoed } from '../views/fresh/vetoed.ts'
import { createViewRewriter, type RefreshOutcome } from '../views/rewriter.ts'
import { createPlanPart, type PlanMemory } from './plan-part.ts'

/** What takes applied actions into use while statements run, and out of it. */
export interface Service {
  readonly rewriter?: Rewriter
  readonly steerer?: Steerer
  /** `isBefore`: it stood before this database was opened, and others may have changed its tables since; default true. */
  serve(action: Action, isBefore?: boolean): Promise<void>
  withdraw(action: Action): Promise<void>
  /**
   * Brings what a change of tables put out of use up to date: what is worth it now, or, in a quiet hour,
   * all. Cheap where nothing is.
   */
  refresh(isQuiet?: boolean): Promise<void>
  /** CPU that keeping an action in step with the tables has taken since it was served, ms. */
  upkeepOf?(actionId: string): number
  /** Advice on what was asked since the last, where what it cost is worth some; undefined: not due. */
  adviseWhenDue?(): Promise<Advice | undefined>
  /** Told what building and judging what it advised took, CPU ms in all. */
  built?(actions: number, cpuMs: number): void
}

/** Who advises and who serves, for one open database. */
export interface Parts {
  readonly advisers: readonly Adviser[]
  readonly service: Service
}

export type PartsOf = (db: Database, seed: number) => Promise<Parts>

/** All that tunes a database: views, the order of rows, plans, settings. */
export async function standardParts(db: Database, seed: number): Promise<Parts> {
  const groups = rowGroups(db)
  const { advisers, service } = await viewPartsIn(groups, db, seed)
  const plans = createPlanPart(db, seed)
  const settings = createSettingsService(db)
  return {
    advisers: [
      ...[...advisers, layoutAdviser(), steeringAdviser({ cpu: cpuNow, areCountsServed: true })],
      // Threads are compared by nobody here: fewer cost less CPU and more time.
      settingsAdviser({ objective: 'cpu' }),
    ],
    service: {
      ...service,
      steerer: plans.steerer,
      ...byKind({ views: service, plans, settings }, groups),
    },
  }
}

type Serves = Pick<Service, 'serve' | 'withdraw'>

interface ServedKinds {
  readonly views: Serves
  readonly plans?: Serves
  readonly settings?: Serves
}

/**
 * Hands an action to the part of its kind. An order of rows serves by lying there; the database is
 * attached with the size of its row groups, so that what is written keeps to it.
 */
function byKind({ views, plans, settings }: ServedKinds, layouts?: Serves): Serves {
  const partOf = ({ kind }: Action) =>
    ({ view: views, plan: plans, knob: settings, layout: layouts, index: undefined })[kind]
  const isInGroups = (action: Action) => action.kind === 'view' && hasGroups(action)
  return {
    async serve(action, isBefore) {
      if (isInGroups(action)) await layouts?.serve(action, isBefore)
      await partOf(action)?.serve(action, isBefore)
    },
    async withdraw(action) {
      if (isInGroups(action)) await layouts?.withdraw(action)
      await partOf(action)?.withdraw(action)
    },
  }
}

function rowGroups(db: Database): Serves {
  const standing = new Map<string, Action>()
  return {
    async serve(action) {
      standing.set(action.actionId, action)
      await attachWith(db, groupRowsStanding([...standing.values()]))
    },
    // What was laid out so stays as it is; undo attaches anew.
    withdraw: async ({ actionId }) => void standing.delete(actionId),
  }
}

/** Room for views that are found due while statements run. */
const LIVE_STORAGE_BYTES = 2 ** 28

export interface ServingParts extends Service {
  readonly rewriter: Rewriter
  readonly steerer: Steerer
  /** As `refresh`; tells what became of each view that was out of use. */
  refreshViews(): Promise<readonly RefreshOutcome[]>
}

/**
 * What serves applied actions alone, for a database that is opened often: nothing is read before an
 * action is served. `memory` is where steering begins and what it learns is kept. `veto` outlives the
 * database; a view that answers no sooner than the tables is left.
 */
export function servingParts(
  db: Database,
  seed: number,
  knobs: KnobSettings = {},
  veto: Veto = createVeto(),
  memory?: PlanMemory,
): ServingParts {
  const views = vetoed(createViewRewriter(db, knobs), veto)
  const plans = createPlanPart(db, seed, knobs, memory)
  const settings = createSettingsService(db)
  return {
    rewriter: views,
    steerer: plans.steerer,
    ...byKind({ views: ofViews(views), plans, settings }, rowGroups(db)),
    async refresh() {
      await views.refresh()
    },
    refreshViews: () => views.refresh(),
  }
}

function ofViews(views: {
  serve(action: Action, isBefore?: boolean): Promise<void>
  withdraw(actionId: string): void
}): Serves {
  return {
    serve: (action, isBefore) => views.serve(action, isBefore),
    withdraw: async ({ actionId }) => views.withdraw(actionId),
  }
}

/** Views alone. */
export function viewParts(db: Database, seed: number): Promise<Parts> {
  return viewPartsIn(rowGroups(db), db, seed)
}

async function viewPartsIn(groups: Serves, db: Database, seed: number): Promise<Parts> {
  const views = await createViewService(db, { seed, storageBytes: LIVE_STORAGE_BYTES })
  return {
    advisers: [viewAdviser()],
    service: {
      rewriter: views.rewriter,
      ...byKind({ views: ofViews(views) }, groups),
      async refresh(isQuiet) {
        await views.refresh(isQuiet)
      },
      upkeepOf: views.upkeepOf,
      adviseWhenDue: () => (views.isDue ? views.advise() : Promise.resolve(undefined)),
      built: views.built,
    },
  }
}
