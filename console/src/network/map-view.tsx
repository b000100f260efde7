import { useSignal } from '@preact/signals'
import type { NetworkInfo, NetworkMapReply } from '../../../src/api/schemas/network.ts'
import { Segments } from '../parts/segments.tsx'
import { Select } from '../parts/select.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { formatCount, formatPlural } from '../text/format.ts'
import { CurveCard } from './curve-card.tsx'
import { MapDrawing } from './map-drawing.tsx'
import { networkMaps } from './network-state.ts'
import { RegionPanel } from './region-panel.tsx'
import { PURPOSES } from './words.ts'

/** The country with its regions, what each gives, and what other numbers of them would. */
export function MapView({ known }: { known: NetworkInfo | undefined }) {
  return (
    <>
      <div class="split">
        <MapCard known={known} />
        <RegionPanel known={known} />
      </div>
      <CurveCard known={known} />
    </>
  )
}

const SIDES = [
  { value: 'before', label: 'Before' },
  { value: 'plan', label: 'Plan' },
  { value: 'both', label: 'Side by side' },
] as const
type Side = (typeof SIDES)[number]['value']

const sideInAddress = (): Side =>
  SIDES.find(({ value }) => value === param('side'))?.value ?? 'plan'

/** Lanes that are drawn unless more are asked for: beyond, lines cover each other. */
const FEW = 120

function MapCard({ known }: { known: NetworkInfo | undefined }) {
  const side = sideInAddress()
  const shown = side === 'both' ? (['before', 'plan'] as const) : ([side] as const)
  return (
    <section class="card map-card" id="grid" tabIndex={-1} aria-label="Map of the network">
      <div class="chart-head">
        <h2>Regions, sites and lanes</h2>
        <div class="map-tools">
          <Select
            label="Lanes drawn"
            value={param('drawn') ?? ''}
            all="Lanes with most volume"
            options={[
              ...Object.entries(PURPOSES).map(([key, words]) => [key, `Lanes ${words}`] as const),
              ['none', 'No lanes'] as const,
            ]}
            onChange={(drawn) => setParams({ drawn })}
          />
          <Segments<Side>
            label="Which network"
            value={side}
            options={SIDES}
            onChange={(next) => setParams({ side: next === 'plan' ? null : next })}
          />
        </div>
      </div>
      <div class={shown.length > 1 ? 'maps two' : 'maps'}>
        {shown.map((one) => (
          <OneMap key={one} known={known} side={one} titled={shown.length > 1} />
        ))}
      </div>
      <p class="legend">
        <span>
          <i class="lane ok" aria-hidden="true" />
          three quarters full or more
        </span>
        <span>
          <i class="lane warn" aria-hidden="true" />
          more than half
        </span>
        <span>
          <i class="lane bad" aria-hidden="true" />
          half empty
        </span>
        <span>
          <svg viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
            <rect x="-4" y="-4" width="8" height="8" class="site stock" />
          </svg>
          holds stock
        </span>
        <span>
          <svg viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
            <circle r="3.5" class="site" />
          </svg>
          sorts or delivers
        </span>
        <span>wider: more volume</span>
      </p>
    </section>
  )
}

interface OneMapProps {
  readonly known: NetworkInfo | undefined
  readonly side: 'before' | 'plan'
  readonly titled: boolean
}

function OneMap({ known, side, titled }: OneMapProps) {
  const pointed = useSignal(-1)
  const resource =
    known === undefined ? undefined : networkMaps.of(`version=${known.shown.version}&side=${side}`)
  const map = resource?.data.value
  const error = resource?.error.value
  if (error !== undefined && map === undefined) {
    return <Trouble error={error} what="the map" retry={() => void resource?.load()} />
  }
  return (
    <figure class="map-figure">
      {titled ? (
        <figcaption>
          <b>{side === 'plan' ? 'Plan' : 'Before'}</b>
          <span class="dim">{map === undefined ? '' : captionOf(map)}</span>
        </figcaption>
      ) : null}
      {known === undefined || map === undefined ? (
        <Waiting />
      ) : (
        <MapDrawing map={map} lanes={drawnLanes(map)} known={known} pointed={pointed} />
      )}
    </figure>
  )
}

/** The room that the map and its line will take. */
function Waiting() {
  return (
    <>
      <div class="map-room" aria-busy="true" />
      <p class="readout lines" />
    </>
  )
}

function drawnLanes(map: NetworkMapReply): NetworkMapReply['lanes'] {
  const drawn = param('drawn')
  if (drawn === 'none') return []
  if (drawn === undefined) return map.lanes.slice(0, FEW)
  return map.lanes.filter(({ purpose }) => purpose === drawn)
}

function captionOf({ regions, lanesTotal }: NetworkMapReply): string {
  const count = regions.filter(({ regionId }) => regionId !== null).length
  const what = count === 0 ? 'one region: all sites serve all' : formatPlural(count, 'region')
  return `${what} · ${formatCount(lanesTotal)} lanes`
}
