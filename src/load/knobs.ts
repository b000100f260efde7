import { declareKnob } from '../core/knobs.ts'

export const chooseOrigins = declareKnob({
  name: 'load.choose-origins',
  unit: 'windows',
  range: [1, 20],
  default: 4,
  trades:
    'Higher judges forecasters on more past windows: a surer choice, each window a fit of each forecaster.',
})

export const chooseSteps = declareKnob({
  name: 'load.choose-steps',
  unit: 'steps',
  range: [1000, 100_000_000],
  default: 300_000,
  trades:
    'Higher lets long histories be judged on more windows; the fits of a judgement read this many steps in all.',
})

export const choiceShrink = declareKnob({
  name: 'load.choice-shrink',
  unit: 'windows',
  range: [0, 1000],
  default: 6,
  trades:
    'Higher chooses for a series what is best for all series of a file: less luck, less regard for the single one.',
})

export const guardMargin = declareKnob({
  name: 'load.guard-margin',
  unit: 'share of the loss of last week',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher asks a learned forecaster for more gain over last week before it serves.',
})

export const memberPrice = declareKnob({
  name: 'load.member-price',
  unit: 'share of the loss',
  range: [0, 1],
  default: 0.005,
  trades: 'Higher mixes fewer forecasters: simpler, less hedged.',
})

export const thriftySteps = declareKnob({
  name: 'load.thrifty-steps',
  unit: 'steps',
  range: [0, 10_000_000_000],
  default: 20_000_000,
  trades:
    'Higher fits minutes one by one in larger files: sharper edges of events, several times the time; above it they are spread over quarters of an hour.',
})
