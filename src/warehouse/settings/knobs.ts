import { declareKnob } from '../../core/knobs.ts'

export const settingsCandidates = declareKnob({
  name: 'warehouse.settings-candidates',
  unit: 'settings',
  range: [2, 500],
  default: 24,
  trades:
    'Higher tries more combinations of settings on replayed statements, at most half of it on many.',
})

export const settingsSearchMs = declareKnob({
  name: 'warehouse.settings-search-ms',
  unit: 'CPU ms',
  range: [100, 3_600_000],
  default: 20_000,
  trades:
    'Higher replays more statements while settings are searched: a surer choice, a dearer search.',
})

export const settingsLeastGain = declareKnob({
  name: 'warehouse.settings-least-gain',
  unit: 'share',
  range: [0, 1],
  default: 0.03,
  trades: 'Higher changes a setting only where it saves a larger share of CPU for sure.',
})

export const settingsSearchShare = declareKnob({
  name: 'warehouse.settings-search-share',
  unit: 'share of the CPU of what is asked',
  range: [0, 10],
  default: 0.02,
  trades:
    'Higher searches settings for smaller workloads and on more statements: more is found, and more is lost where nothing is.',
})
