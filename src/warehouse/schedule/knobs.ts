import { declareKnob } from '../../core/knobs.ts'

export const scheduleShortMs = declareKnob({
  name: 'warehouse.schedule-short-ms',
  unit: 'CPU ms',
  range: [1, 10_000],
  default: 100,
  trades:
    'Higher lets larger statements start at once beside what runs: they wait less, the rest slows down more.',
})

export const scheduleShortSlots = declareKnob({
  name: 'warehouse.schedule-short-slots',
  unit: 'statements',
  range: [1, 64],
  default: 2,
  trades:
    'Higher runs more short statements at once: bursts of them wait less and slow each other down.',
})

export const scheduleAgeing = declareKnob({
  name: 'warehouse.schedule-ageing',
  unit: 'CPU ms a ms',
  range: [0, 10],
  default: 0.2,
  trades:
    'Higher puts statements that have waited long before shorter ones: less starving, longer waits on average.',
})

export const scheduleFirstShare = declareKnob({
  name: 'warehouse.schedule-first-share',
  unit: 'part of the CPU',
  range: [0, 1],
  default: 0.2,
  trades:
    'Higher lets statements that came later take more of the CPU before those that wait: dashboards wait less, nightly work ends later where more is asked than can be answered.',
})

export const scheduleAwaitedShare = declareKnob({
  name: 'warehouse.schedule-awaited-share',
  unit: 'part of the CPU',
  range: [0, 1],
  default: 0.5,
  trades:
    'Higher lets statements that somebody waits for take more of the CPU before nightly work: they wait less, the night ends later where more is asked than can be answered.',
})
