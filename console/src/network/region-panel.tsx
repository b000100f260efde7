import type { NetworkInfo } from '../../../src/api/schemas/network.ts'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { param, setParams } from '../router.ts'
import { price } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { siteWords, tintOf } from './map-drawing.tsx'
import { networkMaps } from './network-state.ts'

type RegionRow = NetworkInfo['regions'][number]

/** What each region gives, least filled inside first; the one chosen on the map in full. */
export function RegionPanel({ known }: { known: NetworkInfo | undefined }) {
  const regions = known?.regions ?? []
  const chosen = regions.find(({ regionId }) => regionId === param('region'))
  const sorted = [...regions].sort((a, b) => a.wholeShare - b.wholeShare)
  return (
    <SidePanel title="What each region fills" onClose={undefined} inPlace>
      {chosen === undefined ? (
        <p class="dim">Least filled inside first. Choose one to see it in full.</p>
      ) : (
        <Chosen row={chosen} known={known!} />
      )}
      <table class="facts region-list" aria-label="Regions, least filled inside first">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col" class="num">
              Orders a day
            </th>
            <th scope="col" class="num">
              Inside
            </th>
            <th scope="col" class="num">
              An order
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Row key={row.regionId} row={row} isChosen={row === chosen} />
          ))}
        </tbody>
      </table>
    </SidePanel>
  )
}

function Row({ row, isChosen }: { row: RegionRow; isChosen: boolean }) {
  const { regionId, ordersADay, wholeShare, costCents } = row
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <td>
        <button
          type="button"
          class="plain"
          aria-pressed={isChosen}
          onClick={() => setParams({ region: isChosen ? null : regionId, site: null })}
        >
          <i class={`swatch tint-${tintOf(regionId)}`} aria-hidden="true" />
          {regionId}
        </button>
      </td>
      <td class="num">{formatCount(ordersADay)}</td>
      <td class="num">{formatPercent(wholeShare, 0)}</td>
      <td class="num">{price(Math.round(costCents))}</td>
    </tr>
  )
}

function Chosen({ row, known }: { row: RegionRow; known: NetworkInfo }) {
  const site = siteOf(known)
  return (
    <div class="region-chosen">
      <p>
        <b>{row.regionId}</b>
        {` fills ${formatPercent(row.wholeShare, 0)} of its ${formatCount(row.ordersADay)} orders a day wholly inside, ${formatPercent(row.lineShare, 0)} of their lines. `}
        {`${capitalFree(row)} hold ${formatCount(row.breadth)} products; a parcel goes ${formatMeasure(row.miles)} miles. `}
        {`${formatCount(row.outsideLines)} lines a day come from other regions.`}
      </p>
      {site === undefined ? null : (
        <p class="says">
          {`${siteWords(site)}. `}
          {site.kind === 'fulfilment_centre' || site.kind === 'shop' ? (
            <Link to={{ page: 'network', params: { view: 'what-if', close: site.siteId } }}>
              What if it closes?
            </Link>
          ) : null}
        </p>
      )}
    </div>
  )
}

const capitalFree = (row: RegionRow) => `Its ${formatPlural(row.sites, 'site')}`

function siteOf(known: NetworkInfo) {
  const map = networkMaps.of(`version=${known.shown.version}&side=plan`).data.value
  return map?.sites.find(({ siteId }) => siteId === param('site'))
}
