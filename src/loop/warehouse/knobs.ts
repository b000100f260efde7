import { declareKnob } from '../../core/knobs.ts'

export const leastWork = declareKnob({
  name: 'warehouse.least-work-seconds',
  unit: 'CPU s a day',
  range: [0, 86_400],
  default: 60,
  trades:
    'Higher leaves databases alone of which little is asked: looking for changes costs seconds itself.',
})

export const keepOpen = declareKnob({
  name: 'warehouse.keep-open-milliseconds',
  speed: true,
  unit: 'ms',
  range: [0, 60_000],
  default: 2000,
  trades:
    'Higher saves more openings of the database between readings of one process; other programs that want to write it wait as long.',
})
