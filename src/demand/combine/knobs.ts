import { declareKnob } from '../../core/knobs.ts'

export const combinationOrigins = declareKnob({
  name: 'demand.combination-origins',
  unit: 'origins',
  range: [1, 12],
  default: 3,
  trades:
    'More origins judge learned and classical forecasts on more of the past, but leave less of it to learn from.',
})

export const combinationSeries = declareKnob({
  name: 'demand.combination-series',
  unit: 'series',
  range: [50, 1_000_000],
  default: 5000,
  trades:
    'Weights, guard and calibration are learned from so many series at most: more are steadier and take longer.',
})

export const segmentPrior = declareKnob({
  name: 'demand.segment-prior',
  unit: 'series',
  range: [0, 100_000],
  default: 100,
  trades:
    'Higher draws weights, guard and calibration of a small segment more towards those of all series.',
})

export const originPrior = declareKnob({
  name: 'demand.origin-prior',
  unit: 'origins',
  range: [0, 100],
  default: 1,
  trades:
    'Higher trusts what few past origins say less: weights nearer to equal ones, smaller corrections.',
})

export const learnedUnjudged = declareKnob({
  name: 'demand.learned-unjudged',
  unit: 'share',
  range: [0, 1],
  default: 0.75,
  trades:
    'Weight of the learned forecasts where the history is too short for a backtest, from other panels; zero stays with the floor.',
})

export const youngWeeks = declareKnob({
  name: 'demand.young-weeks',
  unit: 'weeks',
  range: [1, 200],
  default: 8,
  trades: 'A series counts as young for so long: longer pools more series, less alike.',
})
