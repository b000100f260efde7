import { useEffect } from 'preact/hooks'
import type { TruckPage, TruckRow } from '../../../src/api/schemas/network-lanes.ts'
import { usePointed } from '../charts/pointed.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Segments } from '../parts/segments.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { money } from '../state.ts'
import { capital, formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { LaneSide } from './lanes-view.tsx'
import { DAYS, dayInAddress, truckDay, trucks, trucksQuery } from './network-state.ts'
import { clockOf, fillTone, PURPOSES } from './words.ts'

const COLUMNS: readonly Column<TruckRow>[] = [
  {
    key: 'leaves',
    label: 'Leaves',
    width: '64px',
    numeric: true,
    help: 'Local time of where it starts; below it until when a parcel must be packed',
    area: 'leaves',
    cell: ({ minute, packedByMinute }) => (
      <>
        <b>{clockOf(minute)}</b>
        <span class="unit">{`by ${clockOf(packedByMinute)}`}</span>
      </>
    ),
  },
  {
    key: 'lane',
    label: 'Truck',
    width: 'minmax(140px, 1fr)',
    area: 'lane',
    cell: ({ from, to, purpose }) => (
      <>
        <b title={`${from} → ${to}`}>{`${from} → ${to}`}</b>
        <span class="sku">{PURPOSES[purpose]}</span>
      </>
    ),
  },
  {
    key: 'fill',
    label: 'Filled',
    width: '92px',
    help: 'Expected; the row is worst where most money goes for empty room',
    area: 'fill',
    end: true,
    cell: ({ fill }) => <Chip tone={fillTone(fill)}>{formatPercent(fill, 0)}</Chip>,
  },
  {
    key: 'm3',
    label: 'Carries, m³',
    width: '96px',
    numeric: true,
    area: 'm3',
    short: 'm³',
    cell: ({ m3, roomM3 }) => (
      <>
        {formatMeasure(m3)}
        <span class="unit">
          {roomM3 === null ? 'room not stated' : `of ${formatMeasure(roomM3)}`}
        </span>
      </>
    ),
  },
  {
    key: 'fullest',
    label: 'Fullest week',
    width: '96px',
    numeric: true,
    help: 'In the fullest week that is planned for; above 100 % some is left for hired trucks',
    area: 'fullest',
    short: 'most',
    cell: ({ fullestFill }) => (
      <span class={fullestFill > 1.0001 ? 'bad-t' : ''}>
        {fullestFill > 1.0001 ? '▲ ' : ''}
        {formatPercent(fullestFill, 0)}
      </span>
    ),
  },
  {
    key: 'cost',
    label: 'Cost',
    width: '76px',
    numeric: true,
    area: 'cost',
    short: 'cost',
    end: true,
    cell: ({ costCents }) => money(costCents),
  },
]

const NARROW = {
  columns: '58px minmax(0, 1fr) minmax(84px, auto)',
  areas: '"leaves lane fill" "leaves m3 cost" "leaves fullest fullest"',
}

/** The trucks of a day: when they leave, how full, and which run emptiest. */
export function TrucksView() {
  const asked = trucksQuery.value
  useEffect(() => trucks.ask(asked), [asked])
  const state = trucks.state.value
  const error = trucks.error.value
  if (error !== undefined && state === undefined) {
    return <Trouble error={error} what="the plan of lanes" retry={() => trucks.retry()} />
  }
  return (
    <>
      <Hours page={truckDay.value} />
      <div class="split">
        <section aria-label="Trucks of the day">
          <div class="bar-row trucks-bar">
            <SearchBox
              label="Find a truck"
              value={param('q') ?? ''}
              onInput={(q) => setParams({ q })}
            />
            <Segments
              label="Day"
              value={dayInAddress()}
              options={DAYS.map((day) => ({ value: day, label: capital(day.slice(0, 3)) }))}
              onChange={(day) => setParams({ day: day === 'monday' ? null : day })}
            />
            <span class="count" aria-live="polite">
              {state === undefined ? '' : formatPlural(state.total, 'truck')}
            </span>
          </div>
          <Grid
            label="Trucks of the day, most money for empty room first"
            columns={COLUMNS}
            total={state?.total ?? 0}
            rowAt={trucks.rowAt}
            rowHeight={{ wide: 54, narrow: 104 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ lane: row.laneId })}
            isOpen={(row) => row.laneId === param('lane')}
            onWindow={trucks.cover}
            none={state === undefined ? '' : <p>No truck leaves that day.</p>}
          />
        </section>
        <LaneSide />
      </div>
    </>
  )
}

/** How many trucks leave in each hour, and how full they go. */
function Hours({ page }: { page: TruckPage | undefined }) {
  const { index, point, handlers } = usePointed(24)
  const { tabIndex, ...keys } = handlers
  const hours = page?.hours ?? []
  const most = Math.max(1, ...hours.map(({ trucks: count }) => count))
  const words = (hour: number): string => {
    const { trucks: count, fill } = hours[hour] ?? { trucks: 0, fill: null }
    const full = fill === null ? '' : `, ${formatPercent(fill, 0)} full`
    return `${clockOf(60 * hour)} – ${clockOf(60 * (hour + 1))}: ${count === 0 ? 'no truck' : formatPlural(count, 'truck')}${full}`
  }
  return (
    <section class="card hours" aria-label="Trucks by hour" aria-busy={page === undefined}>
      <h2>
        {page === undefined
          ? '\u00a0'
          : `${formatCount(page.total)} trucks leave on ${capital(page.day)}${page.fill === null ? '' : `, ${formatPercent(page.fill, 0)} full`}`}
      </h2>
      <div
        class="hour-bars"
        role="listbox"
        aria-label="Trucks by hour of departure"
        aria-activedescendant={index < 0 ? undefined : `hour-${index}`}
        tabIndex={tabIndex}
        {...keys}
      >
        {Array.from({ length: hours.length }, (_, hour) => {
          const { trucks: count, fill } = hours[hour] ?? { trucks: 0, fill: null }
          return (
            <div
              key={hour}
              id={`hour-${hour}`}
              role="option"
              tabIndex={-1}
              aria-selected={hour === index}
              aria-label={words(hour)}
              class={fill === null ? '' : fillTone(fill)}
              onPointerEnter={() => point(hour)}
            >
              <i style={{ height: `${(100 * count) / most}%` }} />
              <small aria-hidden="true">{hour % 6 === 0 ? clockOf(60 * hour) : ''}</small>
            </div>
          )
        })}
      </div>
      <p class="readout" aria-live="polite">
        {index < 0
          ? 'By hour of departure, local time. Point at an hour; arrows move.'
          : words(index)}
      </p>
    </section>
  )
}
