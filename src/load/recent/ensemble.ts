import { type Autoregression, continueSeries, fitAutoregression } from './autoregression.ts'
import { lagModels } from './lag-sets.ts'
import { fitProfile } from './week-profile.ts'

/** Autoregressions of load and of its logarithm, asked together. */
export interface Ensemble {
  /** How many there are. */
  readonly size: number
  /** Load after the first `known` steps of `load`, the middle of what its members say. */
  continue(load: Float64Array, known: number, count: number): Float64Array
}

/** Added to load before its logarithm is taken, as a share of its mean: quiet steps are no abyss. */
const LOG_FLOOR = 1e-3
/** Load may go this many times beyond what the history has seen. */
const BEYOND = 2
/** Share of the members that is left out at either end: chosen on M4 windows before the last (0.1 lost 1 %, the median 0.5 %). */
const TRIMMED = 0.2

interface Scale {
  to(load: number): number
  from(value: number): number
}

/** Fits all members to the first `known` steps of a history without gaps. */
export function fitEnsemble(
  load: Float64Array,
  known: number,
  stepMs: number,
  season: number | undefined,
): Ensemble {
  const part = load.subarray(0, known)
  const mean = part.reduce((sum, value) => sum + value, 0) / known
  const most = part.reduce((a, b) => Math.max(a, b), 0)
  if (!(mean > 0)) {
    return { size: 1, continue: (_, __, count) => new Float64Array(count) }
  }
  const scales: Scale[] = [
    { to: (v) => v / mean - 1, from: (v) => (v + 1) * mean },
    {
      to: (v) => Math.log(v / mean + LOG_FLOOR),
      from: (v) => (Math.exp(v) - LOG_FLOOR) * mean,
    },
  ]
  const models = lagModels(stepMs, known, season)
  const members = scales.map((scale) => {
    const z = part.map(scale.to)
    return {
      scale,
      fits: models.map((model) => fitAutoregression(z, model)),
      profile: fitProfile(z, stepMs, season),
    }
  })
  const profiles = members.filter(({ profile }) => profile !== undefined).length
  return {
    size: 2 * models.length + profiles,
    continue(full, at, count) {
      const courses: Float64Array[] = []
      for (const { scale, fits, profile } of members) {
        const z = full.subarray(0, at).map(scale.to)
        const bounds = [scale.to(0), scale.to(BEYOND * most)] as const
        for (const fit of fits) courses.push(courseOf(fit, z, at, count, bounds, scale))
        if (profile === undefined) continue
        const course = profile.continue(z, at, count, bounds)
        courses.push(course.map((value) => Math.max(0, scale.from(value))))
      }
      return trimmedMean(courses, count)
    },
  }
}

function courseOf(
  fit: Autoregression,
  z: Float64Array,
  at: number,
  count: number,
  bounds: readonly [number, number],
  scale: Scale,
): Float64Array {
  return continueSeries(fit, z, at, count, bounds).map((value) => Math.max(0, scale.from(value)))
}

/** Step by step the mean without the largest and the smallest tenth. */
function trimmedMean(courses: readonly Float64Array[], count: number): Float64Array {
  const cut = Math.floor(TRIMMED * courses.length)
  const column = new Float64Array(courses.length)
  return Float64Array.from({ length: count }, (_, t) => {
    for (let i = 0; i < courses.length; i++) column[i] = courses[i]![t]!
    column.sort()
    let sum = 0
    for (let i = cut; i < column.length - cut; i++) sum += column[i]!
    return sum / (column.length - 2 * cut)
  })
}
