import { declareKnob, type KnobSettings, readKnob } from '../../../core/knobs.ts'

export const LEAST_ROWS = declareKnob({
  name: 'demand.trees-least-rows',
  unit: 'rows',
  range: [1, 1e6],
  default: 400,
  trades: 'Higher leaves small panels to classical models; lower lets trees learn from little.',
})

export const LEVEL_ROWS = declareKnob({
  name: 'demand.trees-level-rows',
  unit: 'pairs of a series and an origin',
  range: [100, 1e7],
  default: 60_000,
  trades: 'More rows of recent levels are learned from: surer, slower, more memory.',
})

export const SEASON_ROWS = declareKnob({
  name: 'demand.trees-season-rows',
  unit: 'rows',
  range: [100, 1e7],
  default: 150_000,
  trades: 'More rows of past seasons are learned from: surer, slower, more memory.',
})

const ROUNDS = declareKnob({
  name: 'demand.trees-rounds',
  unit: 'times the usual number',
  range: [0.05, 20],
  default: 1,
  trades: 'More trees fit closer and take longer; beyond some they learn noise.',
})

const LEARNING_RATE = declareKnob({
  name: 'demand.trees-learning-rate',
  unit: 'times the usual rate',
  range: [0.05, 10],
  default: 1,
  trades: 'A higher rate needs fewer trees and follows noise sooner.',
})

const LEAVES = declareKnob({
  name: 'demand.trees-leaves',
  unit: 'leaves a tree',
  range: [2, 255],
  default: 15,
  trades: 'More leaves tell finer cases apart and learn more noise.',
})

export const YOUNG_PRIOR = declareKnob({
  name: 'demand.trees-young-prior',
  unit: 'weeks of sales',
  range: [0, 52],
  default: 1,
  trades: 'Weeks of others’ first sales that a new series leans on: higher believes its own less.',
})

export const EARLIER_SHARE = declareKnob({
  name: 'demand.trees-earlier-season',
  unit: 'share',
  range: [0, 1],
  default: 0.4,
  trades: 'Weight of the season before the last: higher is steadier and slower to see a change.',
})

export const GROWTH_PRIOR = declareKnob({
  name: 'demand.trees-growth-prior',
  unit: 'slots compared',
  range: [0, 1000],
  default: 3,
  trades: 'Slots that make half of the growth seen believable: higher follows growth later.',
})

export const GROUP_PRIOR = declareKnob({
  name: 'demand.trees-group-prior',
  unit: 'series',
  range: [0, 1000],
  default: 1,
  trades: 'Series by which a group’s season is drawn to that of all: higher shares more.',
})

export const NOISE_PRIOR = declareKnob({
  name: 'demand.trees-noise-prior',
  unit: 'observations',
  range: [0.1, 1000],
  default: 8,
  trades: 'Observations by which a series’ noise is drawn to the usual one: higher shares more.',
})

export const SLOT_PRIOR = declareKnob({
  name: 'demand.trees-slot-prior',
  unit: 'slots seen in two seasons',
  range: [0, 10_000],
  default: 26,
  trades:
    'Slots seen twice that make half of what trees say of a season believable: they share the slots’ chances, so that higher is more careful.',
})

/** How trees are grown, of a model that usually takes so many rounds at such a rate. */
export function growing(
  usual: { readonly rounds: number; readonly learningRate: number },
  settings: KnobSettings = {},
) {
  return {
    rounds: Math.max(1, Math.round(usual.rounds * readKnob(ROUNDS, settings))),
    learningRate: usual.learningRate * readKnob(LEARNING_RATE, settings),
    leaves: Math.round(readKnob(LEAVES, settings)),
    columnFraction: 0.5,
    maxBins: 63,
  }
}
