import { declareKnob } from '../../../core/knobs.ts'

export const members = declareKnob({
  name: 'demand.net-members',
  unit: 'nets, 0 = one, and three of weeks or months',
  range: [0, 20],
  default: 0,
  trades: 'More nets from other seeds are averaged: steadier forecasts for as much more time.',
})

export const stepBudget = declareKnob({
  name: 'demand.net-steps',
  unit: 'steps, 0 = by the size of the panel',
  range: [0, 1e6],
  default: 0,
  trades: 'More steps learn more of the panel and take longer; beyond some they learn its noise.',
})

export const epochs = declareKnob({
  name: 'demand.net-epochs',
  unit: 'forks seen an observation',
  range: [0.01, 1000],
  default: 4,
  trades: 'Higher looks at each observation more often: closer fit, more time, more noise learned.',
})

export const mostSteps = declareKnob({
  name: 'demand.net-most-steps',
  unit: 'steps',
  range: [1, 1e6],
  default: 1200,
  trades: 'Bounds the time of a training, whatever the size of the panel.',
})

export const stepsAMoment = declareKnob({
  name: 'demand.net-steps-a-moment',
  unit: 'steps for each bucket that is a target',
  range: [0.1, 1e4],
  default: 5,
  trades:
    'Bounds training by how many moments there are, which all series share: higher learns more, and what happened to all of them by heart.',
})

export const learningRate = declareKnob({
  name: 'demand.net-learning-rate',
  unit: 'step size of Adam',
  range: [1e-5, 0.1],
  default: 0.002,
  trades: 'Higher learns faster and less steadily.',
})

export const weightDecay = declareKnob({
  name: 'demand.net-weight-decay',
  unit: 'share of a step',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher keeps the net closer to the plain forecast: less noise, less learned.',
})

export const dropout = declareKnob({
  name: 'demand.net-dropout',
  unit: 'share',
  range: [0, 0.9],
  default: 0.1,
  trades: 'Higher keeps the net from leaning on single signs: less noise learned, slower.',
})

export const scalePower = declareKnob({
  name: 'demand.net-scale-power',
  unit: 'power',
  range: [0, 2],
  default: 0.25,
  trades: 'Higher draws large series more often: better totals, worse small series.',
})

export const recency = declareKnob({
  name: 'demand.net-recency',
  unit: 'power',
  range: [0, 10],
  default: 1,
  trades: 'Higher learns more from the newest part of the past: quicker to follow, fewer examples.',
})

export const coldShare = declareKnob({
  name: 'demand.net-cold-share',
  unit: 'share of windows',
  range: [0, 1],
  default: 0.05,
  trades: 'Higher practises more on the first steps of a series: better cold starts, worse others.',
})

export const holdoutShare = declareKnob({
  name: 'demand.net-holdout-share',
  unit: 'share of series',
  range: [0, 1],
  default: 0.15,
  trades: 'Higher judges when to stop more surely; these series do not teach their newest steps.',
})

export const filters = declareKnob({
  name: 'demand.net-filters',
  unit: 'channels',
  range: [4, 512],
  default: 32,
  trades: 'More channels can tell more kinds of past apart and cost time.',
})

export const forks = declareKnob({
  name: 'demand.net-forks',
  unit: 'forks a window',
  range: [1, 512],
  default: 4,
  trades: 'More steps of a window are forecast from at once: cheaper forks, less varied windows.',
})

export const warmShare = declareKnob({
  name: 'demand.net-warm-share',
  unit: 'share',
  range: [0.05, 1],
  default: 0.5,
  trades:
    'Steps and learning rate of a training that starts from the last run’s net, over those from scratch: lower is quicker and keeps more of the old net.',
})

export const yearsToTell = declareKnob({
  name: 'demand.net-years-to-tell',
  unit: 'long seasons',
  range: [0, 100],
  default: 2,
  trades:
    'Of a shorter history a net is not told how all series move together: it would learn it by heart.',
})
