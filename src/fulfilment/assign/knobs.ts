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
  areaMerge: declareKnob({
    name: 'fulfilment.area-merge-cents',
    unit: 'cents a parcel',
    range: [0, 10_000],
    default: 15,
    trades:
      'Areas whose ways from every site differ by less count as one in the worth of stock: higher re-prices stock faster, lower sees finer differences of place.',
  }),
  worthStep: declareKnob({
    name: 'fulfilment.worth-step',
    unit: 'share of an order’s cost',
    range: [0, 1],
    default: 0.007,
    trades:
      'How far one step moves the worth of a unit that everybody wants, or nobody: higher follows demand sooner, lower is steadier.',
  }),
  worthMemory: declareKnob({
    name: 'fulfilment.worth-memory',
    unit: 'steps',
    range: [1, 1_000],
    default: 10,
    trades:
      'Steps over which worths are averaged: higher is steadier where two sites are equally good, lower follows demand sooner.',
  }),
  worthBaskets: declareKnob({
    name: 'fulfilment.worth-baskets',
    unit: 'baskets',
    range: [1, 10_000_000],
    default: 600,
    trades:
      'Expected baskets that are priced in one step of worths, about a microsecond each: more make steps surer, at that cost.',
  }),
  resolveShift: declareKnob({
    name: 'fulfilment.resolve-shift',
    unit: 'share of stock',
    range: [0, 1],
    default: 0.02,
    trades:
      'Change of a product’s stock since the last transport LP from which it is solved again: higher solves fewer, with older prices.',
  }),
  roundingDraws: declareKnob({
    name: 'fulfilment.rounding-draws',
    unit: 'draws',
    range: [0, 100],
    default: 6,
    trades:
      'Random covers that are tried beside the greedy one for carts too large to look at every way: more find cheaper splits, each takes as long as the greedy one.',
  }),
  ageFreeDays: declareKnob({
    name: 'fulfilment.age-free-days',
    unit: 'days',
    range: [0, 3_650],
    default: 180,
    trades:
      'Age of stock from which a unit is worth less where it lies: lower clears old stock sooner, at dearer ways.',
  }),
  ageCentsPerDay: declareKnob({
    name: 'fulfilment.age-cents-per-day',
    unit: 'cents a unit and day',
    range: [0, 1_000],
    default: 0.5,
    trades:
      'What a day beyond the free ones takes from the worth of a unit: higher ships old stock from farther away.',
  }),
  ageFloor: declareKnob({
    name: 'fulfilment.age-floor-cents',
    unit: 'cents a unit',
    range: [-100_000, 0],
    default: -50,
    trades:
      'Least that a unit of old stock can be worth: below 0, it is shipped even where that costs so much more.',
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
