import { declareKnob } from '../../core/knobs.ts'

export const templateLimit = declareKnob({
  name: 'warehouse.templates',
  unit: 'templates',
  range: [10, 1_000_000],
  default: 5000,
  trades:
    'Higher remembers more different statements; each takes some kilobytes, and those beyond are looked at anew when they come back.',
})
