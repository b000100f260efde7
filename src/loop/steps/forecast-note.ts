import { formatDay } from '../../core/calendar.ts'
import type { Combination, PanelForecast, SegmentRow } from '../../demand/index.ts'
import { distinctRows } from './forecast-tables.ts'
import type { SumsNote } from './group-forecast.ts'

/** What the forecast as a whole is about; kept as the note of its version. */
export interface ForecastNote {
  /** First day forecast. */
  readonly origin: string
  readonly horizonDays: number
  readonly products: number
  readonly backtestOrigins: readonly string[]
  /** Days of each backtest window. */
  readonly backtestWindowDays: number
  /** Products by chosen model. */
  readonly chosen: Readonly<Record<string, number>>
  /** Share of the products judged on which the chosen model beat the seasonal naive. */
  readonly beatsNaive: number
  readonly scaledPinball: number
  readonly naiveScaledPinball: number
  readonly coverage90: number
  /** Which models forecast each segment of products, where learned ones took part. */
  readonly segments?: readonly SegmentNote[]
  /** Factor on the level of all forecasts that the past asks for; 1 = none. */
  readonly level?: number
  /** How far errors of a product on different days hang together, 0 to 1. */
  readonly correlation?: number
  /** How forecasts of categories, places and the total were made to agree with those of products. */
  readonly sums?: SumsNote
  /** Products forecast that never sold. */
  readonly unsoldProducts?: number
  /** Pairs of substitutes estimated; 0 where a feed brought its own. */
  readonly substitutionPairs?: number
  /** Version whose nets those of this one may have started from; null where there was none. */
  readonly netsFrom?: number | null
}

/** What forecasts the products of a segment, and why. */
export interface SegmentNote {
  /** volume/pattern/age: high/smooth/old. */
  readonly segment: string
  readonly products: number
  /** combined, or classical where the guard kept the floor. */
  readonly model: string
  /** Weights of the models in the quantiles, and in the means. */
  readonly weights: Readonly<Record<string, number>>
  readonly meanWeights: Readonly<Record<string, number>>
  /** Share of the floor’s loss that the combination saves on held-out days; below zero = it loses. */
  readonly gain: number | null
  /** The same of the error of sums over the horizon, by the means. */
  readonly meanGain: number | null
  /** The same in words. */
  readonly sentence: string
}

const NAIVE = 'seasonal-naive'
const COMBINED = 'combined'
const FLOOR = 'classical'

/** The note of a forecast. */
export function noteOf(made: PanelForecast, horizonDays: number): ForecastNote {
  const chosenOf = new Map(made.forecast.ids.map((id, i) => [id, made.chosen[i]!]))
  const naive = new Map(made.backtest.filter((r) => r.model === NAIVE).map((r) => [r.id, r]))
  const chosen = distinctRows(made.backtest).filter((row) => chosenOf.get(row.id) === row.model)
  const judged = chosen.filter((row) => Number.isFinite(row.scaledPinball) && naive.has(row.id))
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const counts: Record<string, number> = {}
  for (const model of made.chosen) counts[model] = (counts[model] ?? 0) + 1
  return {
    origin: formatDay(made.forecast.origin),
    horizonDays,
    products: made.forecast.ids.length,
    backtestOrigins: made.backtestOrigins.map(formatDay),
    backtestWindowDays: made.forecast.horizon,
    chosen: counts,
    beatsNaive: mean(judged.map((row) => (row.pinball < naive.get(row.id)!.pinball ? 1 : 0))) || 0,
    scaledPinball: mean(judged.map((row) => row.scaledPinball)) || 0,
    naiveScaledPinball: mean(judged.map((row) => naive.get(row.id)!.scaledPinball)) || 0,
    coverage90: mean(judged.map((row) => row.coverage90)) || 0,
    ...combinationNote(made.combination),
  }
}

function combinationNote(
  made: Combination | undefined,
): Pick<ForecastNote, 'segments' | 'level' | 'correlation'> {
  if (made === undefined) return {}
  const { level, correlation } = made.verdict
  return {
    segments: segmentNotes(made),
    level,
    ...(correlation === undefined ? {} : { correlation }),
  }
}

function segmentNotes({ verdict }: Combination): SegmentNote[] {
  return verdict.segments
    .filter((row) => row.model === COMBINED && row.series > 0)
    .map((row) => {
      const { segment, series: products, used } = row
      const members = verdict.segments.filter(
        (of) => of.segment === segment && of.model !== COMBINED,
      )
      const weights = shares(members, (of) => of.weight)
      const meanWeights = shares(members, (of) => of.meanWeight ?? of.weight)
      const gain = saved(row.floorRatio)
      const meanGain = saved(row.sumsRatio ?? Number.NaN)
      const model = used ? COMBINED : FLOOR
      const note = { segment, products, model, weights, meanWeights, gain, meanGain }
      return { ...note, sentence: describeSegment(note) }
    })
}

function shares(
  rows: readonly SegmentRow[],
  weightOf: (row: SegmentRow) => number,
): Record<string, number> {
  return Object.fromEntries(
    rows
      .filter((row) => weightOf(row) > 0)
      .map((row) => [row.model, Math.round(weightOf(row) * 1000) / 1000] as const),
  )
}

const saved = (ratio: number) => (Number.isFinite(ratio) ? 1 - ratio : null)

function describeSegment(note: Omit<SegmentNote, 'sentence'>): string {
  const { segment, products, gain, meanGain } = note
  const who = `${products} products ${segment}`
  if (gain === null && meanGain === null && note.model === FLOOR) {
    return `${who}: classical; too little history to judge anything else.`
  }
  const quantiles = describePart('quantiles', note.weights, gain, 'loss')
  const means = describePart('means', note.meanWeights, meanGain, 'error of sums')
  return `${who}: ${quantiles}; ${means}.`
}

/** "means 60 % classical, 40 % trees (3.1 % less error of sums than the classical choice)". */
function describePart(
  what: string,
  weights: Readonly<Record<string, number>>,
  gain: number | null,
  of: string,
): string {
  const parts = Object.entries(weights).map(([name, w]) => `${Math.round(100 * w)} % ${name}`)
  const percent = gain === null ? 'not judged' : `${Math.abs(100 * gain).toFixed(1)} %`
  if (Object.keys(weights).some((name) => name !== FLOOR)) {
    const less = gain === null ? percent : `${percent} less ${of} than the classical choice`
    return `${what} ${parts.join(', ')} (${less})`
  }
  if (gain === null) return `${what} classical`
  const others =
    gain > 0 ? `learned models were only ${percent} better` : `learned ${percent} worse`
  return `${what} classical (${others})`
}
