import { declareKnob } from '../../core/knobs.ts'

export const ANOMALY_FALSE_ALARMS = declareKnob({
  name: 'load.anomaly-false-alarms',
  unit: 'false alarms a series a month',
  range: [0.001, 100],
  default: 1,
  trades: 'Higher finds more of what does not belong, and calls more often for nothing.',
})

export const ANOMALY_MEMORY = declareKnob({
  name: 'load.anomaly-memory',
  unit: 'seasons (days)',
  range: [7, 1000],
  default: 56,
  trades: 'Higher remembers longer what has been usual; lower takes new habits for granted sooner.',
})

export const ANOMALY_LEAST_SIZE = declareKnob({
  name: 'load.anomaly-least-size',
  unit: "share of a day's range",
  range: [0, 1],
  default: 0.02,
  trades:
    'Higher passes over what is small beside the ups and downs of a day, however strange; lower finds small strange things.',
})

export const ANOMALY_SILENCE = declareKnob({
  name: 'load.anomaly-silence',
  unit: 'seasons (days)',
  range: [0.01, 30],
  default: 0.5,
  trades: 'Higher takes alarms that are further apart as one, with one call.',
})
