import { declareKnob } from '../../core/knobs.ts'

export const READ_EVENTS = declareKnob({
  name: 'demand.event-profiles',
  unit: '0 or 1',
  range: [0, 1],
  default: 1,
  trades:
    'One lets classical models and trees take the effect of occasions out of the past and add it, by its expected strength, to their planned dates.',
})

export const EVENT_SPREAD = declareKnob({
  name: 'demand.event-spread',
  unit: 'share of the effect',
  range: [0, 3],
  default: 0.5,
  trades:
    'How much an occasion is taken to vary from one date to the next where forecasts are made from it: higher plans with less of what a single date showed.',
})

export const EVENT_LEAD = declareKnob({
  name: 'demand.event-lead',
  unit: 'days',
  range: [0, 60],
  default: 7,
  trades:
    'Days before an occasion in which it is taken to work: more see an early start, and leave fewer ordinary days to compare with.',
})

export const EVENT_TAIL = declareKnob({
  name: 'demand.event-tail',
  unit: 'days',
  range: [0, 60],
  default: 4,
  trades:
    'Days after an occasion in which it is taken to work: more see a late effect, and leave fewer ordinary days to compare with.',
})
