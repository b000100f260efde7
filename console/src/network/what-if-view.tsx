import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { NetworkInfo, RegionMeasures } from '../../../src/api/schemas/network.ts'
import type { WhatIfReply } from '../../../src/api/schemas/network-route.ts'
import { Link } from '../parts/link.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { price } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { networkMaps, places } from './network-state.ts'
import { requestOf } from './outage.ts'
import { WhatIfForm } from './what-if-form.tsx'
import { WhatIfMaps } from './what-if-map.tsx'
import { askedInAddress, whatIfs } from './what-if-state.ts'
import { EFFECTS, measureText } from './words.ts'

/** What regions and parcels lose when sites, lanes or areas close. Asking changes nothing. */
export function WhatIfView({ known }: { known: NetworkInfo | undefined }) {
  useEffect(() => void places.load(), [])
  const inForce = known?.versions.find(({ current }) => current)
  const asked = askedInAddress()
  const request = requestOf(asked)
  const key = request === undefined ? '' : JSON.stringify(request)
  const map =
    inForce === undefined
      ? undefined
      : networkMaps.of(`version=${inForce.version}&side=plan`).data.value
  const answer = key === '' || inForce === undefined ? undefined : whatIfs.of(key).data.value
  if (known !== undefined && inForce === undefined) return <NotInForce />
  return (
    <>
      <WhatIfForm places={places.data.value} map={map} asked={asked} />
      {key === '' || inForce === undefined ? (
        <section class="card ask-note">
          <p class="dim">
            Close a site, take a lane down or let a storm come: you see what regions and parcels
            lose, in words and numbers, now beside then.
          </p>
        </section>
      ) : (
        <Answer key={key} asked={key} />
      )}
      {map === undefined ? (
        <div style={{ minHeight: '70vh' }} aria-busy="true" />
      ) : (
        <WhatIfMaps map={map} places={places.data.value} asked={asked} answer={answer} />
      )}
      {answer === undefined ? null : <Effects answer={answer} />}
    </>
  )
}

function NotInForce() {
  return (
    <section class="card ask-note">
      <p class="dim">Put regions in force first: the question is what they would lose.</p>
    </section>
  )
}

function Answer({ asked }: { asked: string }) {
  const resource = whatIfs.of(asked)
  const answer = resource.data.value
  const error = resource.error.value
  const retry = (): void => void resource.load()
  if (error !== undefined && answer === undefined) {
    if (error.status !== 401) return <Trouble error={error} what="the answer" retry={retry} />
    return (
      <section class="card state">
        <p>Asking takes work of the server, so it asks for its token.</p>
        <button type="button" class="ghost" onClick={() => askToken(retry)}>
          Give the token
        </button>
      </section>
    )
  }
  if (answer === undefined) {
    return (
      <section class="card answer said" aria-busy="true">
        <p class="dim">Computing from all recent orders; seconds the first time.</p>
      </section>
    )
  }
  return (
    <section class="card answer said" aria-label="The answer" aria-live="polite">
      <h2>{answer.sentence}</h2>
      <Consequences answer={answer} />
    </section>
  )
}

/** Now beside then, for parcels, all regions and each that changes. */
function Effects({ answer }: { answer: WhatIfReply }) {
  return (
    <section class="card answer" aria-label="Now and then in figures">
      <div class="effects">
        {answer.parcels === null ? null : <Parcels {...answer.parcels} />}
        <Effect title="Over all regions" before={answer.total.before} after={answer.total.after} />
        {answer.regions.map(({ regionId, before, after }) => (
          <Effect key={regionId} title={regionId} before={before} after={after} />
        ))}
      </div>
    </section>
  )
}

function Consequences({ answer }: { answer: WhatIfReply }) {
  const { stockToMoveM3, lanesStopped, routeSet, command } = answer
  return (
    <>
      <p>
        {`${formatMeasure(stockToMoveM3)} m³ of placed stock would have to go elsewhere, and ${formatPlural(lanesStopped, 'lane')} would stop. `}
        {routeSet === null ? 'No routes are ready for it; build them ahead:' : null}
      </p>
      {routeSet === null ? (
        <CopyCommand command={command} />
      ) : (
        <p>
          {`Route set ${routeSet.version} (${routeSet.name}) is ready for it${routeSet.unreached === 0 ? '' : `; ${formatCount(routeSet.unreached)} areas are then out of reach`}. `}
          <Link to={{ page: 'network', params: { view: 'routes' } }}>See route sets</Link>
        </p>
      )}
    </>
  )
}

/** How a usual parcel travels to each area, by their orders: over last week, with empty trucks. */
function Parcels({ before, after, promiseDays }: NonNullable<WhatIfReply['parcels']>) {
  const rows = [
    [`Arrive within ${formatPlural(promiseDays, 'day')}`, 'inTimeShare', formatPercent, 1],
    ['From another region', 'elsewhereShare', formatPercent, -1],
    ['Reach nobody', 'unreachedShare', formatPercent, -1],
    ['Hours to the door', 'hours', formatMeasure, -1],
    ['Cost of the way', 'cents', (cents: number) => price(Math.round(cents)), -1],
  ] as const
  return (
    <BeforeAfter
      title="Parcels on their way"
      rows={rows.map(([label, key, write, better]) => {
        const [was, is] = [write(before[key]), write(after[key])]
        const isBetter = Math.sign(after[key] - before[key]) === better
        return { label, was, next: thenText(was, is, isBetter) }
      })}
    />
  )
}

interface EffectProps {
  readonly title: string
  readonly before: RegionMeasures
  readonly after: RegionMeasures | null
}

function Effect({ title, before, after }: EffectProps) {
  return (
    <BeforeAfter
      title={title}
      rows={EFFECTS.map(({ key, label, better }) => {
        const was = measureText(key, before[key], price)
        if (after === null) return { label, was, next: '–' }
        const isBetter = Math.sign(after[key] - before[key]) === better
        return { label, was, next: thenText(was, measureText(key, after[key], price), isBetter) }
      })}
    />
  )
}

interface BeforeAfterProps {
  readonly title: string
  readonly rows: readonly {
    readonly label: string
    readonly was: string
    readonly next: ComponentChildren
  }[]
}

function BeforeAfter({ title, rows }: BeforeAfterProps) {
  return (
    <table class="facts effect">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col" class="num">
            Now
          </th>
          <th scope="col" class="num">
            Then
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, was, next }) => (
          <tr key={label}>
            <td class="dim">{label}</td>
            <td class="num">{was}</td>
            <td class="num">{next}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The value then, with a shape where it is worse or better as far as it is written. */
function thenText(was: string, is: string, isBetter: boolean) {
  if (is === was) return <span class="dim">{is}</span>
  return <span class={isBetter ? 'ok-t' : 'bad-t'}>{`${isBetter ? '●' : '▲'} ${is}`}</span>
}
