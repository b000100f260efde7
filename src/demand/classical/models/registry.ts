import { StorewrightError } from '../../../core/errors.ts'
import { nearest } from '../../../core/knobs.ts'
import type { SeriesModel } from '../series-model.ts'
import { etsModel } from './ets.ts'
import { ETS_SPECS } from './ets-kernel.ts'
import { hurdleModel } from './hurdle.ts'
import { croston, sba, tsb } from './intermittent.ts'
import { movingAverage } from './moving-average.ts'
import { seasonalDrift } from './seasonal-drift.ts'
import { seasonalNaive } from './seasonal-naive.ts'
import { thetaModel } from './theta.ts'
import { weightedHistory } from './weighted-history.ts'

const only = (error: string, trend: string, season: string) =>
  ETS_SPECS.filter((s) => s.error === error && s.trend === trend && s.season === season)

/** Every model of one series, by name. */
export const SERIES_MODELS: readonly SeriesModel[] = [
  seasonalNaive,
  seasonalDrift,
  movingAverage,
  hurdleModel('hurdle', 1),
  hurdleModel('hurdle-short', 0.4),
  hurdleModel('hurdle-long', 3),
  weightedHistory('weighted-history', 1),
  weightedHistory('weighted-history-long', 3),
  etsModel('ses', only('A', 'N', 'N')),
  etsModel('holt', only('A', 'A', 'N')),
  etsModel('damped-holt', only('A', 'Ad', 'N')),
  etsModel('auto-ets'),
  thetaModel('theta', false),
  thetaModel('optimised-theta', true),
  croston,
  sba,
  tsb,
]

/** Models for seasons that a history shows many times. */
const SHORT_SEASON = [
  'hurdle',
  'hurdle-short',
  'hurdle-long',
  'weighted-history',
  'weighted-history-long',
  'moving-average',
  'seasonal-naive',
  'auto-ets',
  'theta',
  'optimised-theta',
  'croston',
  'sba',
  'tsb',
]

/** Models for seasons that a history shows a few times at most, such as 52 weeks. */
const LONG_SEASON = [
  'seasonal-drift',
  'hurdle',
  'seasonal-naive',
  'moving-average',
  'auto-ets',
  'theta',
  'optimised-theta',
  'croston',
  'sba',
  'tsb',
]

/** The models among which the choice is made unless others are named; the first is the default. */
export function defaultCandidates(season: number): readonly string[] {
  if (season > 24) return LONG_SEASON
  // A day of hours and a year of months are long enough for a season's slots to differ one by one.
  return season >= 12 ? [...SHORT_SEASON, 'seasonal-drift'] : SHORT_SEASON
}

/** The model of that name. Throws ERR_ARGUMENT naming the nearest known one. */
export function seriesModel(name: string): SeriesModel {
  const found = SERIES_MODELS.find((model) => model.name === name)
  if (found) return found
  const names = SERIES_MODELS.map((model) => model.name)
  throw new StorewrightError('ERR_ARGUMENT', `there is no forecasting model "${name}"`, {
    next: `Did you mean ${nearest(name, names)}? There are: ${names.join(', ')}, auto.`,
  })
}
