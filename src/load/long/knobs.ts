import { declareKnob } from '../../core/knobs.ts'

/** Knobs of the forecaster of hours, days and weeks far ahead. */
export const LONG_KNOBS = {
  glitchSensitivity: declareKnob({
    name: 'load.long-glitch-sensitivity',
    unit: 'share',
    range: [0, 1],
    default: 0.5,
    trades:
      'Higher leaves out more single hours as glitches; 0.5 those beyond 9 robust deviations.',
  }),
  breakSensitivity: declareKnob({
    name: 'load.long-break-sensitivity',
    unit: 'share',
    range: [0, 1],
    default: 0.5,
    trades: 'Higher finds smaller level breaks, and takes more passing swings for breaks.',
  }),
  harmonics: declareKnob({
    name: 'load.long-yearly-harmonics',
    unit: 'waves a year',
    range: [1, 26],
    default: 10,
    trades: 'The most that may be used: more follow shorter seasons and take longer to fit.',
  }),
  growthSpread: declareKnob({
    name: 'load.long-growth-spread',
    unit: 'log growth a year, standard deviation',
    range: [0.001, 2],
    default: 0.1,
    trades: 'Higher believes larger lasting growth from a short past.',
  }),
  growthHalfLife: declareKnob({
    name: 'load.long-growth-half-life',
    unit: 'years',
    range: [0.1, 100],
    default: 2,
    trades: 'After so long half of the growth is left: longer carries growth further ahead.',
  }),
  levelDrift: declareKnob({
    name: 'load.long-level-drift',
    unit: 'log level over a year, standard deviation',
    range: [0.001, 2],
    default: 0.06,
    trades: 'Expected wandering of the level: higher follows recent months more and widens bands.',
  }),
  eventSpread: declareKnob({
    name: 'load.long-event-spread',
    unit: 'log effect, standard deviation',
    range: [0.001, 2],
    default: 0.2,
    trades: 'Higher believes profiles seen once more, and their noise with them.',
  }),
  shapeHalfLife: declareKnob({
    name: 'load.long-shape-half-life',
    unit: 'years',
    range: [0.05, 100],
    default: 2,
    trades: 'Shorter follows recent days in the shape of a day; longer averages more of them.',
  }),
  sharedError: declareKnob({
    name: 'load.long-shared-error',
    unit: 'correlation',
    range: [0, 1],
    default: 0.3,
    trades: 'How far the same path of two series errs the same way: higher widens sums of series.',
  }),
} as const
