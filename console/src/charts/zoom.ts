type Span = readonly [number, number]

/** The x range after a key: + and − zoom about the middle, ← and → move, 0 shows all. */
export function zoomed(key: string, [low, high]: Span, [first, last]: Span): Span | undefined {
  const width = high - low
  const middle = (low + high) / 2
  switch (key) {
    case '+':
    case '=':
      return [middle - width / 4, middle + width / 4]
    case '-':
      return within([middle - width, middle + width], first, last)
    case '0':
      return [first, last]
    case 'ArrowLeft':
      return within([low - width / 4, high - width / 4], first, last)
    case 'ArrowRight':
      return within([low + width / 4, high + width / 4], first, last)
    default:
      return undefined
  }
}

function within([low, high]: Span, first: number, last: number): Span {
  const width = Math.min(high - low, last - first)
  const start = Math.min(Math.max(low, first), last - width)
  return [start, start + width]
}
