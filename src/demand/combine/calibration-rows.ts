import { BACKTEST_LEVELS } from '../score.ts'
import type { Verdict } from './judge.ts'
import { SEGMENTS } from './segments.ts'

/** What the correction of a quantile did to the past of a segment. */
export interface CalibrationRow {
  readonly segment: string
  /** First and last bucket ahead, from 1. */
  readonly from: number
  readonly to: number
  readonly level: number
  /** Share of what came at or below the quantile; where ties span the level, the level. */
  readonly before: number
  /** The same out of sample: each past origin as corrected by what the others show. */
  readonly after: number
  /** In widths of the forecast's 5 % to 95 % band. */
  readonly shift: number
  readonly points: number
}

/** Share of a cell's points that a level must have: of what is mostly zero the rest is no fair sample. */
const LEAST_SHARE = 0.5

/**
 * Rows of every segment, part of the horizon and level that had something to learn from: quantiles of
 * zero say nothing.
 */
export function calibrationRows({ calibration }: Verdict): CalibrationRow[] {
  if (calibration === undefined) return []
  const { bands, shift, before, after, points } = calibration
  const width = bands.length - 1
  const size = BACKTEST_LEVELS.length
  return SEGMENTS.flatMap((segment, s) =>
    Array.from({ length: width }, (_, b) => (s * width + b) * size).flatMap((cell, b) => {
      const most = Math.max(...points.subarray(cell, cell + size))
      return Array.from(BACKTEST_LEVELS, (level, l) => ({
        segment,
        from: bands[b]! + 1,
        to: bands[b + 1]!,
        level,
        before: before[cell + l]!,
        after: after[cell + l]!,
        shift: shift[cell + l]!,
        points: points[cell + l]!,
      })).filter((row) => row.points > LEAST_SHARE * most)
    }),
  )
}
