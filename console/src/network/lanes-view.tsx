import { useEffect } from 'preact/hooks'
import type { LaneRow } from '../../../src/api/schemas/network-lanes.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Select } from '../parts/select.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { money, moneyBrief } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { LanePanel } from './lane-panel.tsx'
import { firstOrder, lanes, lanesQuery } from './network-state.ts'
import { fillTone, PURPOSES } from './words.ts'

export function fillOf({ status, fill, departuresBefore }: LaneRow) {
  if (status === 'closed') {
    return (
      <>
        <Chip tone="calm">closed</Chip>
        <span class="unit">{`ran ${formatCount(departuresBefore)} a week`}</span>
      </>
    )
  }
  return <Chip tone={fillTone(fill)}>{formatPercent(fill, 0)}</Chip>
}

const COLUMNS: readonly Column<LaneRow>[] = [
  {
    key: 'lane',
    label: 'Lane',
    width: 'minmax(150px, 1fr)',
    sort: 'lane',
    area: 'lane',
    cell: ({ from, to, purpose }) => (
      <>
        <b title={`${from} → ${to}`}>{`${from} → ${to}`}</b>
        <span class="sku">{PURPOSES[purpose]}</span>
      </>
    ),
  },
  {
    key: 'empty',
    label: 'Empty room',
    width: '92px',
    numeric: true,
    sort: 'empty',
    help: 'What a week pays for room that goes empty, of its whole cost',
    area: 'empty',
    short: 'empty',
    cell: ({ status, emptyCents, costCents }) =>
      status === 'closed' ? (
        <span class="dim">–</span>
      ) : (
        <>
          {money(emptyCents)}
          <span class="unit">{`of ${money(costCents)}`}</span>
        </>
      ),
  },
  {
    key: 'fill',
    label: 'Filled',
    width: '100px',
    sort: 'fill',
    help: 'Expected share of the room that is filled',
    area: 'fill',
    end: true,
    cell: fillOf,
  },
  {
    key: 'departures',
    label: 'Trucks a week',
    width: '90px',
    numeric: true,
    sort: 'departures',
    area: 'trucks',
    short: 'trucks',
    cell: ({ departuresAWeek, departuresBefore }) => (
      <>
        {formatCount(departuresAWeek)}
        <span class="unit">
          {departuresAWeek === departuresBefore
            ? 'as today'
            : `today ${formatCount(departuresBefore)}`}
        </span>
      </>
    ),
  },
  {
    key: 'volume',
    label: 'm³ a week',
    width: '84px',
    numeric: true,
    sort: 'volume',
    help: 'Expected volume; below it that of the fullest week planned for',
    area: 'volume',
    short: 'm³',
    cell: ({ meanM3, mostM3 }) => (
      <>
        {formatMeasure(meanM3)}
        <span class="unit">{`most ${formatMeasure(mostM3)}`}</span>
      </>
    ),
  },
  {
    key: 'worth',
    label: 'Without it',
    width: '84px',
    numeric: true,
    sort: 'worth',
    help: 'What a week would cost more without it',
    area: 'worth',
    short: 'without',
    end: true,
    cell: ({ status, worthCents }) =>
      status === 'closed' ? (
        <span class="dim">–</span>
      ) : worthCents === null ? (
        <span class="dim">late</span>
      ) : (
        `${worthCents > 0 ? '+' : ''}${moneyBrief(worthCents)}`
      ),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(96px, auto)',
  areas: '"lane lane fill" "empty empty trucks" "volume volume worth"',
}

const SORTS = [
  ['fill', 'Emptiest'],
  ['cost', 'Dearest'],
  ['departures', 'Most trucks'],
  ['volume', 'Most volume'],
  ['worth', 'Least worth it'],
  ['lane', 'By name'],
] as const

function sortBy(key: string): void {
  const before = param('sort') ?? 'empty'
  const again = before === key && param('order') === undefined
  const order = again ? (firstOrder(key) === 'asc' ? 'desc' : 'asc') : null
  setParams({ sort: key === 'empty' ? null : key, order })
}

/** The lanes, most money for empty room first, and why each runs as it does. */
export function LanesView() {
  const asked = lanesQuery.value
  useEffect(() => lanes.ask(asked), [asked])
  const state = lanes.state.value
  const error = lanes.error.value
  if (error !== undefined && state === undefined) {
    return <Trouble error={error} what="the plan of lanes" retry={() => lanes.retry()} />
  }
  const sort = param('sort') ?? 'empty'
  return (
    <div class="split">
      <section aria-label="Lanes">
        <Filters total={state?.total} />
        <Grid
          label="Lanes, most money for empty room first"
          columns={COLUMNS}
          total={state?.total ?? 0}
          rowAt={lanes.rowAt}
          rowHeight={{ wide: 54, narrow: 124 }}
          narrow={NARROW}
          sort={{ key: sort, descending: (param('order') ?? firstOrder(sort)) === 'desc' }}
          onSort={sortBy}
          onOpen={(row) => setParams({ lane: row.laneId })}
          isOpen={(row) => row.laneId === param('lane')}
          rowClass={(row) => (row.status === 'closed' ? 'cut' : '')}
          onWindow={lanes.cover}
          none={state === undefined ? '' : <p>No lane matches.</p>}
        />
      </section>
      <LaneSide />
    </div>
  )
}

/** The lane in the address, or what choosing one would show. */
export function LaneSide() {
  const open = param('lane')
  return open === undefined ? (
    <SidePanel title="Why this lane?" onClose={undefined} idle>
      <p class="dim">
        Choose one to see what it is for, when it leaves, and what else could be done.
      </p>
    </SidePanel>
  ) : (
    <LanePanel laneId={open} onClose={() => setParams({ lane: null })} />
  )
}

function Filters({ total }: { total: number | undefined }) {
  return (
    <div class="bar-row">
      <SearchBox label="Find a lane" value={param('q') ?? ''} onInput={(q) => setParams({ q })} />
      <Select
        label="Purpose"
        value={param('purpose') ?? ''}
        all="Any purpose"
        options={Object.entries(PURPOSES)}
        onChange={(purpose) => setParams({ purpose })}
      />
      <Select
        label="Status"
        value={param('status') ?? ''}
        all="Run or closed"
        options={[
          ['runs', 'Run'],
          ['closed', '○ Closed'],
        ]}
        onChange={(status) => setParams({ status })}
      />
      <Select
        label="Order"
        value={param('sort') ?? ''}
        all="Worst first"
        options={SORTS}
        onChange={(sort) => setParams({ sort, order: null })}
      />
      <span class="count" aria-live="polite">
        {total === undefined ? '' : formatPlural(total, 'lane')}
      </span>
    </div>
  )
}
