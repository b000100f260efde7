import { useEffect, useMemo } from 'preact/hooks'
import type { LoadCurve, LoadService, LoadSummary } from '../../../src/api/schemas/load.ts'
import { SidePanel } from '../parts/panel.tsx'
import { type ChartPart, PartsChart } from '../parts/parts-chart.tsx'
import { setParams } from '../router.ts'
import { formatPercent, formatPlural } from '../text/format.ts'
import { ErrorsPart } from './errors-part.tsx'
import { curves, eventSpan, firstSpan, orders } from './load-state.ts'
import { OrderLine } from './order-panel.tsx'
import { type Clock, rate, secondsOf } from './words.ts'

interface ServicePanelProps {
  readonly row: LoadService
  readonly known: LoadSummary
  readonly clock: Clock
}

/** Why a service's peak is what it is, and what there is to hold it. */
export function ServicePanel({ row, known, clock }: ServicePanelProps) {
  const { serviceId, region, name } = row
  useEffect(() => void orders.load(), [])
  const span = eventSpan(known) ?? firstSpan(known)
  const iso = (at: number) => new Date(at * 1000).toISOString()
  const key = new URLSearchParams({
    ...{ service: serviceId, region, from: iso(span[0]), to: iso(span[1]), points: '900' },
  }).toString()
  const curve = curves.of(key).data.value
  const peak = useMemo(() => (curve === undefined ? undefined : peakOf(curve)), [curve])
  const own = (orders.data.value?.orders ?? []).filter(
    (order) => order.serviceId === serviceId && order.region === region,
  )
  return (
    <SidePanel title={`${name} in ${region}`} onClose={() => setParams({ row: null })}>
      <p class="lead">{leadOf(row, known, clock)}</p>
      <h3>{peak === undefined ? 'What the peak is made of' : `Why ${rate(peak.mean)} a minute`}</h3>
      {peak === undefined ? (
        <p class="dim">{curve === undefined ? ' ' : 'Nothing is forecast here.'}</p>
      ) : (
        <PartsChart
          label={`Parts of the load expected at ${clock.both(peak.at)}`}
          parts={peak.parts}
          sum="expected"
          hint={`Expected at ${clock.both(peak.at)}, when the mean is largest; arrows read each part.`}
          write={(size) => rate(size)}
          sumMeaning={`The sum of the parts: ${rate(peak.mean)} requests a minute.`}
        />
      )}
      <h3>{own.length === 0 ? 'Nothing to order' : 'Servers to order'}</h3>
      {own.length === 0 ? (
        <p class="dim">The plan orders no servers for it.</p>
      ) : (
        <ul class="order-lines">
          {own.map((order) => (
            <OrderLine key={order.orderId} order={order} clock={clock} />
          ))}
        </ul>
      )}
      <ErrorsPart serviceId={serviceId} region={region} />
    </SidePanel>
  )
}

function leadOf(row: LoadService, known: LoadSummary, clock: Clock): string {
  const { peakPerMinute, peakHighPerMinute, servers, heldPerMinute, shortServers, risk } = row
  const booked = row.bookedServers > 0 ? ` and ${row.bookedServers} booked` : ''
  const when = known.next === null ? 'In the next two weeks' : `On ${known.next.name}`
  const peak = `${when} it peaks at ${rate(peakPerMinute)} requests a minute, and stays below ${rate(peakHighPerMinute)} with 95 %.`
  if (servers === null || heldPerMinute === null)
    return `${peak} How many servers run is not known.`
  const holds = `${formatPlural(servers, 'server')}${booked} ${servers === 1 && booked === '' ? 'holds' : 'hold'} ${rate(heldPerMinute)} with a zone gone.`
  if (shortServers === 0) return `${peak} ${holds}`
  const from = row.shortFrom === null ? '' : ` from ${clock.both(secondsOf(row.shortFrom))}`
  const chance =
    risk === null
      ? ''
      : ` Without ${shortServers === 1 ? 'it' : 'them'} the chance of too few is ${formatPercent(risk, 0)}.`
  return `${peak} ${holds} It is short by ${formatPlural(shortServers, 'server')}${from}.${chance}`
}

const MEANINGS: Readonly<Record<string, string>> = {
  level: 'What an ordinary step brings.',
  trend: 'Where the level is going.',
  season: 'The time of the day and the day of the week.',
  event: 'What the event adds.',
  driver: 'What follows from what is planned elsewhere.',
  recent: 'What the last steps say.',
}

/** The step in which the mean is largest, and its parts. */
function peakOf(curve: LoadCurve) {
  let best = -1
  curve.mean.forEach((value, t) => {
    if (value !== null && (best < 0 || value > curve.mean[best]!)) best = t
  })
  if (best < 0) return undefined
  const parts = curve.parts.map(
    ({ label, kind, values }): ChartPart => ({
      label,
      meaning: MEANINGS[kind] ?? 'What the other parts leave.',
      units: values[best]!,
    }),
  )
  const at = curve.startSeconds + best * curve.stepSeconds
  return { at, mean: curve.mean[best]!, parts }
}
