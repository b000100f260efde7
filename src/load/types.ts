/** Equal steps in UTC: step t starts at startMs + t × stepMs. */
export interface LoadAxis {
  /** Start of the first step, epoch ms. */
  readonly startMs: number
  /** Length of a step, ms: 60,000 to a week. */
  readonly stepMs: number
  readonly count: number
}

/** What one series saw: requests (or any load) in each step. */
export interface LoadHistory {
  /** The service and region, or other group columns, it belongs to; names in the order of the file. */
  readonly group: Readonly<Record<string, string>>
  readonly axis: LoadAxis
  /** [count] load of each step; NaN where nothing is known. */
  readonly values: Float64Array
}

/** What moves load at a known time, past or to come: a match, a sale, a launch, a campaign, an outage, a break of level. */
export interface LoadEvent {
  readonly eventId: string
  /** Events of one kind share a profile. */
  readonly kind: string
  /** Epoch ms, UTC; the end is not included and lies after the start. */
  readonly startMs: number
  readonly endMs: number
  /** Group columns it touches, such as {region: 'us-west'}; absent: all. */
  readonly group?: Readonly<Record<string, string>>
  /** Expected effect relative to the mean of its kind; absent: learned from the past, 1 ahead. */
  readonly strength?: number
}

/** What a forecaster may know beside the history. */
export interface LoadContext {
  /** Past and future events, by start. */
  readonly events: readonly LoadEvent[]
  /** Steps of the shortest season; absent: found from the length of the step. */
  readonly season?: number
  /** IANA zone whose clock the days follow. Default UTC. */
  readonly zone?: string
  /** Other series over past and future: orders, sessions, campaigns. */
  readonly drivers?: readonly LoadDriver[]
  /** History steps that a person left out, with the reason. */
  readonly leftOut?: readonly LeftOut[]
  readonly seed: number
}

/** A series that load follows, known on the history and, where it is planned or forecast, ahead. */
export interface LoadDriver {
  readonly name: string
  readonly axis: LoadAxis
  /** [count]; NaN where nothing is known. */
  readonly values: Float64Array
}

/** Steps of the history that a fit does not look at. */
export interface LeftOut {
  readonly startMs: number
  /** Not included. */
  readonly endMs: number
  /** Robot traffic, outage, by hand …: a phrase that a person reads. */
  readonly reason: string
  /** Distance from what was expected in robust standard deviations; absent when left out by hand. */
  readonly score?: number
}

/** Which steps a forecast is wanted for. */
export interface ForecastRange {
  readonly startMs: number
  readonly count: number
}

/** One named component of a forecast. */
export interface LoadPart {
  /** level, weekly season, daily season, event match-07-12 …. */
  readonly name: string
  readonly kind: 'level' | 'trend' | 'season' | 'event' | 'driver' | 'recent' | 'other'
  /** [count] contribution to the mean in load, signed. */
  readonly values: Float64Array
}

/** Load to come of one series. Sample paths carry the distribution; marginals are beside them. */
export interface LoadForecast {
  readonly axis: LoadAxis
  /** [count] expected load. */
  readonly mean: Float64Array
  /** [count] quantile of each step, 0 < level < 1; never crossing, never below zero. */
  quantile(level: number): Float64Array
  /** How many sample paths there are; at least 200. */
  readonly pathCount: number
  /**
   * Writes path `index` (0 … pathCount − 1) into `into` [count] and returns it: one possible course of
   * the whole range with its ups and downs hanging together. The same index gives the same path, so
   * that memory stays that of one path. Path i of one series belongs with path i of another that was
   * fitted with the same seed.
   */
  path(index: number, into: Float64Array): Float64Array
  /** Contributions that sum to the mean within rounding. */
  parts(): readonly LoadPart[]
}

/** A forecaster fitted to one series. */
export interface FittedLoad {
  /** What was found, for people: breaks, events with their strengths, left-out steps. */
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /**
   * Forecast of a range that starts at or after the end of the history. Throws ERR_ARGUMENT on a range
   * before it or off the steps of the axis.
   */
  forecast(range: ForecastRange): LoadForecast
  /** The same model with further steps read (refreshed, not fitted from scratch). */
  extend(further: LoadHistory): FittedLoad
}

/** A way to forecast load; each passes the contract test in forecaster.contract.ts. */
export interface LoadForecaster {
  readonly name: string
  /** Whether it can say anything about this history: length, step, events. */
  suits(history: LoadHistory, context: LoadContext): boolean
  /** Throws ERR_ARGUMENT on histories it does not suit. */
  fit(history: LoadHistory, context: LoadContext): FittedLoad
}
