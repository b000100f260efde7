import type { Database } from '../../../core/sql/database.ts'
import {
  describeSince,
  type ForecastErrors,
  readForecastErrors,
  sentenceOfErrors,
} from '../../../loop/index.ts'
import type { ErrorsQuery, LoadErrors } from '../../schemas/load.ts'
import { isoOf, type LoadFacts } from './facts.ts'

const HOUR_MS = 3_600_000
const MOST_DAYS = 5

/** How far off the forecasts of a service were, what would have helped, and what changed since the last. */
export async function readErrors(
  db: Database,
  { version, events }: LoadFacts,
  { service, region }: ErrorsQuery,
): Promise<LoadErrors> {
  const found = await readForecastErrors(db, version, { service, region }, events)
  const { basis, versions, byHorizon, reductions, change } = found
  return {
    ...{ basis, versions, sentence: sentenceOfErrors(found) },
    byHorizon: byHorizon.map(({ upToMs, steps, wape, bias, coverage }) => ({
      ...{ upToHours: upToMs / HOUR_MS, hours: steps, error: wape, bias },
      // Levels are those of the table: 10, 50, 90 and 99 %.
      inBand: Math.max(0, (coverage[2] ?? 0) - (coverage[0] ?? 0)),
    })),
    reductions: [...reductions],
    change: change === undefined ? null : changeOf(change),
  }
}

function changeOf(change: NonNullable<ForecastErrors['change']>): LoadErrors['change'] {
  return {
    before: isoOf(change.beforeAtMs),
    sentence: describeSince(change),
    change: change.change,
    days: change.days
      .slice(0, MOST_DAYS)
      .map(({ startMs, now, before }) => ({ day: isoOf(startMs), now, before })),
  }
}
