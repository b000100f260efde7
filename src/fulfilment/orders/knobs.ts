import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

/** Knobs of what happens to orders between the click and the door. */
export const ORDER_KNOBS = {
  leastSaving: declareKnob({
    name: 'fulfilment.reevaluate-least-saving',
    unit: 'cents',
    range: [0, 10_000],
    default: 10,
    trades:
      'What a change of sites must save: lower finds more money, higher moves fewer orders about.',
  }),
  exchangeTries: declareKnob({
    name: 'fulfilment.reevaluate-exchange-tries',
    unit: 'orders',
    range: [0, 1000],
    default: 12,
    trades:
      'Other orders asked to give up units to a split one: more make more orders whole, at as much more work.',
  }),
  parcelWorth: declareKnob({
    name: 'fulfilment.reevaluate-parcel-worth',
    unit: 'cents',
    range: [0, 10_000],
    default: 2000,
    trades:
      'What one parcel less is worth beside the money it saves (one unpacking, one ring at the door): higher sends fewer parcels from farther away.',
  }),
  changeMargin: declareKnob({
    name: 'fulfilment.change-margin',
    unit: 'minutes',
    range: [0, 10_080],
    default: 240,
    trades:
      'Time that must be left inside the promise of an order that changes its sites: higher breaks fewer promises, lower saves more.',
  }),
  waitMargin: declareKnob({
    name: 'fulfilment.wait-margin',
    unit: 'minutes',
    range: [0, 10_080],
    default: 1500,
    trades:
      'Time that must be left inside the promise of a parcel that waits for a fuller truck: higher breaks fewer promises, lower fills more trucks.',
  }),
} as const

/** What re-evaluation goes by. */
export interface ReevaluateSettings {
  readonly leastSavingCents: number
  readonly exchangeTries: number
  readonly parcelWorthCents: number
  readonly changeMarginMinutes: number
}

/** Reads the knobs. Throws ERR_KNOB outside their ranges. */
export function reevaluateSettings(knobs: KnobSettings = {}): ReevaluateSettings {
  return {
    leastSavingCents: readKnob(ORDER_KNOBS.leastSaving, knobs),
    exchangeTries: readKnob(ORDER_KNOBS.exchangeTries, knobs),
    parcelWorthCents: readKnob(ORDER_KNOBS.parcelWorth, knobs),
    changeMarginMinutes: readKnob(ORDER_KNOBS.changeMargin, knobs),
  }
}

/** Minutes that must be left inside the promise of a parcel that waits at the dock. */
export function waitMarginMinutes(knobs: KnobSettings = {}): number {
  return readKnob(ORDER_KNOBS.waitMargin, knobs)
}
