import { requireArgument } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import { stepsAhead } from '../axis.ts'
import type { ForecastRange, LoadForecast, LoadPart } from '../types.ts'
import { coursesOf, expectedLoad } from './courses.ts'
import { meanFactor } from './deviation.ts'
import type { StructureModel } from './fit.ts'
import { SAMPLE_PATHS } from './knobs.ts'
import { type Outlook, outlookOf } from './outlook.ts'
import { profileAt } from './profiles.ts'

/** The forecast of a range. Throws ERR_ARGUMENT on one before the end of the history or off its steps. */
export function forecastStructure(model: StructureModel, range: ForecastRange): LoadForecast {
  stepsAhead(model.history.axis, range)
  const outlook = outlookOf(model, range)
  const courses = coursesOf(
    model,
    outlook,
    2 * Math.ceil(readKnob(SAMPLE_PATHS, model.settings) / 2),
  )
  const mean = meanOf(model, outlook)
  return {
    axis: outlook.axis,
    mean,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `level ${level}: give a number between 0 and 1`)
      return courses.quantile(level)
    },
    pathCount: courses.count,
    path(index, into) {
      requireArgument(
        Number.isInteger(index) && index >= 0 && index < courses.count,
        `path ${index} does not exist; give 0 to ${courses.count - 1}`,
      )
      requireArgument(
        into.length === range.count,
        `give an array of ${range.count} values for a path`,
      )
      return courses.course(index, into)
    },
    parts: () => partsOf(model, outlook, mean),
  }
}

function meanOf(model: StructureModel, outlook: Outlook): Float64Array {
  const { variance } = outlook
  return expectedLoad(outlook).map((load, t) =>
    Math.max(0, load * meanFactor(variance[t]!) - model.offset),
  )
}

/**
 * Contributions in load: each component multiplies what those before it make, in the order level, trend,
 * declared breaks, weekday, day, weekday × day, drivers, events by start; its part is what that adds. The last part is what spread adds
 * to the mean of a skewed distribution.
 */
function partsOf(model: StructureModel, outlook: Outlook, mean: Float64Array): readonly LoadPart[] {
  const { clock, firstDay, axis } = outlook
  const running = new Float64Array(axis.count).fill(Math.exp(model.level.level))
  const parts: LoadPart[] = [
    { name: 'level', kind: 'level', values: running.map((v) => v - model.offset) },
  ]
  const multiply = (name: string, kind: LoadPart['kind'], log: (t: number) => number) => {
    const values = running.map((v, t) => v * Math.expm1(log(t)))
    for (let t = 0; t < running.length; t++) running[t] = running[t]! + values[t]!
    parts.push({ name, kind, values })
  }
  multiply('trend', 'trend', (t) => outlook.level[clock.day[t]! - firstDay]! - model.level.level)
  if (outlook.declared.some((shift) => shift !== 0)) {
    multiply('declared breaks', 'trend', (t) => outlook.declared[t]!)
  }
  multiply('weekly season', 'season', (t) => outlook.weekly[t]!)
  multiply('daily season', 'season', (t) => outlook.daily[t]!)
  multiply('weekly × daily season', 'season', (t) => outlook.interaction[t]!)
  for (const { name, log } of outlook.driven) multiply(`driver ${name}`, 'driver', (t) => log[t]!)
  outlook.spans.forEach((span, e) => {
    const profile = model.events.profiles[span.kind]!
    multiply(`event ${span.event.eventId}`, 'event', (t) => {
      const inside = t >= span.from && t < span.to
      return inside ? outlook.strength[e]! * profileAt(profile, span.bins[t - span.from]!) : 0
    })
  })
  const values = mean.map((m, t) => m - (running[t]! - model.offset))
  parts.push({ name: 'spread', kind: 'other', values })
  return parts
}
