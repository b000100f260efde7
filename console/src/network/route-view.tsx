import { useEffect } from 'preact/hooks'
import type { RouteAlternative, RouteReply } from '../../../src/api/schemas/network-route.ts'
import { Chip } from '../parts/chip.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { moment, price } from '../state.ts'
import { capital, formatPlural } from '../text/format.ts'
import { places, routeAnswers, routeQuery } from './network-state.ts'

/** Which way a parcel would go now, what else there is, and why not. */
export function RouteView() {
  useEffect(() => void places.load(), [])
  const asked = routeQuery.value
  return (
    <>
      <Form />
      {asked === '' ? (
        <section class="card ask-note">
          <p class="dim">
            Say where a parcel goes: you see its route, when to order, when it arrives, and the
            other ways with the reason why each was not taken.
          </p>
        </section>
      ) : (
        <Answer key={asked} asked={asked} />
      )}
    </>
  )
}

function Form() {
  const known = places.data.value
  const areas = known?.areas ?? []
  const to = areas.find(({ areaId }) => areaId === param('to'))
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const wanted = text('to')
    const area =
      areas.find(({ name, areaId }) => areaId === wanted || name === wanted) ??
      areas.find(({ name }) => name.toLowerCase().startsWith(wanted.toLowerCase()))
    setParams({
      to: area?.areaId ?? wanted,
      ...{ from: text('from'), at: text('at'), by: text('by'), kg: text('kg'), m3: text('m3') },
    })
  }
  return (
    <form class="card ask" aria-label="A parcel" onSubmit={submit} key={to?.areaId ?? ''}>
      <label>
        <small>To the area</small>
        <input
          name="to"
          list="areas"
          required
          autocomplete="off"
          defaultValue={to?.name ?? param('to') ?? ''}
          placeholder="Los Angeles, CA"
        />
        <datalist id="areas">
          {areas.slice(0, 1500).map(({ areaId, name }) => (
            <option key={areaId} value={name} />
          ))}
        </datalist>
      </label>
      <label>
        <small>From</small>
        <select name="from">
          <option value="">any site</option>
          {(known?.sites ?? []).map(({ siteId, name }) => (
            <option key={siteId} value={siteId} selected={siteId === param('from')}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <small>Ordered at, UTC</small>
        <input name="at" type="datetime-local" defaultValue={param('at') ?? ''} />
      </label>
      <label>
        <small>Promised by, UTC</small>
        <input name="by" type="datetime-local" defaultValue={param('by') ?? ''} />
      </label>
      <label class="short">
        <small>kg</small>
        <input
          name="kg"
          type="number"
          min="0"
          max="1000"
          step="any"
          defaultValue={param('kg') ?? '1'}
        />
      </label>
      <label class="short">
        <small>m³</small>
        <input
          name="m3"
          type="number"
          min="0"
          max="100"
          step="any"
          defaultValue={param('m3') ?? '0.005'}
        />
      </label>
      <button type="submit" class="ghost">
        Show its route
      </button>
    </form>
  )
}

function Answer({ asked }: { asked: string }) {
  const resource = routeAnswers.of(asked)
  const answer = resource.data.value
  const error = resource.error.value
  if (error !== undefined && answer === undefined) {
    if (error.reply.code === 'ERR_ROUTES_VERSION') return <NoRoutes command={error.reply.command} />
    return <Trouble error={error} what="the route" retry={() => void resource.load()} />
  }
  if (answer === undefined) return <div style={{ minHeight: '420px' }} aria-busy="true" />
  const ways = [...(answer.chosen === null ? [] : [answer.chosen]), ...answer.alternatives]
  return (
    <section class="card answer" aria-label="The route">
      <h2>{answer.sentence}</h2>
      <p class="dim">{footnote(answer)}</p>
      <div class="scroll-x">
        <table class="facts ways">
          <thead>
            <tr>
              <th scope="col">Way</th>
              <th scope="col">Order by</th>
              <th scope="col">Arrives by</th>
              <th scope="col" class="num">
                Cost
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {ways.map((way) => (
              <Way
                key={`${way.siteId} ${way.orderBy} ${way.arriveBy} ${way.costCents}`}
                way={way}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function footnote({ name, version, inForce, at, by }: RouteReply): string {
  const state = inForce ? 'serves this area now' : 'does not serve this area now'
  const promise = by === null ? 'no promise' : `promised by ${moment(by)}`
  return `Ordered ${moment(at)}, ${promise}. Route set ${version} (${name}) ${state}. Times are UTC; trucks are taken to be empty.`
}

function Way({ way }: { way: RouteAlternative }) {
  const extra = [
    way.fillCents >= 0.05 ? `${price(Math.round(way.fillCents))} for full trucks` : '',
    way.outOfRegionCents >= 0.05
      ? `${price(Math.round(way.outOfRegionCents))} for leaving the region`
      : '',
  ].filter(Boolean)
  return (
    <tr class={way.chosen ? 'taken' : ''}>
      <td>
        <b>{[way.site, ...way.legs.map(({ to }) => to)].join(' → ')}</b>
        <span class="unit">
          {way.legs.map(({ from, leavesAt }) => `${from} ${moment(leavesAt)}`).join(' · ')}
        </span>
      </td>
      <td class="when">
        {moment(way.orderBy)}
        {way.again === 0 ? null : (
          <span class="unit">{`and ${formatPlural(way.again, 'time')} later`}</span>
        )}
      </td>
      <td class="when">{moment(way.arriveBy)}</td>
      <td class="num">
        {price(Math.round(way.costCents))}
        {extra.length === 0 ? null : <span class="unit">{`with ${extra.join(', ')}`}</span>}
      </td>
      <td>{way.chosen ? <Chip tone="ok">{`taken: ${way.why}`}</Chip> : capital(way.why)}</td>
    </tr>
  )
}

function NoRoutes({ command }: { command: string | undefined }) {
  return (
    <section class="card state">
      <h2>No route set has been built yet.</h2>
      <p class="dim">Build one from the planned lanes, then ask again.</p>
      <CopyCommand command={command ?? 'storewright network routes'} />
    </section>
  )
}
