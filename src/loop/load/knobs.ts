import { declareKnob } from '../../core/knobs.ts'

export const keptMinuteDays = declareKnob({
  name: 'load.kept-minute-days',
  unit: 'days',
  range: [1, 60],
  default: 7,
  trades: 'Higher keeps every minute of more days to come, beside those about events: more rows.',
})

export const storeMinuteDays = declareKnob({
  name: 'load.store-minute-days',
  unit: 'days',
  range: [1, 120],
  default: 24,
  trades: 'Higher forecasts the minutes of events further ahead: a longer nightly run.',
})

export const storeHourDays = declareKnob({
  name: 'load.store-hour-days',
  unit: 'days',
  range: [7, 366],
  default: 42,
  trades: 'Higher plans servers further ahead, by the hour: more rows, a longer nightly run.',
})

export const storeOrigins = declareKnob({
  name: 'load.store-origins',
  unit: 'windows',
  range: [1, 20],
  default: 1,
  trades: 'Higher chooses forecasters on more past windows: surer, a longer nightly run.',
})

export const minuteSeries = declareKnob({
  name: 'load.minute-series',
  unit: 'services × regions',
  range: [0, 100_000],
  default: 60,
  trades: 'Higher forecasts minutes of more series, the largest first; the others stop at hours.',
})
