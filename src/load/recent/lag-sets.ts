const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** An autoregression before it is fitted. */
export interface LagModel {
  /** Steps back, ascending. */
  readonly lags: readonly number[]
  /** Of the changes from step to step, not of the load itself. */
  readonly isOfChanges: boolean
  /** Weight of a step beside that of the one after it. */
  readonly discount: number
}

/** Seasons longer than this are not filled with lags without gaps. */
const LONGEST_FILLED = 60
/** Least rows of a regression beside its coefficients. */
const ROWS_PER_LAG = 1.5

/**
 * The autoregressions that a history is long enough for, most telling first. Few lags around the whole
 * days and the week say more than all lags up to the week where a history is of some weeks: that
 * leaves most coefficients of a seasonal ARIMA out that are near zero (Box & Jenkins 1970, ch. 9). Never
 * empty: the last step alone where nothing else fits.
 */
export function lagModels(stepMs: number, count: number, season?: number): readonly LagModel[] {
  const wanted = season === undefined || season < 2 ? byStep(stepMs) : bySeason(season, stepMs)
  const fits = wanted.filter(({ lags }) => {
    const longest = lags.at(-1)!
    return count - longest >= ROWS_PER_LAG * (lags.length + 2) + 8
  })
  return fits.length > 0 ? fits : [level([1])]
}

/** Steps of the shortest season that is worth looking for; 1 = none. */
export function seasonOf(stepMs: number, season?: number): number {
  if (season !== undefined && season >= 1) return season
  if (stepMs <= DAY_MS / 4) return Math.round(DAY_MS / stepMs)
  if (stepMs === DAY_MS) return 7
  return stepMs === 7 * DAY_MS ? 52 : 1
}

function byStep(stepMs: number): readonly LagModel[] {
  const season = seasonOf(stepMs)
  if (season === 1) return [level(upTo(4)), level(upTo(13)), changes(upTo(4))]
  return bySeason(season, stepMs)
}

function bySeason(season: number, stepMs: number): readonly LagModel[] {
  if (stepMs === 7 * DAY_MS) return ofWeeks(season)
  if (stepMs === DAY_MS && season === 7) return ofDays()
  const isDay = Math.abs(season * stepMs - DAY_MS) < stepMs
  const days = isDay ? [1, 2, 3, 4, 5, 6, 7] : [1, 2]
  const few = isDay ? [1, 2, 7] : [1]
  const models = [
    level(around(season, few, 2)),
    level(around(season, days, 2)),
    level(around(season, days, 4)),
    ...(isDay
      ? [
          level(around(season, [1, 2, 3, 4, 5, 6, 7, 14], 2)),
          level(around(season, [1, 7, 14], 3)),
          changes(around(season, few, 2)),
        ]
      : []),
  ]
  if (season > LONGEST_FILLED) return models
  const filled = [level(upTo(2 * season + 2))]
  if (isDay) filled.push(level(upTo(7 * season + 2)))
  return [...models, ...filled]
}

/** Weeks, where years are told from trends by changes and by the weight of late years. */
function ofWeeks(year: number): readonly LagModel[] {
  const around = [1, 2, 3, 4, year - 1, year, year + 1]
  const yearly = [
    level(around),
    { ...level(around), discount: 0.995 },
    changes([1, 2, 3, 4, year - 2, year - 1, year, year + 1]),
    level(upTo(year + 1)),
    changes(upTo(year + 1)),
  ]
  return [...yearly, level(upTo(13)), changes(upTo(4))]
}

function ofDays(): readonly LagModel[] {
  const weeks = [1, 2, 3, 6, 7, 8, 14, 21, 28]
  return [
    level(weeks),
    { ...level(weeks), discount: 0.995 },
    level([...weeks, 363, 364, 365]),
    level(upTo(29)),
    changes(upTo(29)),
    changes(upTo(8)),
  ]
}

function level(lags: readonly number[]): LagModel {
  return { lags, isOfChanges: false, discount: 1 }
}

function changes(lags: readonly number[]): LagModel {
  return { lags, isOfChanges: true, discount: 1 }
}

function upTo(longest: number): readonly number[] {
  return Array.from({ length: longest }, (_, i) => i + 1)
}

/** The last steps, and those within `width` of whole seasons. */
function around(season: number, multiples: readonly number[], width: number): readonly number[] {
  const lags = new Set(upTo(2 + width))
  for (const multiple of multiples) {
    for (let off = -width; off <= width; off++) lags.add(multiple * season + off)
  }
  return [...lags].filter((lag) => lag > 0).sort((a, b) => a - b)
}
