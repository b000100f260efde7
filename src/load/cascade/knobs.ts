import { declareKnob } from '../../core/knobs.ts'

export const weekHorizon = declareKnob({
  name: 'load.week-horizon',
  unit: 'weeks',
  range: [1, 520],
  default: 104,
  trades: 'Higher forecasts weeks further ahead: an outlook for data centres, wider bands.',
})

export const dayHorizon = declareKnob({
  name: 'load.day-horizon',
  unit: 'days',
  range: [1, 3650],
  default: 365,
  trades: 'Higher forecasts days further ahead: more of the year, more to keep.',
})

export const hourHorizon = declareKnob({
  name: 'load.hour-horizon',
  unit: 'days',
  range: [1, 3650],
  default: 180,
  trades: 'Higher forecasts hours further ahead: shapes of days to come, more to keep.',
})

export const minuteHorizon = declareKnob({
  name: 'load.minute-horizon',
  unit: 'days',
  range: [1, 366],
  default: 91,
  trades: 'Higher forecasts minutes further ahead: peaks of later events, more time and room.',
})

export const spreadMinutes = declareKnob({
  name: 'load.spread-minutes',
  unit: 'minutes',
  range: [2, 60],
  default: 15,
  trades:
    'Higher spreads minutes over longer steps where services are many: cheaper, blunter edges of events.',
})

export const pullPrior = declareKnob({
  name: 'load.pull-prior',
  unit: 'steps',
  range: [0, 1000],
  default: 8,
  trades:
    'Higher trusts coarse and fine grains alike for longer before their past errors decide which steers.',
})
