import { useEffect } from 'preact/hooks'
import type { NetworkInfo, RegionMeasures } from '../../../src/api/schemas/network.ts'
import type { WhatIfReply } from '../../../src/api/schemas/network-route.ts'
import { Link } from '../parts/link.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { param, setParams } from '../router.ts'
import { price } from '../state.ts'
import { formatCount, formatMeasure, formatPlural } from '../text/format.ts'
import { places, whatIfs } from './network-state.ts'
import { EFFECTS, type EffectKey, measureText } from './words.ts'

/** What the regions lose when a site closes. Asking changes nothing. */
export function WhatIfView({ known }: { known: NetworkInfo | undefined }) {
  useEffect(() => void places.load(), [])
  const close = param('close') ?? ''
  const sites = places.data.value?.sites ?? []
  const inForce = known === undefined || known.versions.some(({ current }) => current)
  return (
    <>
      <form class="card ask" aria-label="Close a site" onSubmit={(event) => event.preventDefault()}>
        <label class="wide">
          <small>If this site closed</small>
          <select
            value={close}
            onChange={(event) => setParams({ close: event.currentTarget.value })}
          >
            <option value="">choose a site</option>
            {sites.map(({ siteId, name, regionId }) => (
              <option key={siteId} value={siteId}>
                {regionId === null ? name : `${name} (${regionId})`}
              </option>
            ))}
          </select>
        </label>
        <p class="dim">Borders and orders stay as they are; nothing is changed by asking.</p>
      </form>
      {close === '' || !inForce ? (
        <section class="card ask-note">
          <p class="dim">
            {inForce
              ? 'Choose a site that holds stock: you see what its region and the others lose, in words and numbers.'
              : 'Put regions in force first: the question is what they would lose.'}
          </p>
        </section>
      ) : (
        <Answer key={close} siteId={close} />
      )}
    </>
  )
}

function Answer({ siteId }: { siteId: string }) {
  const resource = whatIfs.of(siteId)
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
      <section class="card answer waiting" aria-busy="true">
        <p class="dim">Computing from all recent orders; seconds the first time.</p>
      </section>
    )
  }
  return (
    <section class="card answer" aria-label="The answer" aria-live="polite">
      <h2>{answer.sentence}</h2>
      <Consequences answer={answer} />
      <div class="effects">
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

interface EffectProps {
  readonly title: string
  readonly before: RegionMeasures
  readonly after: RegionMeasures | null
}

function Effect({ title, before, after }: EffectProps) {
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
        {EFFECTS.map(({ key, label, better }) => (
          <tr key={key}>
            <td class="dim">{label}</td>
            <td class="num">{measureText(key, before[key], price)}</td>
            <td class="num">
              {after === null ? '–' : thenText(key, before[key], after[key], better)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The value then, with a shape where it is worse or better as far as it is written. */
function thenText(key: EffectKey, before: number, after: number, better: 1 | -1) {
  const text = measureText(key, after, price)
  if (text === measureText(key, before, price)) return <span class="dim">{text}</span>
  const isBetter = Math.sign(after - before) === better
  return <span class={isBetter ? 'ok-t' : 'bad-t'}>{`${isBetter ? '●' : '▲'} ${text}`}</span>
}
