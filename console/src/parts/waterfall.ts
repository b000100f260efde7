import type { Breakdown } from '../../../src/api/schemas/common.ts'

/** One bar of a waterfall, as fractions of its width. */
export interface Bar {
  readonly label: string
  readonly value: number
  readonly left: number
  readonly width: number
}

/**
 * Where the bars of a breakdown stand: each starts where the one before it ended; the range
 * reaches from the lowest to the highest sum on the way. The last bar is the total, from zero.
 */
export function waterfallOf({ parts, total }: Pick<Breakdown, 'parts' | 'total'>): readonly Bar[] {
  let sum = 0
  const spans = parts.map(({ label, value }) => {
    const from = sum
    sum += value
    return { label, value, from, to: sum }
  })
  spans.push({ label: 'total', value: total, from: 0, to: total })
  const low = Math.min(0, ...spans.map((span) => Math.min(span.from, span.to)))
  const high = Math.max(0, ...spans.map((span) => Math.max(span.from, span.to)))
  const range = high - low || 1
  return spans.map(({ label, value, from, to }) => ({
    label,
    value,
    left: (Math.min(from, to) - low) / range,
    width: Math.abs(to - from) / range,
  }))
}
