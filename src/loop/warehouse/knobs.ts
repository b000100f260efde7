import { declareKnob } from '../../core/knobs.ts'

export const leastWork = declareKnob({
  name: 'warehouse.least-work-seconds',
  unit: 'CPU s a day',
  range: [0, 86_400],
  default: 10,
  trades:
    'Higher leaves databases alone of which little is asked: looking for changes costs seconds itself.',
})
