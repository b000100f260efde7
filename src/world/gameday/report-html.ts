import type { GamedayResult, GamedayRun } from './gameday.ts'
import { gamedayText } from './report-text.ts'

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; border-bottom: 1px solid #8884; }
  svg { width: 100%; height: 180px; }
  figcaption { color: #888; font-size: 13px; }
  .sent { fill: none; stroke: currentColor; stroke-width: 1.5; }
  .planned { fill: none; stroke: #888; stroke-dasharray: 4 3; }
  .slow { fill: #d9822b; } .failed { fill: #c23030; }`

/** A game day as one page that needs no other file: the text, and a picture of each run. */
export function gamedayHtml(result: GamedayResult): string {
  const title = `Game day: ${result.event.name}`
  const pictures = result.runs.map(picture)
  let run = 0
  const blocks = gamedayText(result)
    .trim()
    .split('\n\n')
    .map((block) => {
      const html = blockHtml(block)
      return block.startsWith('## ') && block.includes('× the forecast') && run < pictures.length
        ? `${html}\n${pictures[run++]}`
        : html
    })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
${blocks.join('\n')}
</body></html>
`
}

/** The Markdown that gamedayText writes: headings, tables, lists, paragraphs. */
function blockHtml(block: string): string {
  if (block.startsWith('# ')) return `<h1>${escapeHtml(block.slice(2))}</h1>`
  if (block.startsWith('## ')) return `<h2>${escapeHtml(block.slice(3))}</h2>`
  const lines = block.split('\n')
  if (block.startsWith('- ')) {
    return `<ul>${lines.map((line) => `<li>${escapeHtml(line.slice(2))}</li>`).join('')}</ul>`
  }
  if (!block.startsWith('| ')) return `<p>${escapeHtml(block)}</p>`
  const cells = (line: string) => line.slice(2, -2).split(' | ')
  const row = (line: string, tag: string) =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`)
      .join('')}</tr>`
  const [head = '', , ...body] = lines
  return `<table><thead>${row(head, 'th')}</thead><tbody>${body.map((line) => row(line, 'td')).join('')}</tbody></table>`
}

const WIDTH = 1000
const HEIGHT = 180

/** Requests a second against the curve, with those that were slow or failed as bars. */
function picture({ bySecond, multiple }: GamedayRun): string {
  const { planned, sent, failed, slow } = bySecond
  const count = Math.max(1, planned.length)
  const top = Math.max(1, ...planned, ...sent)
  const x = (t: number) => ((t + 0.5) / count) * WIDTH
  const y = (value: number) => HEIGHT - (value / top) * (HEIGHT - 10)
  const line = (values: readonly number[], name: string) =>
    `<polyline class="${name}" points="${values.map((v, t) => `${x(t).toFixed(1)},${y(v).toFixed(1)}`).join(' ')}"/>`
  const width = WIDTH / count
  const bars = (values: readonly number[], name: string) =>
    values
      .map((v, t) =>
        v === 0
          ? ''
          : `<rect class="${name}" x="${(x(t) - width / 2).toFixed(1)}" y="${y(v).toFixed(1)}" width="${width.toFixed(1)}" height="${(HEIGHT - y(v)).toFixed(1)}"/>`,
      )
      .join('')
  const label = `Requests a second at ${multiple} times the forecast, ${Math.round(top)} at most`
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${bars(slow, 'slow')}${bars(failed, 'failed')}${line(planned, 'planned')}${line(sent, 'sent')}</svg>
<figcaption>${label}: the curve (dashed), what was sent, slow answers (orange), failures (red).</figcaption></figure>`
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!,
  )
}
