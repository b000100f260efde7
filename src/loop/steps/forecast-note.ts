import { formatDay } from '../../core/calendar.ts'
import type { Combination, PanelForecast } from '../../demand/index.ts'
import { distinctRows } from './forecast-tables.ts'

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
}

/** What forecasts the products of a segment, and why. */
export interface SegmentNote {
  /** volume/pattern/age: high/smooth/old. */
  readonly segment: string
  readonly products: number
  /** combined, or classical where the guard kept the floor. */
  readonly model: string
  readonly weights: Readonly<Record<string, number>>
  /** Share of the floor’s loss that the combination saves on held-out days; below zero = it loses. */
  readonly gain: number | null
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
      const weights = Object.fromEntries(
        verdict.segments
          .filter((of) => of.segment === segment && of.model !== COMBINED && of.weight > 0)
          .map((of) => [of.model, Math.round(of.weight * 1000) / 1000] as const),
      )
      const gain = Number.isFinite(row.floorRatio) ? 1 - row.floorRatio : null
      const model = used ? COMBINED : FLOOR
      const sentence = describeSegment(segment, products, used, weights, gain)
      return { segment, products, model, weights, gain, sentence }
    })
}

function describeSegment(
  segment: string,
  products: number,
  used: boolean,
  weights: Readonly<Record<string, number>>,
  gain: number | null,
): string {
  const percent = gain === null ? '' : `${Math.abs(100 * gain).toFixed(1)} %`
  const shares = Object.entries(weights).map(([name, w]) => `${Math.round(100 * w)} % ${name}`)
  const who = `${products} products ${segment}`
  if (used) return `${who}: ${shares.join(', ')}; ${percent} less loss than the classical choice.`
  if (gain === null) return `${who}: classical; too little history to judge anything else.`
  const verdict = gain > 0 ? `only ${percent} better` : `${percent} worse`
  return `${who}: classical; learned models were ${verdict} on the past.`
}
