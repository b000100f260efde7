export { type SettingsAdviserOptions, settingsAdviser } from './adviser.ts'
export { type HalvingOptions, halve, type Tried } from './halving.ts'
export {
  type Answered,
  type KnobSearch,
  type KnobsOutcome,
  searchKnobs,
  type Visit,
} from './knob-search.ts'
export { knobsAsSettings, knobsOf, recordingReads } from './knob-space.ts'
export { settingsCandidates, settingsLeastGain } from './knobs.ts'
export { type SettingsFound, type SettingsSearch, searchSettings, type Took } from './search.ts'
export { type Assignment, duckdbSettings, type Objective, type Setting } from './space.ts'
export { createSettingsService, type SettingsService } from './standing.ts'
