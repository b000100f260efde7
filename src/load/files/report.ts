import { forecastPage, type PageSection } from '../explain/page.ts'
import type { LoadEvent, LoadHistory, LoadPart } from '../types.ts'
import { bandChart, lineChart, peakChart } from './report-charts.ts'
import type { SeriesForecast } from './series-task.ts'

/** What a report shows of one series. */
export interface ReportSeries {
  readonly made: SeriesForecast
  readonly history: LoadHistory
  readonly events: readonly LoadEvent[]
}

/** What a report is made of. */
export interface ReportInput {
  readonly title: string
  /** The call that made it, for those who make it again. */
  readonly call: string
  readonly levels: readonly number[]
  readonly peakLevels: readonly number[]
  /** Repairs and remarks on the files. */
  readonly notes: readonly string[]
  readonly series: readonly ReportSeries[]
  /** Series that are in the file but not shown. */
  readonly others: number
}

const STYLE = `
:root{--ink:#1a1d21;--soft:#5c6670;--line:#d8dde2;--paper:#fff;--band:#2f6fb0;--event:#c98a1b}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa4ae;--line:#3a4148;--paper:#16191c;--band:#6ea8e0;--event:#e0ab4a}}
body{margin:2rem auto;max-width:62rem;padding:0 1rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}
ul{margin:.2rem 0;padding-left:1.1rem}code{font-size:.85em;color:var(--soft);overflow-wrap:anywhere}
.parts{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.6rem 1.2rem}.parts p{margin:0;color:var(--soft);font-size:.85rem}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:right;font-variant-numeric:tabular-nums}td:first-child,th:first-child{text-align:left}
`

/**
 * One self-contained page: the curve with its bands and events, what it is made of, the peaks and their
 * distribution, what was left out, and the text for a service owner. No script, nothing fetched.
 */
export function reportPage(input: ReportInput): string {
  const body = input.series.map((one) => seriesSection(one, input)).join('\n')
  const rest =
    input.others > 0
      ? `<p>${input.others} further series are in the file and not shown here.</p>`
      : ''
  const notes = list(input.notes)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${text(input.title)}</title><style>${STYLE}</style></head><body>
<h1>${text(input.title)}</h1><p><code>${text(input.call)}</code></p>
${notes === '' ? '' : `<h3>What was read and repaired</h3>${notes}`}
${body}
${rest}
</body></html>
`
}

function seriesSection({ made, history, events }: ReportSeries, input: ReportInput): string {
  const name = Object.values(made.group).join(' · ') || 'all'
  const sections = forecastPage({
    ...{ name, forecaster: made.forecaster, history, events },
    ...{ axis: made.axis, mean: made.mean, parts: made.parts },
    ...{ peaks: made.peaks, peakLevels: input.peakLevels },
    ...{ leftOut: made.leftOut, notes: made.notes, repairs: [] },
  })
  return `<section><h2>${text(name)}</h2>
${bandChart({ history, axis: made.axis, mean: made.mean, quantiles: made.quantiles, levels: input.levels, events, leftOut: made.leftOut })}
${partsBlock(made.parts, made)}
${peakBlock(made, input.peakLevels)}
${sections.map(textSection).join('\n')}
</section>`
}

/** Parts that are shown as curves; the smallest are left to the text. */
const MOST_PARTS = 12

function partsBlock(parts: readonly LoadPart[], { axis }: SeriesForecast): string {
  if (parts.length === 0) return ''
  const swing = (part: LoadPart) => part.values.reduce((sum, v) => sum + Math.abs(v), 0)
  const largest = [...parts].sort((a, b) => swing(b) - swing(a)).slice(0, MOST_PARTS)
  const charts = largest.map(
    (part) => `<div><p>${text(part.name)}</p>${lineChart(part.values, axis)}</div>`,
  )
  return `<h3>Components, in load; they sum to the curve</h3><div class="parts">${charts.join('\n')}</div>`
}

function peakBlock({ peaks, pathCount }: SeriesForecast, levels: readonly number[]): string {
  if (peaks.length === 0 || levels.length === 0) return ''
  return `<h3>Distribution of each day's peak, over ${pathCount} possible courses</h3>
${peakChart(peaks, levels)}`
}

function textSection({ title, lines }: PageSection): string {
  return `<h3>${text(title)}</h3>${list(lines)}`
}

function list(lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `<ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`
}

/** Text as HTML shows it. */
export function text(plain: string): string {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
