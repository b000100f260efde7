import { requireArgument } from '../../../core/errors.ts'
import type { Database } from '../../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../../core/table.ts'
import type { CurveQuery, LoadCurve } from '../../schemas/load.ts'
import { eventInfo, type LoadFacts } from './facts.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Lengths of a step that a curve may have. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[DAY_MS, 7 * DAY_MS],
]
const GRAINS = [
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const
const LINES = ['mean', 'q10', 'q50', 'q90', 'q99'] as const
/** Weeks begin on Mondays. */
const MONDAY_MS = 4 * DAY_MS
const LONGEST_MS = 6 * 366 * DAY_MS

interface Window {
  readonly startMs: number
  readonly stepMs: number
  readonly count: number
}

/** The shortest step with which a window has at most so many points. */
export function windowOf(fromMs: number, toMs: number, points: number): Window {
  requireArgument(toMs > fromMs, 'the window ends before it begins; give from before to')
  requireArgument(toMs - fromMs <= LONGEST_MS, 'the window is longer than six years')
  const stepMs = STEPS.find((step) => (toMs - fromMs) / step <= points) ?? STEPS.at(-1)!
  const origin = stepMs === 7 * DAY_MS ? MONDAY_MS : 0
  const startMs = origin + Math.floor((fromMs - origin) / stepMs) * stepMs
  return { startMs, stepMs, count: Math.max(1, Math.ceil((toMs - startMs) / stepMs)) }
}

type Lines = Record<(typeof LINES)[number], (number | null)[]>

/**
 * What was and what is expected in a window, averaged over its steps, as requests a minute. Where the
 * steps are shorter than what is forecast, the coarser grain goes on.
 */
export async function readCurve(
  db: Database,
  facts: LoadFacts,
  query: CurveQuery,
): Promise<LoadCurve | undefined> {
  const { service, region, points } = query
  const window = windowOf(Date.parse(query.from), Date.parse(query.to), points)
  const [known] = await db.rows(
    `SELECT 1 AS known FROM load_forecast WHERE version = $1 AND service_id = $2 AND region = $3 LIMIT 1`,
    [facts.version.version, service, region],
  )
  if (known === undefined) return undefined
  const lines = await readLines(db, facts, query, window)
  const endMs = window.startMs + window.count * window.stepMs
  const nowMs = facts.note.knownUntilMs
  return {
    ...{ serviceId: service, region },
    stepSeconds: window.stepMs / 1000,
    startSeconds: window.startMs / 1000,
    ...(await readActual(db, query, window)),
    ...lines,
    held: heldOf(facts, service, region),
    parts: await readParts(db, facts, query, window, lines.mean),
    events: facts.events
      .filter(({ startMs, endMs: end }) => startMs < endMs && end > window.startMs)
      .filter(({ group }) => {
        const own = [group?.['service'], group?.['region']]
        return (
          (service === 'all' || own[0] === undefined || own[0] === service) &&
          (region === 'all' || own[1] === undefined || own[1] === region)
        )
      })
      .map((event) => eventInfo(event, nowMs)),
  }
}

function heldOf({ capacity }: LoadFacts, service: string, region: string): number | null {
  if (service === 'all') return null
  const own = (capacity?.running ?? []).filter(
    (one) => one.service === service && (region === 'all' || one.region === region),
  )
  return own.length === 0 ? null : own.reduce((sum, { perSecond }) => sum + 60 * perSecond, 0)
}

const ACTUAL_SQL = `
  SELECT (epoch_ms(minute_at) - $1) // $2 AS step, avg(total) AS mean, max(total) AS high
  FROM (
    SELECT minute_at, sum(requests) AS total FROM load
    WHERE minute_at >= make_timestamp($1 * 1000) AND minute_at < make_timestamp($3 * 1000)
      AND ($4 = 'all' OR service_id = $4) AND ($5 = 'all' OR region = $5)
    GROUP BY minute_at
  ) GROUP BY step`

async function readActual(db: Database, { service, region }: CurveQuery, window: Window) {
  const { startMs, stepMs, count } = window
  const endMs = startMs + count * stepMs
  const table = await db.table(ACTUAL_SQL, [startMs, stepMs, endMs, service, region])
  const actual: (number | null)[] = new Array(count).fill(null)
  const actualHigh: (number | null)[] = new Array(count).fill(null)
  const [means, highs] = [numbersOf(table, 'mean'), numbersOf(table, 'high')]
  numbersOf(table, 'step').forEach((step, row) => {
    actual[step] = rounded(means[row]!)
    actualHigh[step] = rounded(highs[row]!)
  })
  return { actual, actualHigh }
}

const FORECAST_SQL = `
  SELECT (epoch_ms(starts_at) - $1) / $2 AS step, mean, q10, q50, q90, q99
  FROM load_forecast
  WHERE version = $4 AND service_id = $5 AND region = $6 AND grain = $7
    AND starts_at >= make_timestamp(($1 - $8) * 1000) AND starts_at < make_timestamp($3 * 1000)
  ORDER BY starts_at`

/** Coarse grains first; where a finer one is known, it stands instead. */
async function readLines(
  db: Database,
  { version }: LoadFacts,
  { service, region }: CurveQuery,
  { startMs, stepMs, count }: Window,
): Promise<Lines> {
  const lines = Object.fromEntries(
    LINES.map((name) => [name, new Array<number | null>(count).fill(null)]),
  ) as Lines
  const endMs = startMs + count * stepMs
  for (const [grain, grainMs] of GRAINS) {
    // A grain much finer than the steps adds rows and no shape.
    if (grain === 'minute' && stepMs >= HOUR_MS) continue
    if (grain === 'hour' && stepMs >= DAY_MS) continue
    const asked = [startMs, stepMs, endMs, version.version, service, region, grain, grainMs]
    const table = await db.table(FORECAST_SQL, asked)
    if (table.rowCount === 0) continue
    const at = numbersOf(table, 'step')
    for (const name of LINES) {
      lay(lines[name], at, numbersOf(table, name), grainMs / stepMs, MINUTE_MS / grainMs)
    }
  }
  return lines
}

/** Lays rows that are each `width` steps long on a line; rows that share a step are averaged. */
function lay(
  line: (number | null)[],
  at: Float64Array,
  values: Float64Array,
  width: number,
  perMinute: number,
): void {
  let open = -1
  let sum = 0
  let rows = 0
  const close = () => {
    if (rows > 0 && open >= 0 && open < line.length) line[open] = rounded(sum / rows)
    sum = 0
    rows = 0
  }
  for (let row = 0; row < at.length; row++) {
    const value = values[row]! * perMinute
    if (Number.isNaN(value)) continue
    if (width > 1) {
      const end = Math.min(line.length, Math.round(at[row]! + width))
      for (let t = Math.max(0, Math.round(at[row]!)); t < end; t++) line[t] = rounded(value)
      continue
    }
    const step = Math.floor(at[row]! + 1e-9)
    if (step !== open) {
      close()
      open = step
    }
    sum += value
    rows++
  }
  close()
}

function rounded(value: number): number {
  return value >= 100 || value <= -100 ? Math.round(value) : Math.round(value * 10) / 10
}

const PARTS_SQL = `
  SELECT (epoch_ms(starts_at) - $1) / $2 AS step, part, any_value(kind) AS kind, sum(requests) AS requests
  FROM load_parts
  WHERE version = $4 AND ($5 = 'all' OR service_id = $5) AND ($6 = 'all' OR region = $6) AND grain = $7
    AND starts_at >= make_timestamp(($1 - $8) * 1000) AND starts_at < make_timestamp($3 * 1000)
  GROUP BY starts_at, part ORDER BY part, starts_at`

/**
 * Parts of the mean at the grain of the steps. Of minutes only events are told apart; what is left of
 * the mean is the usual course.
 */
async function readParts(
  db: Database,
  facts: LoadFacts,
  { service, region }: CurveQuery,
  { startMs, stepMs, count }: Window,
  mean: readonly (number | null)[],
): Promise<LoadCurve['parts']> {
  const grain = GRAINS.findLast(([, ms]) => ms <= stepMs) ?? GRAINS[3]
  const endMs = startMs + count * stepMs
  const asked = [startMs, stepMs, endMs, facts.version.version, service, region, ...grain]
  const table = await db.table(PARTS_SQL, asked)
  const [names, kinds] = [textsOf(table, 'part'), textsOf(table, 'kind')]
  const [at, requests] = [numbersOf(table, 'step'), numbersOf(table, 'requests')]
  const left = mean.map((value) => value ?? 0)
  const parts: LoadCurve['parts'] = []
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    while (end < table.rowCount && names.codes[end] === names.codes[first]) end++
    const line: (number | null)[] = new Array(count).fill(null)
    const perMinute = MINUTE_MS / grain[1]
    layShare(
      line,
      at.subarray(first, end),
      requests.subarray(first, end),
      stepMs / grain[1],
      perMinute,
    )
    // What is not forecast in the window is not told in parts either.
    const values = line.map((value, t) => (mean[t] === null ? 0 : (value ?? 0)))
    for (let t = 0; t < count; t++) left[t]! -= values[t]!
    const name = textAt(names, first)!
    const kind = textAt(kinds, first) ?? 'other'
    if (values.some((value) => value !== 0)) {
      parts.push({ name, kind, label: labelOf(facts, name, kind), values })
    }
    first = end
  }
  const isTold = left.some((value) => Math.abs(value) >= 1)
  const isMinutes = grain[0] === 'minute'
  if (isTold && mean.some((value) => value !== null)) {
    const rest = isMinutes
      ? { name: 'usual', kind: 'level', label: 'The usual course' }
      : { name: 'rest', kind: 'other', label: 'Other' }
    parts.unshift({ ...rest, values: left.map(rounded) })
  }
  return parts
}

/** A step's part is the sum of its rows over all rows that it could have: absent rows are nothing. */
function layShare(
  line: (number | null)[],
  at: Float64Array,
  values: Float64Array,
  rowsAStep: number,
  perMinute: number,
): void {
  for (let row = 0; row < at.length; row++) {
    const step = Math.floor(at[row]! + 1e-9)
    if (step < 0 || step >= line.length) continue
    line[step] = (line[step] ?? 0) + (values[row]! * perMinute) / Math.max(1, rowsAStep)
  }
  for (let t = 0; t < line.length; t++) if (line[t] !== null) line[t] = rounded(line[t]!)
}

/** Events are told by their names. */
function labelOf({ events }: LoadFacts, name: string, kind: string): string {
  const event = kind === 'event' ? events.find(({ eventId }) => eventId === name) : undefined
  if (event !== undefined)
    return `${event.name}, ${event.eventId.replace(/^\D+/, '')}`.replace(/, $/, '')
  return name.charAt(0).toUpperCase() + name.slice(1)
}
