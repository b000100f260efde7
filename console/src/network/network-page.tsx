import '../styles/network.css'
import '../styles/rooms.css'
import { useEffect } from 'preact/hooks'
import type { NetworkInfo } from '../../../src/api/schemas/network.ts'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { date, moneyBrief, networks, price } from '../state.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'
import { applyRegions } from './changes.ts'
import { LanesView } from './lanes-view.tsx'
import { MapView } from './map-view.tsx'
import { version } from './network-state.ts'
import { RouteView } from './route-view.tsx'
import { RoutesView } from './routes-view.tsx'
import { SitesView } from './sites-view.tsx'
import { TrucksView } from './trucks-view.tsx'
import { Views, viewInAddress } from './views.tsx'
import { WhatIfView } from './what-if-view.tsx'

const LIKE = {
  answer: '88 regions fill 88 % of orders wholly inside them; 888 lanes run, 888 fewer than today.',
  note: 'Regions 88 of 28 Nov 2028 · lanes 88 · a newer plan waits',
}

/** Which regions, lanes and routes? */
export function NetworkPage() {
  const key = version.value
  const resource = networks.of(key)
  useEffect(() => void resource.load(), [resource])
  const known = resource.data.value
  const error = resource.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the network" retry={() => void resource.load()} />
  }
  const view = viewInAddress()
  return (
    <>
      <PageHead answer={known?.sentence} note={known && noteOf(known)} like={LIKE}>
        <NextThing known={known} />
      </PageHead>
      <Tiles label="The network in figures" tiles={tilesOf(known)} />
      <Views />
      {view === 'map' ? <MapView known={known} /> : null}
      {view === 'lanes' ? <LanesView /> : null}
      {view === 'trucks' ? <TrucksView /> : null}
      {view === 'route' ? <RouteView /> : null}
      {view === 'what-if' ? <WhatIfView known={known} /> : null}
      {view === 'sites' ? <SitesView /> : null}
      {view === 'routes' ? <RoutesView known={known} /> : null}
    </>
  )
}

function noteOf({ shown, lanes, proposal }: NetworkInfo): string {
  const state = shown.current ? '' : ', not in force'
  const late =
    lanes === null || lanes.latePairs === 0
      ? ''
      : `, ${formatPlural(lanes.latePairs, 'pair')} of site and station late`
  const run =
    lanes === null || lanes.regionsVersion !== shown.version
      ? ''
      : ` · lanes ${lanes.version}${late}`
  const waits = proposal !== null && shown.current ? ' · a newer plan waits' : ''
  return `Regions ${shown.version} of ${date(shown.madeAt)}${state}${run}${waits}`
}

/** The one thing to do: apply what is proposed, look at it, or see where money runs empty. */
function NextThing({ known }: { known: NetworkInfo | undefined }) {
  if (known === undefined) {
    return (
      <button type="button" class="primary next" disabled>
        {'\u00a0'}
      </button>
    )
  }
  const { shown, proposal, versions } = known
  const inForce = versions.find(({ current }) => current)?.version
  if (!shown.current) {
    return (
      <>
        {inForce === undefined ? null : (
          <Link class="button ghost" to={{ page: 'network', params: {} }}>
            Back to those in force
          </Link>
        )}
        <button
          type="button"
          class="primary next"
          onClick={() => void applyRegions(shown, inForce)}
        >
          {`Put ${formatPlural(shown.regions, 'region')} in force`}
        </button>
      </>
    )
  }
  if (proposal !== null) {
    return (
      <Link
        class="button primary next"
        to={{ page: 'network', params: { regions: String(proposal.version) } }}
      >
        {`See the plan of ${formatPlural(proposal.regions, 'region')}`}
      </Link>
    )
  }
  return (
    <Link class="button primary next" to={{ page: 'network', params: { view: 'lanes' } }}>
      See the emptiest lanes
    </Link>
  )
}

function tilesOf(known: NetworkInfo | undefined): Tile[] {
  const labels = ['Filled inside', 'Cost of an order', 'Lanes', 'Trucks filled']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const { total, shown } = known
  // Lanes belong to the regions that they were planned for.
  const lanes = known.lanes?.regionsVersion === shown.version ? known.lanes : null
  const none = shown.current ? 'not planned yet' : 'planned once these are in force'
  return [
    {
      label: labels[0]!,
      value: formatPercent(total.wholeShare),
      note: `${formatCount(total.outsideLines)} lines a day cross regions`,
    },
    {
      label: labels[1]!,
      value: price(Math.round(total.costCents)),
      note: `${formatPercent(total.promisedShare, 0)} whole and promised in time`,
    },
    {
      label: labels[2]!,
      value: lanes === null ? '–' : formatCount(lanes.lanes),
      note: lanes === null ? none : lanesNote(lanes),
    },
    {
      label: labels[3]!,
      value: lanes === null ? '–' : formatPercent(lanes.fill, 0),
      note: lanes === null ? none : `${moneyBrief(lanes.emptyCents)} a week runs empty`,
    },
  ]
}

function lanesNote({ lanes, lanesBefore }: NonNullable<NetworkInfo['lanes']>): string {
  const change = lanes - lanesBefore
  return change === 0
    ? 'as many as today'
    : `${formatCount(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'} than today`
}
