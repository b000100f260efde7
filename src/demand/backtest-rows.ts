import type { Panel } from '../core/panel.ts'
import type { CandidateSet } from './classical/candidates.ts'
import type { ScoreTable } from './classical/choose.ts'
import type { PanelContext } from './classical/context.ts'
import { membersName } from './classical/mix.ts'
import { SeriesReader } from './panel-forecaster.ts'
import {
  ABSOLUTE,
  ACTUAL,
  BIAS,
  INSIDE_50,
  INSIDE_90,
  LOSS,
  POINTS,
  SCORE_SIZE,
  seriesScale,
} from './score.ts'

/** How one model did on one series in the backtest. */
export interface BacktestRow {
  readonly id: string
  readonly model: string
  /** Buckets judged, over all origins. */
  readonly points: number
  /** Mean pinball loss over points and levels, in units. */
  readonly pinball: number
  /** pinball over the mean absolute seasonal difference of the history; NaN if it never moved. */
  readonly scaledPinball: number
  /** Σ |y − mean| / Σ |y|; NaN if nothing happened. */
  readonly wape: number
  /** Σ (mean − y) / Σ |y|: above zero = too much was forecast. */
  readonly bias: number
  /** Share of points from the 0.25 to the 0.75 quantile, ends included. */
  readonly coverage50: number
  /** Share of points from the 0.05 to the 0.95 quantile, ends included. */
  readonly coverage90: number
}

/** One row for each series and model that was judged; the last column is the series' mix. */
export function backtestRows(
  panel: Panel,
  set: CandidateSet,
  mixes: Int32Array,
  table: ScoreTable,
  context: PanelContext,
  origin: number,
): BacktestRow[] {
  const reader = new SeriesReader(panel)
  const rows: BacktestRow[] = []
  for (let i = 0; i < panel.ids.length; i++) {
    const scale = seriesScale(reader.read(i, origin), context.season)
    for (let m = 0; m < table.models; m++) {
      const at = (i * table.models + m) * SCORE_SIZE
      const s = table.scores.subarray(at, at + SCORE_SIZE)
      const points = s[POINTS]!
      if (points === 0) continue
      const pinball = s[LOSS]! / points
      const actual = s[ACTUAL]! > 0 ? s[ACTUAL]! : Number.NaN
      rows.push({
        id: panel.ids[i]!,
        model: m < set.models.length ? set.models[m]!.name : membersName(set, mixes[i]!),
        points,
        pinball,
        scaledPinball: pinball / scale,
        wape: s[ABSOLUTE]! / actual,
        bias: s[BIAS]! / actual,
        coverage50: s[INSIDE_50]! / points,
        coverage90: s[INSIDE_90]! / points,
      })
    }
  }
  return rows
}
