import type { Database } from '../../../core/sql/database.ts'
import { numbersOf } from '../../../core/table.ts'
import type { NamedEvent } from '../../../loop/index.ts'
import type { LoadProfiles, ProfilesQuery } from '../../schemas/load.ts'
import { eventInfo, type LoadFacts, nextEventOf } from './facts.ts'

const MINUTE_MS = 60_000
const WEEK_MINUTES = 7 * 1440
const STEP = 5
const BEFORE = 120
const AFTER = 240
/** Events of a kind that are laid over each other, the latest. */
const MOST_EVENTS = 12

/**
 * Events of one kind side by side: load over what the same minutes of other weeks bring (the median of
 * weeks without an event), of events to come the mean over what is left of it without them.
 */
export async function readProfiles(
  db: Database,
  facts: LoadFacts,
  query: ProfilesQuery,
): Promise<LoadProfiles> {
  const { events, note } = facts
  const kinds = [...new Set(events.map(({ kind }) => kind))]
  const kind = query.kind ?? nextEventOf(facts)?.kind ?? kinds[0] ?? ''
  const own = events.filter((event) => event.kind === kind && touchesQuery(event, query))
  const longest = own.reduce((most, { startMs, endMs }) => Math.max(most, endMs - startMs), 0)
  const steps = Math.ceil((BEFORE + Math.min(longest / MINUTE_MS, 2880) + AFTER) / STEP)
  const past = own.filter(({ endMs }) => endMs <= note.knownUntilMs).slice(-MOST_EVENTS)
  const coming = own.filter(({ startMs }) => startMs >= note.knownUntilMs).slice(0, 3)
  const weekly = past.length === 0 ? undefined : await readMinutes(db, facts, query)
  const profiles: LoadProfiles['events'] = []
  for (const event of past) {
    profiles.push(profileOf(event, pastLift(weekly!, events, event, steps), note.knownUntilMs))
  }
  for (const event of coming) {
    const lift = await comingLift(db, facts, query, event, steps)
    if (lift.some((value) => value !== null)) {
      profiles.push(profileOf(event, lift, note.knownUntilMs))
    }
  }
  return { kind, kinds, stepMinutes: STEP, fromMinute: -BEFORE, events: profiles }
}

function touchesQuery({ group }: NamedEvent, { service, region }: ProfilesQuery): boolean {
  const [of, at] = [group?.['service'], group?.['region']]
  return (
    (service === 'all' || of === undefined || of === service) &&
    (region === 'all' || at === undefined || at === region)
  )
}

function profileOf(event: NamedEvent, lift: (number | null)[], nowMs: number) {
  const known = lift.filter((value) => value !== null)
  const peak = known.length === 0 ? null : Math.max(...known)
  return { event: eventInfo(event, nowMs), lift, peak }
}

interface Minutes {
  readonly startMs: number
  readonly values: Float64Array
}

const MINUTES_SQL = `
  SELECT (epoch_ms(minute_at) - $1) // 60000 AS at, sum(requests) AS requests FROM load
  WHERE ($2 = 'all' OR service_id = $2) AND ($3 = 'all' OR region = $3) GROUP BY ALL`

async function readMinutes(
  db: Database,
  { note }: LoadFacts,
  { service, region }: ProfilesQuery,
): Promise<Minutes> {
  const startMs = note.knownFromMs
  const table = await db.table(MINUTES_SQL, [startMs, service, region])
  const values = new Float64Array((note.knownUntilMs - startMs) / MINUTE_MS).fill(Number.NaN)
  const requests = numbersOf(table, 'requests')
  numbersOf(table, 'at').forEach((at, row) => {
    values[at] = requests[row]!
  })
  return { startMs, values }
}

function pastLift(
  { startMs, values }: Minutes,
  events: readonly NamedEvent[],
  event: NamedEvent,
  steps: number,
): (number | null)[] {
  const first = Math.round((event.startMs - startMs) / MINUTE_MS) - BEFORE
  const others = events.map((one) => [
    Math.floor((one.startMs - startMs) / MINUTE_MS) - BEFORE,
    Math.ceil((one.endMs - startMs) / MINUTE_MS) + AFTER,
  ])
  const isQuiet = (from: number) => !others.some(([a, b]) => from < b! && from + STEP > a!)
  return Array.from({ length: steps }, (_, k) => {
    const from = first + k * STEP
    const own = meanOf(values, from)
    if (own === undefined) return null
    const usual: number[] = []
    for (let week = from % WEEK_MINUTES; week < values.length; week += WEEK_MINUTES) {
      const value = week === from || !isQuiet(week) ? undefined : meanOf(values, week)
      if (value !== undefined) usual.push(value)
    }
    if (usual.length === 0) return null
    usual.sort((a, b) => a - b)
    const middle = usual[usual.length >> 1]!
    return middle > 0 ? Math.round((1000 * own) / middle) / 1000 : null
  })
}

function meanOf(values: Float64Array, from: number): number | undefined {
  let sum = 0
  let known = 0
  for (let t = Math.max(0, from); t < Math.min(values.length, from + STEP); t++) {
    if (Number.isNaN(values[t]!)) continue
    sum += values[t]!
    known++
  }
  return known === 0 ? undefined : sum / known
}

const COMING_SQL = `
  SELECT (epoch_ms(f.starts_at) - $2) // 300000 AS step, sum(f.mean) AS mean, sum(coalesce(p.lift, 0)) AS lift
  FROM load_forecast f LEFT JOIN (
    SELECT starts_at, sum(requests) AS lift FROM load_parts
    WHERE version = $1 AND grain = 'minute' AND part = $4
      AND ($5 = 'all' OR service_id = $5) AND ($6 = 'all' OR region = $6)
    GROUP BY starts_at) p USING (starts_at)
  WHERE f.version = $1 AND f.grain = 'minute' AND f.service_id = $5 AND f.region = $6
    AND f.starts_at >= make_timestamp($2 * 1000) AND f.starts_at < make_timestamp($3 * 1000)
  GROUP BY step`

async function comingLift(
  db: Database,
  { version }: LoadFacts,
  { service, region }: ProfilesQuery,
  event: NamedEvent,
  steps: number,
): Promise<(number | null)[]> {
  const fromMs = event.startMs - BEFORE * MINUTE_MS
  const toMs = fromMs + steps * STEP * MINUTE_MS
  const table = await db.table(COMING_SQL, [
    ...[version.version, fromMs, toMs],
    ...[event.eventId, service, region],
  ])
  const lift: (number | null)[] = new Array(steps).fill(null)
  const [means, parts] = [numbersOf(table, 'mean'), numbersOf(table, 'lift')]
  numbersOf(table, 'step').forEach((step, row) => {
    const usual = means[row]! - parts[row]!
    if (usual > 0) lift[step] = Math.round((1000 * means[row]!) / usual) / 1000
  })
  return lift
}
