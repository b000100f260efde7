import type { CalibrationPoint } from '../../../src/api/schemas/explain.ts'
import { formatCount, formatPercent } from '../text/format.ts'
import { pathThrough } from './plane.ts'
import { markUnder, usePointed } from './pointed.ts'

const SIZE = 300
const LEFT = 38
const TOP = 8
const BOTTOM = 36
const PLOT = SIZE - LEFT - 8
const TICKS = [0, 0.25, 0.5, 0.75, 1]

const x = (level: number) => LEFT + level * PLOT
const y = (share: number) => TOP + (1 - share) * PLOT

/** A level as people say it: `0.9`. */
const levelText = (level: number) => String(Math.round(level * 1000) / 1000)

/**
 * Quantile against the share of past days at or below it, before the correction and after one that was
 * learned from other days: on the line, quantiles say what they mean.
 */
export function CalibrationPlot({ points }: { points: readonly CalibrationPoint[] }) {
  const { index, point, handlers } = usePointed(points.length)
  const places = points.map(({ level }) => x(level) / SIZE)
  const at = points[index]
  const after = points.map(({ level, after: share }) => [x(level), y(share)] as const)
  const before = points.map(({ level, before: share }) => [x(level), y(share)] as const)
  return (
    <figure class="calibration">
      <div
        role="application"
        aria-roledescription="chart"
        aria-label="Share of past days at or below each quantile, before and after the correction"
        {...handlers}
        onPointerMove={(event) => point(markUnder(event, places))}
      >
        <svg viewBox={`0 0 ${SIZE} ${TOP + PLOT + BOTTOM}`} aria-hidden="true">
          {TICKS.map((tick) => (
            <g key={tick}>
              <line class="rule" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
                {formatPercent(tick, 0)}
              </text>
              <text x={x(tick)} y={y(0) + 15} text-anchor="middle">
                {levelText(tick)}
              </text>
            </g>
          ))}
          <text x={x(0.5)} y={y(0) + 29} text-anchor="middle">
            quantile
          </text>
          <line class="right" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          <path class="was" d={pathThrough(before)} />
          <path class="is" d={pathThrough(after)} />
          {before.map(([cx, cy], i) => (
            <circle key={points[i]!.level} class="was" cx={cx} cy={cy} r={3.2} />
          ))}
          {after.map(([cx, cy], i) => (
            <circle
              key={points[i]!.level}
              class={i === index ? 'is here' : 'is'}
              cx={cx}
              cy={cy}
              r={i === index ? 5.5 : 4}
            />
          ))}
        </svg>
      </div>
      <p class="readout" aria-live="polite">
        {at === undefined
          ? 'On the line, a quantile means what it says.'
          : `${levelText(at.level)}: ${formatPercent(at.after)} of days below it, ${formatPercent(at.before)} before · ${formatCount(at.points)} days`}
      </p>
      <p class="legend">
        <span>
          <i style={{ '--key': 'var(--accent)' }} aria-hidden="true" />
          corrected by other days
        </span>
        <span>
          <i class="dots" style={{ '--key': 'var(--dim)' }} aria-hidden="true" />
          as the models gave it
        </span>
        <span>
          <i class="dash" style={{ '--key': 'var(--edge)' }} aria-hidden="true" />
          right
        </span>
      </p>
    </figure>
  )
}
