import { type Signal, useSignal } from '@preact/signals'
import type { NetworkMapReply, NetworkPlaces } from '../../../src/api/schemas/network.ts'
import type { WhatIfReply } from '../../../src/api/schemas/network-route.ts'
import { markAfterKey } from '../charts/pointed.ts'
import { formatPlural } from '../text/format.ts'
import { Ground } from './map-drawing.tsx'
import { type Asked, areaAt, stormOnMap, USUAL_KM } from './outage.ts'
import { putStorm, toggle } from './what-if-state.ts'
import { kindWords } from './words.ts'

/** Lanes that are drawn: beyond, they cover each other. */
const FEW = 120
const STOCKED = new Set(['fulfilment_centre', 'shop'])

interface MapsProps {
  readonly map: NetworkMapReply
  readonly places: NetworkPlaces | undefined
  readonly asked: Asked
  /** Undefined while nothing is asked, or the answer is not there yet. */
  readonly answer: WhatIfReply | undefined
}

/** The network now, on which things are closed by a click, beside what is left of it. */
export function WhatIfMaps(props: MapsProps) {
  const pointed = useSignal(-1)
  return (
    <section class="card map-card" aria-label="Now and then">
      <div class="maps two">
        <figure class="map-figure">
          <figcaption>
            <b>Now</b>
            <span class="dim">click a site or a lane to close it, elsewhere to put a storm</span>
          </figcaption>
          <NowMap {...props} pointed={pointed} />
        </figure>
        <figure class="map-figure">
          <figcaption>
            <b>Then</b>
            <span class="dim">{thenWords(props)}</span>
          </figcaption>
          <ThenMap {...props} />
        </figure>
      </div>
      <p class="legend">
        <span>
          <b class="bad-t">×</b> closed
        </span>
        <span>
          <b class="bad-t">▲</b> reached no more
        </span>
        <span>
          <b class="warn-t">◆</b> at least six hours later
        </span>
      </p>
    </section>
  )
}

function thenWords({ answer }: MapsProps): string {
  if (answer === undefined) return 'what is left'
  const later = answer.areas.filter(({ change }) => change === 'later').length
  const lost = answer.areas.filter(({ change }) => change === 'unreached').length
  return later + lost === 0
    ? 'every area is reached as soon as now'
    : `${formatPlural(later, 'area')} later, ${formatPlural(lost, 'area')} not at all`
}

/** Where on the plane of the drawing a pointer stands. */
function planePoint(event: MouseEvent, { width, height }: NetworkMapReply): [number, number] {
  const box = (event.currentTarget as Element).getBoundingClientRect()
  return [
    ((event.clientX - box.left) / box.width) * width,
    ((event.clientY - box.top) / box.height) * height,
  ]
}

function NowMap({ map, places, asked, pointed }: MapsProps & { pointed: Signal<number> }) {
  const lanes = map.lanes.slice(0, FEW)
  const close = (mark: number): void => {
    const site = map.sites[mark]
    if (site !== undefined) toggle('close', site.siteId)
  }
  const press = (event: MouseEvent): void => {
    const mark = (event.target as Element).closest<SVGElement>('[data-lane], [data-site]')
    const { lane, site } = mark?.dataset ?? {}
    if (lane !== undefined) toggle('down', lane)
    if (site !== undefined) close(Number(site))
    if (mark !== null) return
    const area = areaAt(places?.areas ?? [], ...planePoint(event, map))
    const km = asked.storm?.km ?? USUAL_KM
    if (area !== undefined) putStorm({ lat: area.lat, lon: area.lon, km })
  }
  const words = ({ siteId, name, kind }: NetworkMapReply['sites'][number]): string =>
    `${name} · ${kindWords(kind)} · ${asked.sites.includes(siteId) ? 'closed' : 'open'}`
  const at = map.sites[pointed.value]
  return (
    <>
      <div
        class="map-room pick"
        role="listbox"
        aria-label="Sites to close"
        aria-multiselectable="true"
        aria-activedescendant={at === undefined ? undefined : `close-${pointed.value}`}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') close(pointed.peek())
          const next = markAfterKey(event.key, pointed.peek(), map.sites.length)
          if (next === undefined && event.key !== ' ') return
          event.preventDefault()
          if (next !== undefined) pointed.value = next
        }}
        onBlur={() => {
          pointed.value = -1
        }}
        onPointerOver={(event) => {
          const mark = (event.target as Element).closest<SVGElement>('[data-site]')
          pointed.value = mark === null ? -1 : Number(mark.dataset['site'])
        }}
        onClick={press}
      >
        <svg viewBox={`0 0 ${map.width} ${map.height}`} aria-hidden="true">
          <Ground map={map} />
          <Lanes lanes={lanes} down={asked.lanes} />
          <Sites map={map} closed={asked.sites} />
          <StormCircle places={places} asked={asked} />
          {at === undefined ? null : <circle cx={at.x} cy={at.y} r="11" class="ring" />}
        </svg>
        {map.sites.map((site, i) => (
          <span
            key={site.siteId}
            id={`close-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={asked.sites.includes(site.siteId)}
            class="unseen"
          >
            {words(site)}
          </span>
        ))}
      </div>
      <p class="readout lines" aria-live="polite">
        {at === undefined
          ? 'Arrows go through the sites, Enter closes one and opens it again.'
          : words(at)}
      </p>
    </>
  )
}

function ThenMap({ map, places, asked, answer }: MapsProps) {
  const stopped = new Set([...asked.lanes, ...(answer?.stoppedLanes ?? [])])
  const closed = [...asked.sites, ...(answer?.closed ?? []).map(({ siteId }) => siteId)]
  return (
    <>
      <div class="map-room still" role="img" aria-label="What is left">
        <svg viewBox={`0 0 ${map.width} ${map.height}`} aria-hidden="true">
          <Ground map={map} />
          <Lanes lanes={map.lanes.slice(0, FEW).filter(({ laneId }) => !stopped.has(laneId))} />
          <Areas answer={answer} />
          <Sites map={map} closed={closed} />
          <StormCircle places={places} asked={asked} />
        </svg>
      </div>
      <p class="readout lines">{areaWords(answer)}</p>
    </>
  )
}

/** The areas that most orders come from, by name. */
function areaWords(answer: WhatIfReply | undefined): string {
  const told = (answer?.areas ?? []).filter(({ change }) => change !== 'closed').slice(0, 3)
  if (told.length === 0) return ''
  const each = told.map(({ name, hoursBefore, hoursAfter }) =>
    hoursAfter === null
      ? `${name}: not reached`
      : `${name}: ${Math.round(hoursBefore ?? 0)} → ${Math.round(hoursAfter)} hours`,
  )
  return `Most orders: ${each.join('; ')}.`
}

interface LanesProps {
  readonly lanes: NetworkMapReply['lanes']
  readonly down?: readonly string[]
}

function Lanes({ lanes, down = [] }: LanesProps) {
  return (
    <g>
      {lanes.map(({ laneId, fromX, fromY, toX, toY }) => (
        <line
          key={laneId}
          x1={fromX}
          y1={fromY}
          x2={toX}
          y2={toY}
          class={down.includes(laneId) ? 'lane bad' : 'lane'}
          style={{ strokeWidth: down.includes(laneId) ? '4' : '2.2' }}
          data-lane={laneId}
        />
      ))}
    </g>
  )
}

function Sites({ map, closed }: { map: NetworkMapReply; closed: readonly string[] }) {
  return (
    <g>
      {map.sites.map(({ siteId, kind, x, y }, i) => {
        const half = STOCKED.has(kind) ? 5 : 3.2
        return closed.includes(siteId) ? (
          <g key={siteId} data-site={i} class="closed">
            <rect x={x - 7} y={y - 7} width="14" height="14" class="catch" />
            <path d={`M${x - 5.5} ${y - 5.5}l11 11m0 -11l-11 11`} class="cross" />
          </g>
        ) : (
          <rect
            key={siteId}
            x={x - half}
            y={y - half}
            width={2 * half}
            height={2 * half}
            rx={STOCKED.has(kind) ? 0 : half}
            class={STOCKED.has(kind) ? 'site stock' : 'site'}
            data-site={i}
          />
        )
      })}
    </g>
  )
}

function StormCircle({ places, asked: { storm } }: Pick<MapsProps, 'places' | 'asked'>) {
  const circle = storm === undefined ? undefined : stormOnMap(places?.areas ?? [], storm)
  return circle === undefined ? null : (
    <circle cx={circle.x} cy={circle.y} r={circle.r} class="storm" />
  )
}

/** Areas closed (×), reached no more (▲) or later (◆). */
function Areas({ answer }: { answer: WhatIfReply | undefined }) {
  return (
    <g>
      {(answer?.areas ?? []).map(({ areaId, change, x, y }) =>
        x === null || y === null ? null : (
          <path
            key={areaId}
            d={
              change === 'later'
                ? `M${x} ${y - 4}l4 4l-4 4l-4 -4Z`
                : change === 'unreached'
                  ? `M${x} ${y - 4.5}l4.5 7.5h-9Z`
                  : `M${x - 2.5} ${y - 2.5}l5 5m0 -5l-5 5`
            }
            class={`area-${change}`}
          />
        ),
      )}
    </g>
  )
}
