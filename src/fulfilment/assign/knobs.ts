import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

/** Knobs of the assignment of orders to sites and boxes. */
export const ASSIGN_KNOBS = {
  boxFill: declareKnob({
    name: 'fulfilment.box-fill',
    unit: 'share of a box',
    range: [0.3, 1],
    default: 0.8,
    trades:
      'Volume of a box that goods can fill: higher plans fewer and smaller boxes, lower leaves more room for shapes that do not fit each other.',
  }),
  boxHandling: declareKnob({
    name: 'fulfilment.box-handling-cents',
    unit: 'cents a box',
    range: [0, 10_000],
    default: 60,
    trades:
      'Work of packing and closing one box: higher splits less, at the price of longer ways for some.',
  }),
  enumerateLines: declareKnob({
    name: 'fulfilment.enumerate-lines',
    unit: 'lines',
    range: [1, 12],
    default: 7,
    trades:
      'Carts up to this size are split by looking at every way: more lines find the cheapest split of larger carts, at three times the work for each.',
  }),
} as const

/** How goods go into boxes. */
export interface BoxSettings {
  /** Usable share of a box's volume. */
  readonly fill: number
  readonly handlingCents: number
}

/** Reads the knobs of boxes. Throws ERR_KNOB outside their ranges. */
export function boxSettings(knobs: KnobSettings = {}): BoxSettings {
  return {
    fill: readKnob(ASSIGN_KNOBS.boxFill, knobs),
    handlingCents: readKnob(ASSIGN_KNOBS.boxHandling, knobs),
  }
}
