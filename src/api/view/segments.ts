import type { SegmentModel as ModelRow, CalibrationPoint as PointRow } from '../../loop/index.ts'
import type {
  Calibration,
  CalibrationPoint,
  SegmentComparison,
  SegmentList,
} from '../schemas/explain.ts'
import { groupBy } from './group-by.ts'
import { modelLabel, segmentLabel } from './labels.ts'

/** Names in forecast_segments of the two that are no learned model. */
const FLOOR = 'classical'
const COMBINED = 'combined'

/** Models compared by segment that has products now; least gain over the floor first. */
export function segmentList(rows: readonly ModelRow[], command: string): SegmentList {
  const bySegment = groupBy(rows, ({ segment }) => segment)
  const segments = [...bySegment]
    .map(([segment, models]) => comparison(segment, models))
    .filter(({ products }) => products > 0)
  segments.sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0) || b.units - a.units)
  return { sentence: segments.length === 0 ? null : sentenceOf(segments), segments, command }
}

function comparison(segment: string, rows: readonly ModelRow[]): SegmentComparison {
  const floor = rows.find(({ model }) => model === FLOOR)
  const combined = rows.find(({ model }) => model === COMBINED)
  const learned = rows.filter(({ model }) => model !== FLOOR && model !== COMBINED)
  const best = learned
    .filter(({ scaledPinball }) => scaledPinball !== null)
    .sort((a, b) => a.scaledPinball! - b.scaledPinball!)[0]
  const inUse = learned.some(isUsed)
  const uses = !inUse ? 'floor' : floor !== undefined && isUsed(floor) ? 'mix' : 'learned'
  const judged = floor?.scaledPinball ?? null
  return {
    segment,
    label: segmentLabel(segment),
    products: Math.max(...rows.map(({ products }) => products)),
    units: Math.max(...rows.map(({ units }) => units)),
    floor: judged,
    learned: best?.scaledPinball ?? null,
    learnedLabel: best === undefined ? null : modelLabel(best.model),
    combined: combined?.scaledPinball ?? null,
    ratio: ratioOf(uses, judged, combined, best),
    uses,
    models: rows
      .map(segmentModel)
      .sort((a, b) => (a.scaledPinball ?? Infinity) - (b.scaledPinball ?? Infinity)),
  }
}

const isUsed = ({ used, weight }: ModelRow) => used && weight > 0

function ratioOf(
  uses: SegmentComparison['uses'],
  floor: number | null,
  combined: ModelRow | undefined,
  best: ModelRow | undefined,
): number | null {
  if (floor === null) return null
  return uses === 'floor' ? 1 : ((combined ?? best)?.floorRatio ?? null)
}

function segmentModel(row: ModelRow) {
  const { segment: _, products: __, units: ___, ...figures } = row
  return { ...figures, label: modelLabel(row.model), isFloor: row.model === FLOOR }
}

function sentenceOf(segments: readonly SegmentComparison[]): string {
  const inUse = segments.filter(({ uses }) => uses !== 'floor')
  const total = segments.reduce((sum, { products }) => sum + products, 0)
  if (inUse.length === 0) {
    return `The classical floor forecasts all ${total.toLocaleString('en-GB')} products: no learned model was clearly better on their past.`
  }
  const products = inUse.reduce((sum, segment) => sum + segment.products, 0)
  const gain =
    inUse.reduce((sum, segment) => sum + segment.products * (1 - (segment.ratio ?? 1)), 0) /
    Math.max(1, products)
  const where = `Learned models are used for ${inUse.length} of ${segments.length} segments (${products.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')} products), with ${gainText(gain)} of days${sumsText(inUse)} on the past`
  const rest = segments.length - inUse.length
  return rest === 0
    ? `${where}.`
    : `${where}; the classical floor keeps ${rest === 1 ? 'the other one' : `the other ${rest}`}.`
}

/** " and 14 % less error of sums over the horizon": what the means are weighed by. */
function sumsText(segments: readonly SegmentComparison[]): string {
  let floor = 0
  let combined = 0
  for (const { units, models } of segments) {
    const wapeOf = (name: string) => models.find(({ model }) => model === name)?.wape ?? null
    const [before, after] = [wapeOf(FLOOR), wapeOf(COMBINED)]
    if (before === null || after === null) continue
    floor += units * before
    combined += units * after
  }
  return floor > 0 ? ` and ${gainText(1 - combined / floor)} of sums over the horizon` : ''
}

/** Below this share a gain is not worth a number. */
const LEAST_GAIN = 0.005

function gainText(gain: number): string {
  if (Math.abs(gain) < LEAST_GAIN) return 'about the same error'
  const size = Math.abs(100 * gain)
  return `${size.toFixed(size < 2 ? 1 : 0)} % ${gain > 0 ? 'less' : 'more'} error`
}

/** Calibration of one segment by horizon band; `all` is pooled over segments where it has no rows. */
export function calibrationOf(
  rows: readonly PointRow[],
  segment: string,
  command: string,
): Calibration {
  const names = [...new Set(['all', ...rows.map((row) => row.segment)])].sort(
    (a, b) => Number(b === 'all') - Number(a === 'all') || (a < b ? -1 : 1),
  )
  const own = rows.filter((row) => row.segment === segment)
  const kept = own.length === 0 && segment === 'all' ? rows : own
  const byBand = groupBy(kept, ({ horizonFrom, horizonTo }) => `${horizonFrom} ${horizonTo}`)
  const bands = [...byBand.values()]
    .map((band) => ({
      from: band[0]!.horizonFrom,
      to: band[0]!.horizonTo,
      points: [...groupBy(band, ({ level }) => level)]
        .map(([level, points]) => pooled(level, points))
        .sort((a, b) => a.level - b.level),
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
  return {
    segment,
    label: segmentLabel(segment),
    segments: rows.length === 0 ? [] : names.map((s) => ({ segment: s, label: segmentLabel(s) })),
    sentence: bands.length === 0 ? null : calibrationSentence(bands.flatMap((band) => band.points)),
    bands,
    command,
  }
}

/** One level over several rows, by the days each was learned from. */
function pooled(level: number, rows: readonly PointRow[]): CalibrationPoint {
  const points = rows.reduce((sum, row) => sum + row.points, 0)
  const mean = (value: (row: PointRow) => number) =>
    points === 0
      ? rows.reduce((sum, row) => sum + value(row), 0) / rows.length
      : rows.reduce((sum, row) => sum + row.points * value(row), 0) / points
  return {
    level,
    before: Math.min(
      1,
      mean((row) => row.before),
    ),
    after: Math.min(
      1,
      mean((row) => row.after),
    ),
    shift: mean((row) => row.shift),
    points,
  }
}

function calibrationSentence(points: readonly CalibrationPoint[]): string {
  const miss = (share: (point: CalibrationPoint) => number) =>
    (100 * points.reduce((sum, p) => sum + Math.abs(share(p) - p.level), 0)) / points.length
  const [before, after] = [miss((p) => p.before), miss((p) => p.after)]
  const now = `On past days that the correction had not seen, the quantiles held to ${after.toFixed(1)} points in a hundred`
  return `${now}; ${before.toFixed(1)} without it.`
}
