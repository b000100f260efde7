/**
 * What a forecast is made of, in the order in which it is told. The parts of a forecast sum to its
 * mean: the forecaster splits by them, and the feed's tables name them.
 */
export const FORECAST_PARTS = [
  'level',
  'recent_sales',
  'trend',
  'weekday',
  'season',
  'price',
  'event',
  'neighbours',
  'attributes',
  'calibration',
  'other',
] as const
