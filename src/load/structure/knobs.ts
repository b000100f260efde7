import { declareKnob } from '../../core/knobs.ts'

export const OUTLIER_SENSITIVITY = declareKnob({
  name: 'load.outlier-sensitivity',
  unit: 'share',
  range: [0, 1],
  default: 0.5,
  trades: 'Higher leaves more of the history out as robots and outages; lower keeps more of it.',
})

export const SHAPE_HALF_LIFE_DAYS = declareKnob({
  name: 'load.shape-half-life-days',
  unit: 'days',
  range: [3, 1000],
  default: 28,
  trades: 'Higher remembers the shape of days longer, steadier; lower follows changes sooner.',
})

export const SHAPE_SHRINKAGE_DAYS = declareKnob({
  name: 'load.shape-shrinkage-days',
  unit: 'days',
  range: [0, 100],
  default: 3,
  trades: 'Higher draws the shape of each weekday closer to that of all days.',
})

export const PROFILE_SHRINKAGE_EVENTS = declareKnob({
  name: 'load.profile-shrinkage-events',
  unit: 'events',
  range: [0, 100],
  default: 3,
  trades: 'Higher draws the profile of a kind with few events closer to that of all kinds.',
})

export const SAMPLE_PATHS = declareKnob({
  name: 'load.sample-paths',
  unit: 'paths',
  range: [200, 10_000],
  default: 256,
  trades: 'More courses make quantiles of rare peaks steadier and cost time in proportion.',
})

export const EVENT_REACH = declareKnob({
  name: 'load.event-reach',
  unit: 'lengths of the event',
  range: [0, 10],
  default: 1.5,
  trades:
    'Higher looks further before and after an event for its effect, and leaves less for the level.',
})

export const LONGEST_REACH_MINUTES = declareKnob({
  name: 'load.longest-event-reach-minutes',
  unit: 'minutes',
  range: [1, 20_160],
  default: 2880,
  trades: 'Higher lets long events be felt further before their start and after their end.',
})

export const LONGEST_EDGE_MINUTES = declareKnob({
  name: 'load.longest-event-edge-minutes',
  unit: 'minutes',
  range: [1, 2880],
  default: 360,
  trades:
    'Higher keeps more of the opening and the last hours unstretched when an event grows longer.',
})

export const BREAK_SENSITIVITY = declareKnob({
  name: 'load.break-sensitivity',
  unit: 'share',
  range: [0, 1],
  default: 0.5,
  trades: 'Higher finds smaller breaks of level; lower only large ones, and fewer false ones.',
})
