import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { LoadSample, SourceOptions } from './samples.ts'

const whole = z.union([z.string(), z.number()])
const point = z.object({
  attributes: z.array(z.object({ key: z.string(), value: z.unknown() })).optional(),
  startTimeUnixNano: whole.optional(),
  timeUnixNano: whole,
  count: whole.optional(),
  asInt: whole.optional(),
  asDouble: z.number().optional(),
})
const series = z.object({
  dataPoints: z.array(point).optional(),
  aggregationTemporality: whole.optional(),
})
const payload = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: z.unknown().optional(),
      scopeMetrics: z
        .array(
          z.object({
            metrics: z
              .array(
                z.object({
                  name: z.string(),
                  histogram: series.optional(),
                  exponentialHistogram: series.optional(),
                  sum: series.optional(),
                }),
              )
              .optional(),
          }),
        )
        .optional(),
    }),
  ),
})

type Point = z.infer<typeof point>

/** What a cumulative series last said. */
interface Last {
  readonly startNano: string
  readonly ms: number
  readonly count: number
}

/** Reads OTLP metrics as JSON, one export after the other: cumulative counts need what came before. */
export interface OtlpReader {
  /** Throws ERR_FEED_UNREADABLE on what is no OTLP. */
  read(json: unknown): LoadSample[]
}

/**
 * Counts of the histogram (or sum) that the options name, such as http.server.request.duration. Delta
 * points count between their start and their time; cumulative ones since the point before of the same
 * resource and attributes, or since their start after a restart (a new start time, or a lower count).
 */
export function createOtlpReader({ metric }: Pick<SourceOptions, 'metric'>): OtlpReader {
  const before = new Map<string, Last>()
  return {
    read(json) {
      const parsed = payload.safeParse(json)
      if (!parsed.success) {
        throw new StorewrightError('ERR_FEED_UNREADABLE', 'this is no OTLP export of metrics', {
          next: 'Give ExportMetricsServiceRequest as JSON: {"resourceMetrics": [...]}.',
        })
      }
      const samples: LoadSample[] = []
      for (const { resource, scopeMetrics = [] } of parsed.data.resourceMetrics) {
        const place = JSON.stringify(resource ?? null)
        for (const one of scopeMetrics.flatMap(({ metrics = [] }) => metrics)) {
          const data = one.histogram ?? one.exponentialHistogram ?? one.sum
          if (one.name !== metric || data === undefined) continue
          const isDelta = /^(1|AGGREGATION_TEMPORALITY_DELTA)$/.test(
            String(data.aggregationTemporality),
          )
          for (const at of data.dataPoints ?? []) {
            const sample = isDelta ? deltaOf(at) : sinceLast(at, place, before)
            if (sample !== undefined) samples.push(sample)
          }
        }
      }
      return samples
    },
  }
}

function countOf({ count, asInt, asDouble }: Point): number {
  return Number(count ?? asInt ?? asDouble ?? Number.NaN)
}

/** Nanoseconds since 1970 as ms; the digits that a double loses are below a microsecond. */
function msOf(nano: string | number | undefined): number {
  return Number(nano ?? 0) / 1e6
}

function deltaOf(at: Point): LoadSample | undefined {
  const fromMs = msOf(at.startTimeUnixNano)
  const toMs = msOf(at.timeUnixNano)
  const requests = countOf(at)
  return fromMs > 0 && toMs > fromMs && requests >= 0
    ? { fromMs, toMs, requests, whole: false }
    : undefined
}

function sinceLast(at: Point, place: string, before: Map<string, Last>): LoadSample | undefined {
  const attributes = [...(at.attributes ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1))
  const key = `${place} ${JSON.stringify(attributes)}`
  const last = before.get(key)
  const now = {
    startNano: String(at.startTimeUnixNano),
    ms: msOf(at.timeUnixNano),
    count: countOf(at),
  }
  if (!(now.count >= 0) || (last !== undefined && now.ms <= last.ms)) return undefined
  before.set(key, now)
  const restarted =
    last !== undefined && (last.startNano !== now.startNano || now.count < last.count)
  if (last !== undefined && !restarted)
    return { fromMs: last.ms, toMs: now.ms, requests: now.count - last.count, whole: false }
  if (!restarted) return undefined
  // After a restart all of the count is new; it came since the start, or since what was seen last.
  const fromMs = Math.max(last!.ms, msOf(at.startTimeUnixNano))
  return fromMs < now.ms ? { fromMs, toMs: now.ms, requests: now.count, whole: false } : undefined
}
