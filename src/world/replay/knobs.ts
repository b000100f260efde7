import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

/**
 * What the simulated world charges and how unreliable it is. Policies never read these: they are
 * the judge's, frozen before a policy is tuned (rule 9 of the house).
 */
export interface ReplayParams {
  /** Cost of holding stock, share of its purchase cost a year. */
  readonly holdingRatePerYear: number
  /** Cost of one order line, cents: raising, receiving, putting away, booking. */
  readonly orderLineCostCents: number
  /** Share of its cost that excess stock has lost at the end. */
  readonly leftoverLoss: number
  /** Stock beyond lead time + review period + so many days of average demand is excess at the end. */
  readonly endCoverDays: number
  /** Probability that a part of an order arrives later than the rest. */
  readonly partialProbability: number
  /** Share of such an order that comes later, rounded down to whole units. */
  readonly partialShare: number
  /** Mean delay of the late part after the first, days; uniform on 1 … 2 × mean − 1. */
  readonly partialDelayDays: number
  /** Good-will cost of a lost unit, share of its price; reported beside profit, not in it. */
  readonly lostSalePenalty: number
}

const holdingRate = declareKnob({
  name: 'world.replay-holding-rate',
  unit: 'share of cost a year',
  range: [0, 2],
  default: 0.25,
  trades: 'Higher makes stock dearer in the replay, so that lean policies look better.',
})

const orderLineCost = declareKnob({
  name: 'world.replay-order-line-cost',
  unit: 'cents',
  range: [0, 100_000],
  default: 100,
  trades: 'Higher makes frequent small orders dearer in the replay.',
})

const leftoverLoss = declareKnob({
  name: 'world.replay-leftover-loss',
  unit: 'share of cost',
  range: [0, 1],
  default: 0.25,
  trades: 'Higher punishes what is left over beyond the end cover when the replay ends.',
})

const endCover = declareKnob({
  name: 'world.replay-end-cover',
  unit: 'days of average demand',
  range: [0, 3650],
  default: 14,
  trades: 'Higher counts more of the last stock as working stock that keeps its full value.',
})

const partialProbability = declareKnob({
  name: 'world.replay-partial-probability',
  unit: 'share of orders',
  range: [0, 1],
  default: 0.1,
  trades: 'Higher makes vendors split more deliveries, so that safety stock pays more.',
})

const partialShare = declareKnob({
  name: 'world.replay-partial-share',
  unit: 'share of the order',
  range: [0, 1],
  default: 0.4,
  trades: 'Higher makes more of a split delivery come late.',
})

const partialDelay = declareKnob({
  name: 'world.replay-partial-delay',
  unit: 'days',
  range: [1, 60],
  default: 5,
  trades: 'Higher makes the late part of a split delivery come later.',
})

const lostSalePenalty = declareKnob({
  name: 'world.replay-lost-sale-penalty',
  unit: 'share of price',
  range: [0, 10],
  default: 0.25,
  trades: 'Higher values the good will of an unserved customer more; it is reported beside profit.',
})

/** How many lead-time seeds `replay` runs where its caller does not say. */
export const seedsKnob = declareKnob({
  name: 'world.replay-seeds',
  unit: 'runs',
  range: [1, 1000],
  default: 8,
  trades: 'Higher narrows the interval of every figure of the replay and costs time in proportion.',
})

/** The simulator's parameters under `settings`. Throws ERR_KNOB on a value out of range. */
export function readReplayParams(settings: KnobSettings = {}): ReplayParams {
  return {
    holdingRatePerYear: readKnob(holdingRate, settings),
    orderLineCostCents: readKnob(orderLineCost, settings),
    leftoverLoss: readKnob(leftoverLoss, settings),
    endCoverDays: readKnob(endCover, settings),
    partialProbability: readKnob(partialProbability, settings),
    partialShare: readKnob(partialShare, settings),
    partialDelayDays: Math.round(readKnob(partialDelay, settings)),
    lostSalePenalty: readKnob(lostSalePenalty, settings),
  }
}
