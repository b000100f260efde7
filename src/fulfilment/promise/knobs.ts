import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type LookUpSettings, lookUpSettings } from '../../core/routes/door.ts'

/** Knobs of promises. */
export const PROMISE_KNOBS = {
  risk: declareKnob({
    name: 'fulfilment.promise-risk',
    unit: 'share of guaranteed parcels',
    range: [0.001, 0.5],
    default: 0.05,
    trades:
      'Guaranteed parcels that may come late: lower keeps more of them and promises later dates.',
  }),
  cheapestDays: declareKnob({
    name: 'fulfilment.promise-cheapest-days',
    unit: 'days',
    range: [1, 14],
    default: 7,
    trades:
      'How late the cheapest date may be after the site can take the order: more finds cheaper ways.',
  }),
  exactLines: declareKnob({
    name: 'fulfilment.promise-exact-lines',
    unit: 'parts of a cart',
    range: [1, 10],
    default: 8,
    trades: 'Carts of up to so many parts are solved to proof; the work triples with each.',
  }),
  receivingMinutes: declareKnob({
    name: 'fulfilment.promise-receiving-minutes',
    unit: 'minutes',
    range: [0, 10_080],
    default: 240,
    trades: 'From the gate to the shelf: higher promises incoming units later and more surely.',
  }),
} as const

/** The settings of promises in the units of their hot path. */
export interface PromiseSettings {
  readonly lookUp: LookUpSettings
  readonly risk: number
  /** Minutes that the cheapest may arrive after the site can take the order. */
  readonly windowMinutes: number
  readonly exactLines: number
  readonly receivingMinutes: number
}

/** Reads the knobs. Throws ERR_KNOB outside their ranges. */
export function promiseSettings(knobs: KnobSettings = {}): PromiseSettings {
  return {
    lookUp: lookUpSettings(knobs),
    risk: readKnob(PROMISE_KNOBS.risk, knobs),
    windowMinutes: 1440 * readKnob(PROMISE_KNOBS.cheapestDays, knobs),
    exactLines: Math.floor(readKnob(PROMISE_KNOBS.exactLines, knobs)),
    receivingMinutes: readKnob(PROMISE_KNOBS.receivingMinutes, knobs),
  }
}
