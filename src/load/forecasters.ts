import { longForecaster } from './long/index.ts'
import { lastWeek } from './plain/last-week.ts'
import { recentForecaster } from './recent/recent.ts'
import { structureForecaster } from './structure/structure.ts'
import type { LoadForecaster } from './types.ts'

/** The forecasters of the room; the floor, which the others are held to, first. */
export const LOAD_FORECASTERS: readonly LoadForecaster[] = [
  lastWeek,
  structureForecaster(),
  longForecaster(),
  recentForecaster,
]
