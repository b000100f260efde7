import { declareKnob } from '../../core/knobs.ts'

export const shortageRisk = declareKnob({
  name: 'load.shortage-risk',
  unit: 'chance in a week',
  range: [0.0005, 0.5],
  default: 0.01,
  trades: 'Lower orders more servers, so that fewer weeks see too few.',
})

export const riseCents = declareKnob({
  name: 'load.rise-cents',
  unit: 'cents',
  range: [0, 10_000_000],
  default: 2_000,
  trades: 'Higher holds capacity through dips, so that a service is scaled up less often.',
})

export const beyondTermShare = declareKnob({
  name: 'load.beyond-term-share',
  unit: 'share',
  range: [0, 1],
  default: 0.5,
  trades: 'Higher charges more of a term that ends after the plan: fewer terms near its end.',
})

export const transferConfidence = declareKnob({
  name: 'load.transfer-confidence',
  unit: 'probability',
  range: [0.5, 0.99],
  default: 0.9,
  trades:
    'Higher counts on less from a server whose load tests are few or scattered: more servers.',
})

export const transferPriorPoints = declareKnob({
  name: 'load.transfer-prior-points',
  unit: 'points',
  range: [0.1, 1000],
  default: 5,
  trades: 'Higher trusts the queueing curve longer before what was measured.',
})

export const transferReach = declareKnob({
  name: 'load.transfer-reach',
  unit: 'times the largest load seen',
  range: [1, 10],
  default: 1.25,
  trades: 'Higher counts on load that no test has shown: fewer servers, less sure.',
})

export const coursePersistence = declareKnob({
  name: 'load.course-persistence',
  unit: 'correlation',
  range: [0, 0.9999],
  default: 0.98,
  trades: 'Higher lets courses read from a file stray longer at a time: lower peaks, wider sums.',
})

export const hourPeakFactor = declareKnob({
  name: 'load.hour-peak-factor',
  unit: 'times the mean of the hour',
  range: [1, 20],
  default: 1.3,
  trades: 'Higher expects sharper minutes within the hours of an hourly forecast: more servers.',
})
