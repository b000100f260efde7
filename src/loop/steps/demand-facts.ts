import type { KnobSettings } from '../../core/knobs.ts'
import type { Panel, PanelEvent } from '../../core/panel.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import {
  COLD_START,
  censorSuspected,
  estimateLostSales,
  estimateSubstitution,
  fitDemand,
} from '../../demand/index.ts'
import { events } from '../../learn/index.ts'

/** What a store's sales tell beside the forecast; one table each, without the version's number. */
export interface DemandFacts {
  readonly lostSales: Table
  /** Pairs for the table `substitution`, which carries no version. */
  readonly substitution: Table
  readonly eventEffects: Table
  readonly coldStartLikes: Table
}

export interface DemandFactsOptions {
  /** First day not known yet. */
  readonly origin: number
  readonly settings?: KnobSettings
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Days back from the origin for which lost sales are listed. */
const LISTED_DAYS = 365
/** Days before and after an occasion in which its effect is looked for. */
const LEAD = 10
const TAIL = 7

/**
 * Lost sales, substitution (both only where the feed says when products ran out), effects of
 * occasions, and the likes of young products, from a panel of readPanelContext. Reads nothing at or
 * after `origin`. 4,000 products × 730 days take about 7 CPU s.
 */
export function makeDemandFacts(panel: Panel, options: DemandFactsOptions): DemandFacts {
  const { origin, settings = {}, onProgress = silent, signal } = options
  const known = censorSuspected(before(panel, origin), { settings })
  const report = (done: number) => {
    throwIfStopped(signal)
    onProgress({ step: 'demand facts', done, total: 4 })
  }
  report(0)
  const model = known.censored ? fitDemand(known, { settings }) : undefined
  const lostSales = lostSalesTable(known, origin, model, settings)
  report(1)
  const substitution = substitutionTable(known, model, settings)
  report(2)
  const eventEffects = eventEffectsTable(known, origin, settings)
  report(3)
  const coldStartLikes = coldStartTable(known, origin, settings)
  report(4)
  return { lostSales, substitution, eventEffects, coldStartLikes }
}

/**
 * Appends the tables to the store under a version of the forecast. `substitution` is replaced only
 * where `replaceSubstitution` says that its rows were estimated before (or it is empty): rows that a
 * feed brought stay.
 */
export async function writeDemandFacts(
  db: Database,
  facts: DemandFacts,
  version: number,
  { replaceSubstitution = false }: { readonly replaceSubstitution?: boolean } = {},
): Promise<void> {
  await db.append('lost_sales', withVersion(facts.lostSales, version))
  await db.append('event_effects', withVersion(facts.eventEffects, version))
  await db.append('cold_start_likes', withVersion(facts.coldStartLikes, version))
  const rows = await db.rows('SELECT count(*) AS n FROM substitution')
  if (facts.substitution.rowCount === 0) return
  if (Number(rows[0]!['n']) > 0) {
    if (!replaceSubstitution) return
    await db.run('DELETE FROM substitution')
  }
  await db.append('substitution', facts.substitution)
}

function withVersion(table: Table, version: number): Table {
  const values = new Float64Array(table.rowCount).fill(version)
  return { ...table, columns: { version: { kind: 'number', values }, ...table.columns } }
}

/** The panel with its series cut at `origin`. */
function before(panel: Panel, origin: number): Panel {
  const isCut = panel.ids.some(
    (_, i) => panel.firstBucket[i]! + panel.offsets[i + 1]! - panel.offsets[i]! > origin,
  )
  if (!isCut) return panel
  const offsets = new Int32Array(panel.ids.length + 1)
  const values: Float64Array[] = []
  const censored: Float64Array[] = []
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]!
    const held = panel.offsets[i + 1]! - from
    const kept = Math.max(0, Math.min(held, origin - panel.firstBucket[i]!))
    offsets[i + 1] = offsets[i]! + kept
    values.push(panel.values.subarray(from, from + kept))
    if (panel.censored) censored.push(panel.censored.subarray(from, from + kept))
  }
  return {
    ...panel,
    offsets,
    values: joined(values, offsets.at(-1)!),
    ...(panel.censored ? { censored: joined(censored, offsets.at(-1)!) } : {}),
  }
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function lostSalesTable(
  panel: Panel,
  origin: number,
  model: ReturnType<typeof fitDemand> | undefined,
  settings: KnobSettings,
): Table {
  const found = estimateLostSales(panel, model ? { model, settings } : { settings })
  const rows = Int32Array.from(found.series.keys()).filter(
    (row) => found.bucket[row]! >= origin - LISTED_DAYS,
  )
  const pick = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]!)
  const price = panel.statics?.['price']
  const lost = pick(found.lost)
  const cents = Float64Array.from(rows, (row, k) =>
    price?.kind === 'number'
      ? Math.round(lost[k]! * price.values[found.series[row]!]!)
      : Number.NaN,
  )
  return {
    rowCount: rows.length,
    columns: {
      ds: { kind: 'number', values: pick(found.bucket) },
      product_id: {
        kind: 'text',
        codes: rows.map((row) => found.series[row]!),
        dictionary: panel.ids,
      },
      place_id: { kind: 'text', codes: new Int32Array(rows.length), dictionary: ['all'] },
      sold: { kind: 'number', values: pick(found.sold) },
      wanted: { kind: 'number', values: pick(found.wanted) },
      lost: { kind: 'number', values: lost },
      lost_cents: { kind: 'number', values: cents },
    },
  }
}

function substitutionTable(
  panel: Panel,
  model: ReturnType<typeof fitDemand> | undefined,
  settings: KnobSettings,
): Table {
  const pairs = estimateSubstitution(panel, model ? { model, settings } : { settings })
  return {
    rowCount: pairs.series.length,
    columns: {
      product_id: { kind: 'text', codes: pairs.series, dictionary: panel.ids },
      substitute_id: { kind: 'text', codes: pairs.substitute, dictionary: panel.ids },
      probability: { kind: 'number', values: pairs.probability },
    },
  }
}

/** Effects by department (or category) of the store's events, else of the usual retail occasions. */
function eventEffectsTable(panel: Panel, origin: number, settings: KnobSettings): Table {
  const column = panel.statics?.['department'] ?? panel.statics?.['category']
  const groups =
    column?.kind === 'category' ? { of: column.codes, names: column.dictionary } : undefined
  const effects = events.learnEffects(
    { firstStep: panel.firstBucket, offsets: panel.offsets, values: withoutClosed(panel) },
    events.occurrencesOf(occasionsOf(panel, origin), panel.buckets),
    { season: 7, lead: LEAD, tail: TAIL, end: origin, settings, ...(groups ? { groups } : {}) },
  )
  const rows = events.effectRows(effects)
  return {
    rowCount: rows.length,
    columns: {
      name: textColumn(rows.map((row) => row.name)),
      kind: textColumn(rows.map((row) => row.kind)),
      segment: textColumn(rows.map((row) => row.segment)),
      day_offset: numberColumn(rows.map((row) => row.offset)),
      multiplier: numberColumn(rows.map((row) => row.multiplier)),
      low: numberColumn(rows.map((row) => row.low)),
      high: numberColumn(rows.map((row) => row.high)),
      occurrences: numberColumn(rows.map((row) => row.occurrences)),
    },
  }
}

function occasionsOf(panel: Panel, origin: number): readonly PanelEvent[] {
  if (panel.events && panel.events.length > 0) return panel.events
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), origin)
  return events.retailOccasions(first, origin)
}

/** Values in which closed days are missing: their zeros are no effect of an occasion. */
function withoutClosed({ values, offsets, firstBucket, openDays }: Panel): Float64Array {
  if (!openDays || openDays.closedDays.size === 0) return values
  const open = values.slice()
  for (let i = 0; i < firstBucket.length; i++) {
    for (const day of openDays.closedDays) {
      const at = offsets[i]! + day - firstBucket[i]!
      if (at >= offsets[i]! && at < offsets[i + 1]!) open[at] = Number.NaN
    }
  }
  return open
}

function coldStartTable(panel: Panel, origin: number, settings: KnobSettings): Table {
  const fitted = COLD_START.fit(panel, { trainEnd: origin, settings })
  const rows = panel.ids.flatMap((id, i) =>
    fitted.isYoung(i, origin)
      ? fitted.likes(i, origin).map((like, k) => ({ ...like, product: id, rank: k + 1 }))
      : [],
  )
  return {
    rowCount: rows.length,
    columns: {
      product_id: textColumn(rows.map((row) => row.product)),
      like_id: textColumn(rows.map((row) => row.id)),
      rank: numberColumn(rows.map((row) => row.rank)),
      weight: numberColumn(rows.map((row) => row.weight)),
      reason: textColumn(rows.map((row) => row.reason)),
      units_per_week: numberColumn(rows.map((row) => row.unitsPerWeek)),
    },
  }
}
