import type { Database } from '../../core/sql/database.ts'
import type { NamedEvent } from '../gameday/store-load.ts'

/** What an event is expected to bring to one service, over all regions, requests a minute. */
export interface EventPeak {
  readonly service: string
  /** Median of the largest minute. */
  readonly peak: number
  /** What the hour of that minute would bring without the event, as a mean. */
  readonly usual: number
}

const HOUR_MS = 3_600_000

const PEAKS_SQL = `
  SELECT service_id, max(coalesce(peak_q50, q50 / 60)) AS peak,
    arg_max(usual, coalesce(peak_q50, q50 / 60)) AS usual
  FROM (
    SELECT f.service_id, f.starts_at, any_value(f.peak_q50) AS peak_q50, any_value(f.q50) AS q50,
      (any_value(f.mean) - coalesce(sum(p.requests), 0)) / 60 AS usual
    FROM load_forecast f LEFT JOIN load_parts p
      ON p.version = f.version AND p.grain = 'hour' AND p.service_id = f.service_id
        AND p.starts_at = f.starts_at AND p.part = $4
    WHERE f.version = $1 AND f.grain = 'hour' AND f.region = 'all' AND f.service_id <> 'all'
      AND f.starts_at >= make_timestamp($2 * 1000) AND f.starts_at < make_timestamp($3 * 1000)
    GROUP BY f.service_id, f.starts_at)
  GROUP BY service_id`

/** Peaks of an event by service, as a version of the forecast has them; none beyond its hours. */
export async function readEventPeaks(
  db: Database,
  version: number,
  { eventId, startMs, endMs }: NamedEvent,
): Promise<readonly EventPeak[]> {
  const from = Math.floor(startMs / HOUR_MS) * HOUR_MS
  const rows = await db.rows(PEAKS_SQL, [version, from, endMs, eventId])
  return rows.map((row) => ({
    service: String(row['service_id']),
    peak: Number(row['peak']),
    usual: Math.max(0, Number(row['usual'])),
  }))
}

/**
 * The strength at which an event would bring `wanted` requests a minute to a service, where it is expected
 * to bring `peak` at `strength`: what an event adds grows with its strength. Undefined where the forecast
 * sees no effect to measure by.
 */
export function strengthForPeak(
  { peak, usual }: EventPeak,
  strength: number,
  wanted: number,
): number | undefined {
  const adds = peak - usual
  if (!(adds > 0.01 * peak)) return undefined
  return Math.max(0, Math.round((100 * strength * (wanted - usual)) / adds) / 100)
}
