// Draws how something grows: a chart of lines over logarithmic axes, as an SVG that needs nothing else.

/** A line of the chart and its points; x and y above 0. */
export interface PlotLine {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** Drawn broken: a limit, or how a rule would grow. */
  readonly dashed?: boolean
}

export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: readonly PlotLine[]
}

const WIDTH = 720
const HEIGHT = 440
const BOX = { left: 70, right: 190, top: 44, bottom: 56 } as const
/** Told apart by people who see no red beside green, too (Okabe & Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#a6761d', '#555555']
/** Names stand at least so far apart. */
const NAME_HEIGHT = 16

/**
 * An SVG of lines over two logarithmic axes, each line named at its last point. Points that are not
 * above 0 are left out. Throws a RangeError where no point is left.
 */
export function logLogSvg({ title, x, y, lines }: Plot): string {
  const drawn = lines.map((line) => ({
    ...line,
    points: line.points.filter((point) => point.x > 0 && point.y > 0),
  }))
  const points = drawn.flatMap((line) => line.points)
  if (points.length === 0) throw new RangeError(`${title}: there is no point above 0 to draw`)
  const across = axis(
    points.map((point) => point.x),
    BOX.left,
    WIDTH - BOX.right,
  )
  const up = axis(
    points.map((point) => point.y),
    HEIGHT - BOX.bottom,
    BOX.top,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${BOX.left}" y="24" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...gridAcross(across),
    ...gridUp(up),
    axisName((BOX.left + WIDTH - BOX.right) / 2, HEIGHT - 14, x),
    axisName(18, (BOX.top + HEIGHT - BOX.bottom) / 2, y, true),
    ...drawn.map((line, i) => drawLine(line, COLOURS[i % COLOURS.length]!, across, up)),
    ...names(drawn, across, up),
    '</svg>\n',
  ].join('\n')
}

/** Where a value stands, and where lines of the grid are drawn. */
interface Axis {
  at(value: number): number
  readonly ticks: readonly number[]
}

/** From the power of ten below the least value to the one above the greatest. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))
  return {
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
  }
}

function gridAcross({ at, ticks }: Axis): string[] {
  return ticks.flatMap((tick) => {
    const place = fixed(at(tick))
    return [
      `<line x1="${place}" y1="${BOX.top}" x2="${place}" y2="${HEIGHT - BOX.bottom}" stroke="#e3e3e3"/>`,
      `<text x="${place}" y="${HEIGHT - BOX.bottom + 18}" text-anchor="middle">${written(tick)}</text>`,
    ]
  })
}

function gridUp({ at, ticks }: Axis): string[] {
  return ticks.flatMap((tick) => {
    const place = fixed(at(tick))
    return [
      `<line x1="${BOX.left}" y1="${place}" x2="${WIDTH - BOX.right}" y2="${place}" stroke="#e3e3e3"/>`,
      `<text x="${BOX.left - 8}" y="${place}" text-anchor="end" dominant-baseline="middle">${written(tick)}</text>`,
    ]
  })
}

function axisName(x: number, y: number, name: string, turned = false): string {
  const turn = turned ? ` transform="rotate(-90 ${x} ${y})"` : ''
  return `<text x="${x}" y="${y}" text-anchor="middle" fill="#444444"${turn}>${escaped(name)}</text>`
}

function drawLine(line: PlotLine, colour: string, across: Axis, up: Axis): string {
  const places = line.points.map((point) => [fixed(across.at(point.x)), fixed(up.at(point.y))])
  const dash = line.dashed === true ? ' stroke-dasharray="6 4"' : ''
  const path = `<polyline points="${places.map((place) => place.join()).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`
  if (line.dashed === true) return path
  const dots = places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`)
  return [path, ...dots].join('')
}

/** The names at the ends of the lines, moved down where they would lie over each other. */
function names(lines: readonly PlotLine[], across: Axis, up: Axis): string[] {
  const placed = lines
    .flatMap((line, i) => {
      const last = line.points.at(-1)
      if (last === undefined) return []
      return {
        ...line,
        colour: COLOURS[i % COLOURS.length]!,
        x: across.at(last.x),
        y: up.at(last.y),
      }
    })
    .sort((a, b) => a.y - b.y)
  let free = -Infinity
  return placed.map(({ name, colour, x, y }) => {
    const at = Math.max(y, free)
    free = at + NAME_HEIGHT
    return `<text x="${fixed(x + 8)}" y="${fixed(at)}" fill="${colour}" dominant-baseline="middle">${escaped(name)}</text>`
  })
}

/** 0.01, 1, 10 k, 1 M. */
function written(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`
  if (value >= 1e3) return `${value / 1e3} k`
  return `${Number(value.toPrecision(3))}`
}

const fixed = (value: number) => Number(value.toFixed(1))

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
