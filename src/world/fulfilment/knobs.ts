import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

/** How customers and buildings of the simulated store behave between click and pick. */
export interface OrdersReplayParams {
  /** Hours from click to pick: uniform between the two. */
  readonly leastPickHours: number
  readonly mostPickHours: number
  /** Share of orders that a further order of the same customer follows within half a day. */
  readonly comesBackShare: number
  /** Shares of orders whose customer takes the earliest day, one later, two later (the rest). */
  readonly earliestShare: number
  readonly dayLaterShare: number
  /** Minutes between two re-evaluations. */
  readonly tickMinutes: number
}

const KNOBS = {
  leastPickHours: declareKnob({
    name: 'world.orders-least-pick-hours',
    unit: 'hours',
    range: [0, 100],
    default: 6,
    trades: 'Higher leaves more time to change sites, and orders wait longer.',
  }),
  mostPickHours: declareKnob({
    name: 'world.orders-most-pick-hours',
    unit: 'hours',
    range: [0, 100],
    default: 18,
    trades: 'Higher leaves more time to change sites, and orders wait longer.',
  }),
  comesBackShare: declareKnob({
    name: 'world.orders-comes-back-share',
    unit: 'share of orders',
    range: [0, 0.5],
    default: 0.04,
    trades: 'Higher gives more orders that can be joined.',
  }),
  earliestShare: declareKnob({
    name: 'world.orders-earliest-share',
    unit: 'share of orders',
    range: [0, 1],
    default: 0.5,
    trades: 'Higher leaves less time inside promises: orders split for speed, trucks go emptier.',
  }),
  dayLaterShare: declareKnob({
    name: 'world.orders-day-later-share',
    unit: 'share of orders',
    range: [0, 1],
    default: 0.2,
    trades: 'Higher gives more orders one day of room inside their promise, fewer two.',
  }),
  tickMinutes: declareKnob({
    name: 'world.orders-tick-minutes',
    unit: 'minutes',
    range: [1, 1440],
    default: 60,
    trades: 'Higher looks again at open orders less often, at less work.',
  }),
} satisfies Record<keyof OrdersReplayParams, ReturnType<typeof declareKnob>>

/** The parameters from knob settings; `overrides` stand above both, for sensitivity. */
export function readOrdersReplayParams(
  settings: KnobSettings = {},
  overrides: Partial<OrdersReplayParams> = {},
): OrdersReplayParams {
  const names = Object.keys(KNOBS) as (keyof OrdersReplayParams)[]
  const read = Object.fromEntries(names.map((name) => [name, readKnob(KNOBS[name], settings)]))
  return { ...(read as unknown as OrdersReplayParams), ...overrides }
}
