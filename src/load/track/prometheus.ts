import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { LoadSample, SourceOptions } from './samples.ts'

const value = z.tuple([z.number(), z.string()])
const answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      resultType: z.string(),
      result: z.array(z.object({ values: z.array(value).optional() })),
    })
    .optional(),
})

/**
 * Reads the answer of Prometheus to /api/v1/query_range (resultType matrix): all series summed; each
 * value stands for the step that ends at its time, as rate(…[step]) does. NaN and infinite values are left out.
 * Throws ERR_FEED_UNREADABLE on errors of Prometheus and other result types.
 */
export function readPrometheus(json: unknown, options: SourceOptions): LoadSample[] {
  const parsed = answer.safeParse(json)
  if (!parsed.success)
    throw unreadable('this is no answer of Prometheus', 'Give the JSON of /api/v1/query_range.')
  const { status, error, data } = parsed.data
  if (status !== 'success' || data === undefined)
    throw unreadable(`Prometheus says: ${error ?? status}`, 'Correct the query, and ask again.')
  if (data.resultType !== 'matrix')
    throw unreadable(
      `resultType is ${data.resultType}, not matrix`,
      'Ask /api/v1/query_range, not /api/v1/query.',
    )
  const sums = new Map<number, number>()
  for (const { values = [] } of data.result) {
    for (const [seconds, text] of values) {
      const one = Number(text)
      if (!Number.isFinite(one) || one < 0) continue
      const ms = Math.round(seconds * 1000)
      sums.set(ms, (sums.get(ms) ?? 0) + one)
    }
  }
  const times = [...sums.keys()].sort((a, b) => a - b)
  const gaps = times.slice(1).map((ms, i) => ms - times[i]!)
  const stepMs =
    gaps.length === 0 ? options.stepMs : gaps.reduce((a, b) => Math.min(a, b), Infinity)
  const factor = options.unit === 'per-second' ? stepMs / 1000 : 1
  return times.map((toMs) => ({
    fromMs: toMs - stepMs,
    toMs,
    requests: sums.get(toMs)! * factor,
    whole: true,
  }))
}

function unreadable(message: string, next: string): StorewrightError {
  return new StorewrightError('ERR_FEED_UNREADABLE', message, { next })
}
