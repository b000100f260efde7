import { DAY_MS } from '../../core/calendar.ts'
import { requireArgument } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { requireLoad } from '../axis.ts'
import type { LoadForecaster, LoadHistory } from '../types.ts'
import { finishFit, fittedLoad } from './fitted.ts'
import { isLongGrain } from './grid.ts'
import { fitLong } from './long-model.ts'

/** Shortest history that says something of the weeks after it. */
const LEAST_DAYS = 28

function suits({ axis, values }: LoadHistory): boolean {
  if (!isLongGrain(axis.stepMs)) return false
  let known = 0
  for (const value of values) if (!Number.isNaN(value)) known++
  return (
    known * axis.stepMs >= 0.5 * LEAST_DAYS * DAY_MS &&
    axis.count * axis.stepMs >= LEAST_DAYS * DAY_MS
  )
}

/**
 * The forecaster of hours, days and weeks for months to two years ahead: a level that wanders, grows
 * and breaks, seasons of year, week and day that turn with one another, and events on their own dates.
 */
export function longForecaster(settings: KnobSettings = {}): LoadForecaster {
  return {
    name: 'long',
    suits,
    fit(history, context) {
      requireLoad(history, context)
      requireArgument(
        suits(history),
        'long needs steps of 5 minutes to 5 weeks that divide days, and four weeks of history',
      )
      const model = fitLong(history, context, settings)
      return fittedLoad(history, context, settings, finishFit(model))
    },
  }
}
