/** A line through points of a drawing, as an SVG path. */
export function pathThrough(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')
}

/** The area between a line and another one above the same x, as an SVG path. */
export function pathBetween(
  low: readonly (readonly [x: number, y: number])[],
  high: readonly (readonly [x: number, y: number])[],
): string {
  const back = [...high].reverse()
  return `${pathThrough(low)}${pathThrough(back).replace('M', 'L')}Z`
}

const round = (value: number) => Math.round(value * 100) / 100
