/** Means forecast for all series of a panel at a past origin, and what came. */
export interface PastForecast {
  /** First bucket forecast. */
  readonly origin: number
  readonly horizon: number
  /** series × horizon. */
  readonly mean: Float64Array
  /** Quantiles that were said with it: series × horizon × BACKTEST_LEVELS; without, spreads go unjudged. */
  readonly quantiles?: Float64Array
  /** series × horizon; NaN = not known, closed, or the series did not exist yet. */
  readonly actual: Float64Array
}
