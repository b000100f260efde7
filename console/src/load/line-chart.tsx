import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { token } from '../charts/colours.ts'
import { zoomed } from '../charts/zoom.ts'
import { isDark } from '../media.ts'
import { formatTick } from '../text/format.ts'
import type { Span } from './load-state.ts'

export interface LineChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  readonly label: string
  readonly data: uPlot.AlignedData
  /** Stays the same while the chart stands. */
  readonly series: readonly uPlot.Series[]
  readonly bands?: () => readonly uPlot.Band[]
  readonly height: number
  readonly formatX: (value: number, apart: number) => string
  /** Clock of the x axis; absent: x is a plain number. */
  readonly timeZone?: string
  /** What shows; all where absent. */
  readonly span?: Span
  /** How far one may zoom out. */
  readonly whole?: Span
  readonly onSpan?: (span: Span) => void
  readonly drawUnder?: (plot: uPlot) => void
  readonly onPoint?: (index: number | null) => void
}

const NEAREST_SECONDS = 20 * 60
const GLIDE_MS = 220

function optionsOf(latest: { readonly current: LineChartProps }, width: number): uPlot.Options {
  const { timeZone, height, series, bands, span } = latest.current
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  const shared = { stroke: () => token('dim'), font, ticks: { show: false } }
  return {
    ...{ width, height, padding: [8, 8, 0, 0], legend: { show: false } },
    ...(timeZone === undefined
      ? {}
      : { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), timeZone) }),
    cursor: { drag: { x: true, y: false, setScale: true }, y: false, points: { size: 6 } },
    scales: {
      x: {
        time: timeZone !== undefined,
        ...(span === undefined ? {} : { range: (_, low, high) => [low, high] }),
      },
      y: { range: (_, low, high) => [Math.min(0, low), (high || 1) * 1.06] },
    },
    axes: [
      {
        ...shared,
        ...{ size: 24, gap: 4, space: 64, grid: { show: false } },
        values: (_, splits, __, ___, apart) =>
          splits.map((at) => latest.current.formatX(at, apart)),
      },
      {
        ...shared,
        ...{ size: 52, gap: 6, space: 34, grid: { stroke: () => token('line'), width: 1 } },
        values: (_, splits) => splits.map(formatTick),
      },
    ],
    series: [{}, ...series],
    bands: [...(bands?.() ?? [])],
    hooks: {
      drawClear: [(plot) => latest.current.drawUnder?.(plot)],
      setCursor: [(plot) => latest.current.onPoint?.(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select
          if (wide < 4) return
          latest.current.onSpan?.([plot.posToVal(left, 'x'), plot.posToVal(left + wide, 'x')])
        },
      ],
    },
  }
}

/**
 * Lines over time that stay while their data are fetched finer: drag, wheel and keys zoom, double-click
 * shows all, and the way from one window to another is a glide.
 */
export function LineChart(props: LineChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = props
  const dark = isDark.value
  useEffect(() => {
    const host = box.current!
    const made = new uPlot(optionsOf(latest, host.clientWidth), props.data, host)
    chart.current = made
    if (props.span !== undefined) made.setScale('x', { min: props.span[0], max: props.span[1] })
    const observer = new ResizeObserver(() => {
      made.setSize({ width: host.clientWidth, height: props.height })
    })
    observer.observe(host)
    const free = takeGestures(host, made, latest)
    return () => {
      free()
      observer.disconnect()
      made.destroy()
    }
  }, [props.series, props.timeZone, dark])
  useEffect(() => {
    const plot = chart.current
    if (plot === undefined) return
    const { span } = latest.current
    plot.setData(props.data, span === undefined)
    // The same window again: the y axis takes in the new values.
    const { min, max } = plot.scales['x']!
    if (span !== undefined) plot.setScale('x', { min: min ?? span[0], max: max ?? span[1] })
  }, [props.data])
  useEffect(() => {
    if (props.span !== undefined && chart.current !== undefined) {
      return glide(chart.current, props.span)
    }
  }, [props.span?.[0], props.span?.[1]])
  return (
    <div
      ref={box}
      class="chart"
      role="application"
      aria-roledescription="chart"
      aria-label={props.label}
      style={{ height: `${props.height}px` }}
    />
  )
}

/** Moves the x axis to a window in a few frames. Returns the way to stop. */
function glide(plot: uPlot, [low, high]: Span): () => void {
  const { min, max } = plot.scales['x']!
  const isNear = Math.abs((min ?? low) - low) + Math.abs((max ?? high) - high) < 1
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (isNear || isStill || min === undefined || max === undefined) {
    plot.setScale('x', { min: low, max: high })
    return () => {}
  }
  const start = performance.now()
  let frame = 0
  const step = (now: number): void => {
    const done = Math.min(1, (now - start) / GLIDE_MS)
    const eased = 1 - (1 - done) ** 3
    const at = (from: number, to: number) => from + (to - from) * eased
    plot.setScale('x', { min: at(min!, low), max: at(max!, high) })
    if (done < 1) frame = requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
  return () => cancelAnimationFrame(frame)
}

/** Keys, wheel and double-click. Returns the way back. */
function takeGestures(
  host: HTMLElement,
  plot: uPlot,
  latest: { readonly current: LineChartProps },
): () => void {
  host.tabIndex = 0
  const now = (): Span => {
    const { min, max } = plot.scales['x']!
    return [min!, max!]
  }
  const go = ([low, high]: Span): void => {
    const { onSpan, whole } = latest.current
    if (onSpan === undefined || whole === undefined) return
    const least = Math.max(NEAREST_SECONDS, high - low)
    const middle = (low + high) / 2
    const width = Math.min(least, whole[1] - whole[0])
    const from = Math.min(Math.max(middle - width / 2, whole[0]), whole[1] - width)
    onSpan([from, from + width])
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { whole } = latest.current
    if (whole === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const next = zoomed(event.key, now(), whole)
    if (next === undefined) return
    event.preventDefault()
    go(next)
  }
  const onWheel = (event: WheelEvent): void => {
    if (latest.current.onSpan === undefined || !(event.ctrlKey || document.activeElement === host))
      return
    event.preventDefault()
    const [low, high] = now()
    const at = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x')
    const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 240)))
    go([at - (at - low) * factor, at + (high - at) * factor])
  }
  const onDouble = (): void => {
    const { whole } = latest.current
    if (whole !== undefined) go(whole)
  }
  host.addEventListener('keydown', onKeyDown)
  host.addEventListener('wheel', onWheel, { passive: false })
  host.addEventListener('dblclick', onDouble)
  return () => {
    host.removeEventListener('keydown', onKeyDown)
    host.removeEventListener('wheel', onWheel)
    host.removeEventListener('dblclick', onDouble)
  }
}
