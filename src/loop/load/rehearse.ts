import {
  cascade,
  type LoadContext,
  type LoadHistory,
  structureForecaster,
} from '../../load/index.ts'
import { LOAD_LEVELS } from './series-task.ts'
import { addHistories } from './track-event.ts'

/** What forecasts of a service made in hindsight missed; they stand in until versions have met their time. */
export interface Rehearsed {
  readonly service: string
  readonly versions: number
  readonly byHorizon: readonly cascade.HorizonError[]
  readonly reductions: readonly cascade.Reduction[]
}

const DAY_MS = 86_400_000
/** Days before the end of the history at which a forecast is made, from what was known then. */
const BACK_DAYS = [28, 7]
/** Days that a forecast is made from at the least. */
const LEAST_DAYS = 21

/**
 * Forecasts the last weeks of the hours of each service, and of all, from what was known before them, and
 * holds these against what came. Histories are by minute; services without three weeks before are left out.
 */
export function rehearse(
  histories: readonly LoadHistory[],
  contextOf: (service: string) => LoadContext,
  settings: Readonly<Record<string, number>>,
): readonly Rehearsed[] {
  const services = [...new Set(histories.map(({ group }) => group['service'] ?? 'all'))]
  return ['all', ...services.filter((service) => service !== 'all')].flatMap((service) => {
    const own = histories.filter(
      ({ group }) => service === 'all' || (group['service'] ?? 'all') === service,
    )
    const hours = cascade.coarserHistory(addHistories(own), 60)
    return rehearseOne(service, hours, contextOf(service), settings)
  })
}

function rehearseOne(
  service: string,
  hours: LoadHistory,
  context: LoadContext,
  settings: Readonly<Record<string, number>>,
): Rehearsed[] {
  const { axis } = hours
  const days = (axis.count * axis.stepMs) / DAY_MS
  const kept = BACK_DAYS.filter((back) => days - back >= LEAST_DAYS).map((back, i) => {
    const count = axis.count - (back * DAY_MS) / axis.stepMs
    const values = hours.values.subarray(0, count)
    const startMs = axis.startMs + count * axis.stepMs
    const forecast = structureForecaster(settings)
      .fit({ group: hours.group, axis: { ...axis, count }, values }, context)
      .forecast({ startMs, count: axis.count - count })
    return cascade.keepForecast(forecast, {
      ...{ version: i + 1, madeAtMs: startMs, forecaster: 'structure', levels: LOAD_LEVELS },
    })
  })
  if (kept.length === 0) return []
  return [
    {
      ...{ service, versions: kept.length },
      byHorizon: cascade.errorsByHorizon(kept, hours),
      reductions: cascade.whatWouldReduceMost(kept[0]!, hours, context.events),
    },
  ]
}
