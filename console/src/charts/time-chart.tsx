import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { isDark, isTouch } from '../media.ts'
import { formatDate, isoOf } from '../text/format.ts'
import { token } from './colours.ts'
import { zoomed } from './zoom.ts'

export interface TimeChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  readonly label: string
  /** Seconds since 1970, then one array a series. */
  readonly data: uPlot.AlignedData
  readonly series: readonly uPlot.Series[]
  readonly bands?: readonly uPlot.Band[]
  readonly height: number
  readonly formatY: (value: number) => string
  /** The x range at first, in seconds; all where absent. */
  readonly view?: readonly [number, number] | undefined
  /** Zero belongs to the y axis; otherwise it fits the data. */
  readonly fromZero?: boolean
  readonly drawUnder?: (chart: uPlot) => void
  readonly onPoint?: (index: number | null) => void
}

function axes(formatY: (value: number) => string): uPlot.Axis[] {
  const shared = {
    stroke: () => token('dim'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
  }
  return [
    {
      ...shared,
      size: 24,
      gap: 4,
      space: 56,
      grid: { show: false },
      values: (_, splits) => splits.map((split) => formatDate(isoOf(split))),
    },
    {
      ...shared,
      size: 44,
      gap: 6,
      space: 34,
      grid: { stroke: () => token('line'), width: 1 },
      values: (_, splits) => splits.map(formatY),
    },
  ]
}

function yRange(fromZero: boolean): uPlot.Range.Function {
  return (_, low, high) => {
    const bottom = fromZero ? Math.min(0, low) : low
    const span = high - bottom || Math.abs(high) || 1
    return [fromZero ? bottom : bottom - span * 0.06, high + span * 0.06]
  }
}

function optionsOf(props: TimeChartProps, width: number): uPlot.Options {
  const { view, drawUnder, onPoint } = props
  return {
    width,
    height: props.height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: true, y: false }, y: false, points: { size: 6 } },
    scales: {
      x: view === undefined ? {} : { min: view[0], max: view[1] },
      y: { range: yRange(props.fromZero ?? true) },
    },
    axes: axes(props.formatY),
    series: [{}, ...props.series],
    bands: [...(props.bands ?? [])],
    hooks: {
      drawClear: drawUnder === undefined ? [] : [drawUnder],
      setCursor: onPoint === undefined ? [] : [(chart) => onPoint(chart.cursor.idx ?? null)],
    },
  }
}

/** What can be done with a chart, where nothing is pointed at. */
export function chartHint(): string {
  return isTouch.value ? 'Tap a day to read it.' : 'Drag to zoom, double-click for all.'
}

/** Lines over days. One gesture everywhere: drag to zoom, double-click for all; keys + − 0. */
export function TimeChart(props: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const dark = isDark.value
  useEffect(() => {
    const host = box.current!
    const made = new uPlot(optionsOf(props, host.clientWidth), props.data, host)
    chart.current = made
    const observer = new ResizeObserver(() => {
      made.setSize({ width: host.clientWidth, height: props.height })
    })
    observer.observe(host)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [props.data, props.series, props.view, props.formatY])
  useEffect(() => chart.current?.redraw(false), [dark])
  const days = useRef(props.data[0])
  days.current = props.data[0]
  useEffect(() => takeKeys(box.current!, chart, days), [])
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

/** Makes a chart reachable by Tab and zoomed by keys. Returns the way back. */
function takeKeys(
  host: HTMLElement,
  chart: { readonly current: uPlot | undefined },
  days: { readonly current: ArrayLike<number> },
): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const plot = chart.current
    const { length } = days.current
    if (plot === undefined || length === 0) return
    const { min, max } = plot.scales['x']!
    const next = zoomed(event.key, [min!, max!], [days.current[0]!, days.current[length - 1]!])
    if (next === undefined) return
    event.preventDefault()
    plot.setScale('x', { min: next[0], max: next[1] })
  }
  host.tabIndex = 0
  host.addEventListener('keydown', onKeyDown)
  return () => host.removeEventListener('keydown', onKeyDown)
}
