import { type Signal, useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type {
  MapLane,
  MapSite,
  NetworkInfo,
  NetworkMapReply,
} from '../../../src/api/schemas/network.ts'
import { markAfterKey } from '../charts/pointed.ts'
import { setParams } from '../router.ts'
import { price } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { fillTone, kindWords, PURPOSES, regionWords } from './words.ts'

/** Colours of regions: neighbours differ, and so do they to most who see colours otherwise. */
const TINTS = 8
const WIDEST = 5
const STOCKED = new Set(['fulfilment_centre', 'shop'])

/** Something on the map that can be pointed at. */
interface Mark {
  readonly words: string
  readonly regionId: string | null
  readonly siteId: string | null
  readonly ring: { readonly x: number; readonly y: number; readonly r: number } | undefined
}

interface DrawingProps {
  readonly map: NetworkMapReply
  readonly lanes: readonly MapLane[]
  readonly known: NetworkInfo
  readonly pointed: Signal<number>
}

/** The map; by keys its regions and sites are gone through one by one, by mouse its lanes too. */
export function MapDrawing({ map, lanes, known, pointed }: DrawingProps) {
  const marks = useMemo(() => marksOf(map, lanes, known), [map, lanes, known])
  const reachable = map.regions.length + map.sites.length
  const active = useComputed(() => (pointed.value < 0 ? undefined : `${map.side}-${pointed.value}`))
  const name = map.side === 'plan' ? 'Regions and sites as planned' : 'Regions and sites before'
  const open = (index: number): void => {
    const mark = marks[index]
    if (mark !== undefined) setParams({ region: mark.regionId, site: mark.siteId })
  }
  return (
    <>
      <div
        class="map-room"
        role="listbox"
        aria-label={name}
        aria-activedescendant={active}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter') open(pointed.peek())
          const next = markAfterKey(event.key, pointed.peek(), reachable)
          if (next === undefined) return
          event.preventDefault()
          pointed.value = next
        }}
        onBlur={() => {
          pointed.value = -1
        }}
        onPointerLeave={() => {
          pointed.value = -1
        }}
        onPointerOver={(event) => {
          const mark = (event.target as Element).closest<SVGElement>('[data-mark]')
          pointed.value = mark === null ? -1 : Number(mark.dataset['mark'])
        }}
        onClick={(event) => {
          const mark = (event.target as Element).closest<SVGElement>('[data-mark]')
          if (mark !== null) open(Number(mark.dataset['mark']))
        }}
      >
        <svg viewBox={`0 0 ${map.width} ${map.height}`} aria-hidden="true">
          <Ground map={map} />
          <Lanes lanes={lanes} first={reachable} />
          <Sites sites={map.sites} first={map.regions.length} />
          <Labels map={map} />
          <Ring marks={marks} pointed={pointed} />
        </svg>
        {marks.slice(0, reachable).map((mark, i) => (
          <span
            key={`${map.side}-${i}`}
            id={`${map.side}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected="false"
            class="unseen"
          >
            {mark.words}
          </span>
        ))}
      </div>
      <Readout marks={marks} pointed={pointed} />
    </>
  )
}

function marksOf(map: NetworkMapReply, lanes: readonly MapLane[], known: NetworkInfo): Mark[] {
  const rows = new Map<string, NetworkInfo['regions'][number]>(
    known.regions.map((row) => [row.regionId, row]),
  )
  const regions = map.regions.map(({ regionId, x, y }): Mark => {
    const row = regionId === null || map.side === 'before' ? undefined : rows.get(regionId)
    const words =
      regionId === null
        ? 'One region: every site serves everyone.'
        : row === undefined
          ? regionId
          : regionWords(regionId, row, price)
    const ring = x === null || y === null ? undefined : { x, y, r: 18 }
    return { words, regionId, siteId: null, ring }
  })
  const sites = map.sites.map(
    (site): Mark => ({
      words: siteWords(site),
      regionId: site.regionId,
      siteId: site.siteId,
      ring: { x: site.x, y: site.y, r: 9 },
    }),
  )
  const ways = lanes.map(
    (lane): Mark => ({ words: laneWords(lane), regionId: null, siteId: null, ring: undefined }),
  )
  return [...regions, ...sites, ...ways]
}

export function siteWords({ name, regionId, kind, capacityM3, placedM3 }: MapSite): string {
  const where = regionId === null ? '' : `, ${regionId}`
  const room = capacityM3 === null ? '' : ` of ${formatCount(capacityM3)}`
  const stock = STOCKED.has(kind) ? ` · ${formatMeasure(placedM3)}${room} m³ of stock placed` : ''
  return `${name}${where} · ${kindWords(kind)}${stock}`
}

function laneWords({ from, to, purpose, departuresAWeek, m3, fill }: MapLane): string {
  const volume =
    m3 === null || fill === null
      ? ''
      : ` · ${formatMeasure(m3)} m³ a week · ${formatPercent(fill, 0)} full`
  return `${from} → ${to} · ${PURPOSES[purpose]} · ${formatPlural(departuresAWeek, 'truck')} a week${volume}`
}

/** Regions, borders of states, and areas that have no shapes. */
export function Ground({ map }: { map: Pick<NetworkMapReply, 'regions' | 'states' | 'areas'> }) {
  return (
    <>
      {map.regions.map(({ regionId, path }, i) => (
        <path
          key={regionId}
          d={path}
          class={regionId === null ? 'region whole' : `region tint-${tintOf(regionId)}`}
          data-mark={i}
        />
      ))}
      <path d={map.states} class="states" />
      {map.areas.map(({ name, regionId, x, y }) => (
        <circle
          key={`${name} ${x} ${y}`}
          cx={x}
          cy={y}
          r="5"
          class={`region tint-${regionId === null ? 'none' : tintOf(regionId)}`}
        >
          <title>{name}</title>
        </circle>
      ))}
    </>
  )
}

/** The tint of a region, 1 … 8. */
export const tintOf = (regionId: string): number => ((Number(regionId.slice(1)) - 1) % TINTS) + 1

function Lanes({ lanes, first }: { lanes: readonly MapLane[]; first: number }) {
  const most = Math.max(1, ...lanes.map(weightOf))
  return (
    <g class="lanes">
      {lanes.map((lane, i) => (
        <line
          key={lane.laneId}
          x1={lane.fromX}
          y1={lane.fromY}
          x2={lane.toX}
          y2={lane.toY}
          class={lane.fill === null ? 'lane' : `lane ${fillTone(lane.fill)}`}
          style={{ strokeWidth: widthOf(weightOf(lane) / most) }}
          data-mark={first + i}
        />
      ))}
    </g>
  )
}

/** Lanes come with most volume first, so that narrow ones lie on top and can be pointed at. */
const widthOf = (share: number): string => (0.8 + WIDEST * share ** 0.75).toFixed(2)

const weightOf = ({ m3, departuresAWeek }: MapLane): number => m3 ?? departuresAWeek

function Sites({ sites, first }: { sites: readonly MapSite[]; first: number }) {
  return (
    <g>
      {sites.map(({ siteId, kind, x, y }, i) =>
        STOCKED.has(kind) ? (
          <rect
            key={siteId}
            x={x - 4.5}
            y={y - 4.5}
            width="9"
            height="9"
            class="site stock"
            data-mark={first + i}
          />
        ) : (
          <circle key={siteId} cx={x} cy={y} r="2.6" class="site" data-mark={first + i} />
        ),
      )}
    </g>
  )
}

function Labels({ map }: { map: NetworkMapReply }) {
  return (
    <g>
      {map.regions.map(({ regionId, x, y }) =>
        regionId === null || x === null || y === null ? null : (
          <text key={regionId} x={x} y={y} class="map-label">
            {regionId}
          </text>
        ),
      )}
    </g>
  )
}

interface PointedProps {
  readonly marks: readonly Mark[]
  readonly pointed: Signal<number>
}

function Ring({ marks, pointed }: PointedProps) {
  const ring = marks[pointed.value]?.ring
  return ring === undefined ? null : <circle cx={ring.x} cy={ring.y} r={ring.r} class="ring" />
}

function Readout({ marks, pointed }: PointedProps) {
  return (
    <p class="readout lines" aria-live="polite">
      {marks[pointed.value]?.words ??
        'Point at a region, a site or a lane to read it; arrows move, Enter keeps it.'}
    </p>
  )
}
