import { declareKnob } from '../../core/knobs.ts'

export const falseAlarms = declareKnob({
  name: 'load.track-false-alarms',
  unit: 'alarms a day of nothing unusual',
  range: [0.01, 5],
  default: 0.1,
  trades: 'Lower raises fewer false alarms and the true ones later.',
})

export const levelMemory = declareKnob({
  name: 'load.track-level-memory',
  unit: 'minutes',
  range: [1, 10_000],
  default: 45,
  trades: 'Lower follows a new level sooner and noise as well.',
})

export const levelLasts = declareKnob({
  name: 'load.track-level-lasts',
  unit: 'hours until half is forgotten',
  range: [0.1, 1000],
  default: 8,
  trades: 'Higher carries the level seen now further ahead.',
})

export const independentMinutes = declareKnob({
  name: 'load.track-independent-minutes',
  unit: 'minutes',
  range: [1, 1000],
  default: 20,
  trades:
    'Lower believes each minute more when courses are weighed: sharper, surer, more often wrong.',
})
