export { type SettingsAdviserOptions, settingsAdviser } from './adviser.ts'
export { type HalvingOptions, halve, type Tried } from './halving.ts'
export { type SettingsFound, type SettingsSearch, searchSettings } from './search.ts'
export { type Assignment, duckdbSettings, type Objective, type Setting } from './space.ts'
