import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { createRanges, RANGED } from '../ranges/ranges.ts'
import {
  createWays,
  type Learned,
  openSteerer,
  type PlanSteerer,
  type SteeringState,
} from '../steering/door.ts'
import type { Action, Steerer } from '../types.ts'

/** Where what steering learned outlives the database being open. */
export interface PlanMemory {
  readonly learned?: Learned
  keep(learned: Learned): void
}

/** Runs by which what is learned is kept again; the knowledge of fewer is little. */
const KEPT_AFTER = 16

/**
 * Chooses among ways to ask and asks with ranges from the first statement on, chooses among settings once
 * an action brings what was learned.
 */
export function createPlanPart(
  db: Database,
  seed: number,
  knobs: KnobSettings = {},
  memory?: PlanMemory,
) {
  const before = memory?.learned
  const ways = createWays(db, {
    ...{ seed, settings: knobs },
    ...(before === undefined ? {} : { state: before.ways }),
  })
  const ranges = createRanges(db, knobs)
  let learned: PlanSteerer | undefined
  let newRuns = 0
  const steerer: Steerer = {
    due: (statement) => {
      const read = ways.due?.(statement)
      if (read === undefined) return ranges.due?.(statement)
      return () => {
        newRuns += KEPT_AFTER
        return read()
      }
    },
    concerns: (sql) =>
      learned !== undefined || ways.concerns(sql) || ranges.concerns?.(sql) !== false,
    choose: (statement) =>
      ways.choose(statement) ?? ranges.choose(statement) ?? learned?.choose(statement),
    learn(statement, run) {
      ranges.learn(statement, run)
      if (run.arm === RANGED) return
      if (ways.learn(statement, run) || run.arm !== 'default') newRuns++
      learned?.learn(statement, run)
    },
    changed(table, how) {
      ways.changed?.(table, how)
      ranges.changed?.(table, how)
    },
    leave() {
      if (memory === undefined || newRuns < KEPT_AFTER) return
      newRuns = 0
      memory.keep({ ways: ways.save(), ...plansOf(learned?.save() ?? undefined) })
    },
  }
  return {
    steerer,
    async serve({ definition }: Action): Promise<void> {
      const state = JSON.parse(definition) as SteeringState
      learned = await openSteerer(db, withSeen(state, before), { seed, settings: knobs })
    },
    async withdraw(): Promise<void> {
      learned = undefined
    },
  }
}

function plansOf(state: SteeringState | undefined): Pick<Learned, 'plans'> {
  if (state === undefined) return {}
  const { arms, history, stopped } = state
  return { plans: { arms: arms.map(({ name }) => name), history, stopped } }
}

/** What an action brings, with what was seen of the same arms since. */
function withSeen(state: SteeringState, before: Learned | undefined): SteeringState {
  const { plans } = before ?? {}
  const names = state.arms.map(({ name }) => name)
  if (plans === undefined || plans.arms.join() !== names.join()) return state
  const { history, stopped } = plans
  return { ...state, history: [...state.history, ...history], stopped: [...stopped] }
}
