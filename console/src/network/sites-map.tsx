import { useSignal } from '@preact/signals'
import type {
  PlannedPlace,
  SiteStepRow,
  SitesPlan,
} from '../../../src/api/schemas/network-sites.ts'
import { markAfterKey } from '../charts/pointed.ts'
import { Segments } from '../parts/segments.tsx'
import { setParams } from '../router.ts'
import { formatCount } from '../text/format.ts'
import { lastStep } from './site-rooms.ts'
import { scenarioInAddress, yearInAddress } from './sites-state.ts'
import { stepWords } from './sites-words.ts'

/** A building on the map at the end of a year. */
interface Building {
  readonly place: PlannedPlace
  readonly roomM3: number | null
  readonly step: SiteStepRow | undefined
}

/** Half the side of a building of usual room, on the plane of the map. */
const USUAL_HALF = 5.5
const LEAST_HALF = 3.5

/** Buildings by year and way of demand, with what has changed since today. */
export function SitesMap({ plan }: { plan: SitesPlan }) {
  const scenario = scenarioInAddress(plan)
  const year = yearInAddress(plan)
  const years = Array.from({ length: plan.years + 1 }, (_, t) => ({
    value: String(t),
    label: t === 0 ? 'Today' : t === 1 ? 'Year 1' : String(t),
  }))
  return (
    <section class="card map-card" id="grid" tabIndex={-1} aria-label="Map of buildings">
      <div class="chart-head">
        <h2>{year === 0 ? 'Buildings today' : `Buildings at the end of year ${year}`}</h2>
        <div class="map-tools">
          <Segments
            label="Year"
            value={String(year)}
            options={years}
            onChange={(next) => setParams({ year: next === String(plan.years) ? null : next })}
          />
          {plan.scenarios.length < 2 ? null : (
            <Segments
              label="Demand goes"
              value={scenario}
              options={plan.scenarios.map(({ name }) => ({ value: name, label: name }))}
              onChange={(next) => setParams({ scenario: next })}
            />
          )}
        </div>
      </div>
      <Drawing plan={plan} buildings={buildingsOf(plan, scenario, year)} year={year} />
      <Legend />
    </section>
  )
}

function buildingsOf({ map, steps }: SitesPlan, scenario: string, year: number): Building[] {
  return map.places.flatMap((place) => {
    const step = lastStep(steps, place.siteId, scenario, year)
    const roomM3 = step === undefined ? place.roomM3 : step.sizeM3
    return roomM3 === 0 && step === undefined ? [] : [{ place, roomM3, step }]
  })
}

function buildingWords({ place, roomM3, step }: Building): string {
  const room = roomM3 === null ? 'room not stated' : `${formatCount(roomM3)} m³`
  if (step !== undefined) return `${place.name} · ${stepWords(step)}`
  return `${place.name} · ${place.kind === 'shop' ? 'shop' : 'as today'}, ${room}`
}

interface DrawingProps {
  readonly plan: SitesPlan
  readonly buildings: readonly Building[]
  readonly year: number
}

function Drawing({ plan: { map }, buildings, year }: DrawingProps) {
  const pointed = useSignal(-1)
  const at = buildings[pointed.value]
  const open = (index: number): void => {
    const step = buildings[index]?.step
    if (step !== undefined) setParams({ step: step.stepId })
  }
  const under = (event: Event): number => {
    const mark = (event.target as Element).closest<SVGElement>('[data-mark]')
    return mark === null ? -1 : Number(mark.dataset['mark'])
  }
  return (
    <figure class="map-figure">
      <div
        class="map-room"
        role="listbox"
        aria-label="Buildings"
        aria-activedescendant={at === undefined ? undefined : `building-${pointed.value}`}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter') open(pointed.peek())
          const next = markAfterKey(event.key, pointed.peek(), buildings.length)
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
          pointed.value = under(event)
        }}
        onClick={(event) => open(under(event))}
      >
        <svg viewBox={`0 0 ${map.width} ${map.height}`} aria-hidden="true">
          <path d={map.country} class="region whole" />
          <path d={map.states} class="states" />
          {map.areas.map(({ x, y }) => (
            <circle key={`${x} ${y}`} cx={x} cy={y} r="4" class="region whole" />
          ))}
          {buildings.map((one, i) => (
            <Mark key={one.place.siteId} building={one} usual={usualRoom(map.places)} index={i} />
          ))}
          {at === undefined ? null : <circle cx={at.place.x} cy={at.place.y} r="13" class="ring" />}
        </svg>
        {buildings.map((one, i) => (
          <span
            key={one.place.siteId}
            id={`building-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected="false"
            class="unseen"
          >
            {buildingWords(one)}
          </span>
        ))}
      </div>
      <p class="readout lines" aria-live="polite">
        {at === undefined ? countWords(buildings, year) : buildingWords(at)}
      </p>
    </figure>
  )
}

function countWords(buildings: readonly Building[], year: number): string {
  const open = buildings.filter(({ roomM3 }) => roomM3 !== 0).length
  const changed = buildings.filter(({ step }) => step !== undefined).length
  const then =
    year === 0 ? '' : `, ${changed === 0 ? 'none of them changed' : `${changed} places changed`}`
  return `${formatCount(open)} buildings are open${then}. Point at one to read it; arrows move, Enter shows why.`
}

function usualRoom(places: readonly PlannedPlace[]): number {
  const rooms = places.flatMap(({ kind, roomM3 }) =>
    kind === 'centre' && roomM3 !== null && roomM3 > 0 ? [roomM3] : [],
  )
  return rooms.sort((a, b) => a - b)[Math.floor(rooms.length / 2)] ?? 1
}

interface MarkProps {
  readonly building: Building
  readonly usual: number
  readonly index: number
}

/** As today a square by room, opened a triangle, enlarged a square in a frame, closed a cross. */
function Mark({ building: { place, roomM3, step }, usual, index }: MarkProps) {
  const { x, y, kind } = place
  const half = Math.max(LEAST_HALF, USUAL_HALF * Math.sqrt((roomM3 ?? usual) / usual))
  if (step?.action === 'close')
    return (
      <g class="closed" data-mark={index}>
        <rect x={x - 7} y={y - 7} width="14" height="14" class="catch" />
        <path d={`M${x - 5.5} ${y - 5.5}l11 11m0 -11l-11 11`} class="cross" />
      </g>
    )
  if (place.kind === 'new')
    return (
      <path
        d={`M${x} ${y - 1.3 * half}L${x + 1.2 * half} ${y + 0.9 * half}H${x - 1.2 * half}Z`}
        class="site opened"
        data-mark={index}
      />
    )
  if (kind === 'shop') return <circle cx={x} cy={y} r="2.6" class="site" data-mark={index} />
  return (
    <g data-mark={index}>
      {step?.action === 'enlarge' ? (
        <rect
          x={x - half - 3}
          y={y - half - 3}
          width={2 * half + 6}
          height={2 * half + 6}
          class="frame"
        />
      ) : null}
      <rect x={x - half} y={y - half} width={2 * half} height={2 * half} class="site stock" />
    </g>
  )
}

function Legend() {
  const shapes = [
    [
      'as today, larger: more room',
      <rect key="a" x="-4" y="-4" width="8" height="8" class="site stock" />,
    ],
    ['opened', <path key="b" d="M0 -5L5 4H-5Z" class="site opened" />],
    [
      'enlarged',
      <g key="c">
        <rect x="-5.5" y="-5.5" width="11" height="11" class="frame" />
        <rect x="-3" y="-3" width="6" height="6" class="site stock" />
      </g>,
    ],
    ['closed', <path key="d" d="M-4 -4l8 8m0 -8l-8 8" class="cross" />],
  ] as const
  return (
    <p class="legend">
      {shapes.map(([words, shape]) => (
        <span key={words}>
          <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
            {shape}
          </svg>
          {words}
        </span>
      ))}
    </p>
  )
}
