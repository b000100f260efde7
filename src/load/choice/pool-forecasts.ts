import type { LoadForecast, LoadPart } from '../types.ts'

/** A forecast with its share. */
export interface PoolMember {
  readonly name: string
  readonly weight: number
  readonly forecast: LoadForecast
}

/** The outer levels whose distance is a forecast's width. */
const LOW = 0.1
const HIGH = 0.9
/** The golden ratio spreads the members evenly over the paths, whatever their number. */
const GOLDEN = 0.618_033_988_749_895

/**
 * One forecast of several: means and quantiles are averaged level by level (Vincent 1912), which keeps
 * bands as narrow as their members'. A path is that of one member, as often as its weight says, moved
 * to the common median and stretched to the common width, so that it keeps its ups and downs.
 */
export function poolForecasts(members: readonly PoolMember[]): LoadForecast {
  const only = members[0]!
  if (members.length === 1) return only.forecast
  const { axis } = only.forecast
  const mean = averageOf(members, ({ mean: own }) => own)
  const quantile = (level: number) => averageOf(members, (of) => of.quantile(level))
  let courses: Courses | undefined
  return {
    axis,
    mean,
    quantile,
    pathCount: Math.min(...members.map(({ forecast }) => forecast.pathCount)),
    path(index, into) {
      courses ??= coursesOf(members)
      const at = memberOf(members, (index * GOLDEN) % 1)
      members[at]!.forecast.path(index, into)
      const { median, medians, stretches } = courses
      for (let t = 0; t < into.length; t++) {
        const off = (into[t]! - medians[at]![t]!) * stretches[at]![t]!
        into[t] = Math.max(0, median[t]! + off)
      }
      return into
    },
    parts: () => poolParts(members),
  }
}

function averageOf(
  members: readonly PoolMember[],
  of: (forecast: LoadForecast) => Float64Array,
): Float64Array {
  const sum = new Float64Array(members[0]!.forecast.axis.count)
  for (const { weight, forecast } of members) {
    const own = of(forecast)
    for (let t = 0; t < sum.length; t++) sum[t]! += weight * own[t]!
  }
  return sum
}

function memberOf(members: readonly PoolMember[], u: number): number {
  let upTo = 0
  for (let at = 0; at < members.length; at++) {
    upTo += members[at]!.weight
    if (u < upTo) return at
  }
  return members.length - 1
}

/** What moves each member's paths to the common ones. */
interface Courses {
  readonly median: Float64Array
  /** [members][count]. */
  readonly medians: readonly Float64Array[]
  readonly stretches: readonly Float64Array[]
}

function coursesOf(members: readonly PoolMember[]): Courses {
  const medians = members.map(({ forecast }) => forecast.quantile(0.5))
  const median = medians[0]!.map((_, t) =>
    members.reduce((sum, { weight }, at) => sum + weight * medians[at]![t]!, 0),
  )
  return { median, medians, stretches: stretchesOf(members) }
}

/** Common width over own width, step by step. */
function stretchesOf(members: readonly PoolMember[]): readonly Float64Array[] {
  const widths = members.map(({ forecast }) => {
    const low = forecast.quantile(LOW)
    return forecast.quantile(HIGH).map((high, t) => high - low[t]!)
  })
  return widths.map((own) =>
    own.map((width, t) => {
      const common = members.reduce((sum, { weight }, at) => sum + weight * widths[at]![t]!, 0)
      return width > 0 ? common / width : 1
    }),
  )
}

function poolParts(members: readonly PoolMember[]): readonly LoadPart[] {
  const parts = new Map<string, LoadPart>()
  for (const { weight, forecast } of members) {
    for (const part of forecast.parts()) {
      const known = parts.get(part.name)
      const values = part.values.map((value, t) => weight * value + (known?.values[t] ?? 0))
      parts.set(part.name, { ...part, values })
    }
  }
  return [...parts.values()]
}
