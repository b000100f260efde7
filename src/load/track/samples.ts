import type { LoadAxis } from '../types.ts'

/** Load between two moments, epoch ms: so many requests. */
export interface LoadSample {
  readonly fromMs: number
  readonly toMs: number
  readonly requests: number
  /** True where the number is that of all servers, so that a later one of the same span replaces it; others add up. */
  readonly whole: boolean
}

/** How the numbers of a source are to be read. */
export interface SourceOptions {
  /** Whether numbers are requests a second (as rate() gives them) or requests in a step. */
  readonly unit: 'per-second' | 'per-step'
  /** Name of the OpenTelemetry metric whose counts are requests. */
  readonly metric: string
  /** Length of a step where the source does not say, ms. */
  readonly stepMs: number
}

/**
 * Lays samples on the steps of an axis: what overlaps a step in part counts in part. Whole samples are the
 * load of all servers, parts add up. Steps of which less than half was seen are NaN; others are scaled by
 * the part of them that was seen (by the longest-reporting part, where there are several).
 */
export function onSteps(
  samples: readonly LoadSample[],
  { startMs, stepMs, count }: LoadAxis,
): Float64Array {
  const sum = new Float64Array(count)
  const from = new Float64Array(count).fill(Infinity)
  const to = new Float64Array(count).fill(-Infinity)
  for (const { fromMs, toMs, requests } of samples) {
    const first = Math.max(0, Math.floor((fromMs - startMs) / stepMs))
    const last = Math.min(count - 1, Math.ceil((toMs - startMs) / stepMs) - 1)
    for (let t = first; t <= last; t++) {
      const begin = Math.max(fromMs, startMs + t * stepMs)
      const end = Math.min(toMs, startMs + (t + 1) * stepMs)
      sum[t]! += (requests * (end - begin)) / (toMs - fromMs)
      from[t] = Math.min(from[t]!, begin)
      to[t] = Math.max(to[t]!, end)
    }
  }
  return sum.map((one, t) => {
    const seen = (to[t]! - from[t]!) / stepMs
    return seen >= 0.5 ? one / seen : Number.NaN
  })
}
