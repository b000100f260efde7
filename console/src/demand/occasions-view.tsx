import type { EventEffect } from '../../../src/api/schemas/explain.ts'
import { EventProfile, offsetShort, offsetWords, timesText } from '../charts/event-profile.tsx'
import { type Column, Grid } from '../grid/grid.tsx'
import { isWide } from '../media.ts'
import { SidePanel } from '../parts/panel.tsx'
import { Spark } from '../parts/spark.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { date, eventLists } from '../state.ts'
import { capital, formatPlural } from '../text/format.ts'

const COLUMNS: readonly Column<EventEffect>[] = [
  {
    key: 'name',
    label: 'Occasion',
    width: 'minmax(140px, 1fr)',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.name}>{row.name}</b>
        <span class="sku">{row.kind}</span>
      </>
    ),
  },
  {
    key: 'next',
    label: 'Next',
    width: '92px',
    area: 'next',
    short: 'next',
    end: true,
    cell: (row) =>
      row.nextOn === null ? <span class="dim">no date</span> : <span>{date(row.nextOn)}</span>,
  },
  {
    key: 'profile',
    label: 'Around it',
    width: '92px',
    area: 'spark',
    cell: (row) => <Spark values={row.profile.map((day) => day.multiplier)} />,
  },
  {
    key: 'peak',
    label: 'Strongest day',
    width: '112px',
    numeric: true,
    help: 'Demand over what it would have been; 4 in 5 sure of the range below it',
    area: 'peak',
    end: true,
    cell: ({ peak }) => (
      <>
        {timesText(peak.multiplier)}
        <span class="unit">{`${timesText(peak.low)} – ${timesText(peak.high)}`}</span>
      </>
    ),
  },
  {
    key: 'when',
    label: 'When',
    width: '108px',
    area: 'when',
    cell: ({ peak }) => <span class="dim">{offsetShort(peak.offset)}</span>,
  },
  {
    key: 'seen',
    label: 'Learned from',
    width: '92px',
    numeric: true,
    area: 'seen',
    end: true,
    cell: (row) => formatPlural(row.occurrences, 'date'),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title next" "spark spark peak" "when when seen"',
}

/** What can be asked for while nothing is known. */
const ALL = { segment: 'all', label: 'All products' }

/** What holidays, promotions and fairs do to demand; the next one first. */
export function OccasionsView() {
  const kind = param('of') ?? 'all'
  const resource = eventLists.of(kind)
  const known = resource.data.value
  const error = resource.error.value
  const rows = known?.events ?? []
  const segments = known?.segments.length ? known.segments : [ALL]
  const open = param('event') ?? (isWide.value ? rows[0]?.name : undefined)
  const effect = rows.find((row) => row.name === open)
  return (
    <div class="split">
      <section aria-label="Occasions">
        <div class="bar-row words">
          <p>{wordsOf(known?.events)}</p>
          <label>
            <span class="unseen">Products</span>
            <select
              value={kind}
              disabled={segments.length < 2}
              onChange={(event) => {
                const of = event.currentTarget.value
                setParams({ of: of === 'all' ? null : of })
              }}
            >
              {segments.map(({ segment, label }) => (
                <option key={segment} value={segment}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        {error !== undefined && known === undefined ? (
          <Trouble error={error} what="the occasions" retry={() => void resource.load()} />
        ) : (
          <Grid
            label="Occasions, the next one first"
            columns={COLUMNS}
            total={rows.length}
            rowAt={(index) => rows[index]}
            rowHeight={{ wide: 54, narrow: 112 }}
            narrow={NARROW}
            onOpen={(row) => setParams({ event: row.name })}
            isOpen={(row) => row.name === open}
            none={known === undefined ? '' : <NoOccasions command={known.command} />}
          />
        )}
      </section>
      {effect === undefined ? (
        <SidePanel title="What does an occasion do?" onClose={undefined} idle>
          <p class="dim">Choose an occasion to see its days one by one.</p>
        </SidePanel>
      ) : (
        <SidePanel
          title={effect.name}
          onClose={param('event') === undefined ? undefined : () => setParams({ event: null })}
          idle={param('event') === undefined}
        >
          <OccasionDetail effect={effect} />
        </SidePanel>
      )}
    </div>
  )
}

function wordsOf(events: readonly EventEffect[] | undefined): string {
  if (events === undefined) return ' '
  const next = events.find(({ nextOn }) => nextOn !== null)
  if (next === undefined) {
    return events.length === 0 ? 'No occasion was learned from yet.' : 'No occasion is planned.'
  }
  const { multiplier, offset } = next.peak
  return `${next.name} is next, on ${date(next.nextOn!)}: demand ${timesText(multiplier)} at its strongest, ${offsetWords(offset)}.`
}

function OccasionDetail({ effect }: { effect: EventEffect }) {
  const { nextOn, lastOn, occurrences } = effect
  const dates = [
    nextOn === null ? 'no date ahead' : `next on ${date(nextOn)}`,
    ...(lastOn === null ? [] : [`last on ${date(lastOn)}`]),
    `learned from ${formatPlural(occurrences, 'past date')}`,
  ]
  return (
    <>
      <p class="lead" style={{ '--lines': '1' }}>
        {`${capital(dates.join(', '))}.`}
      </p>
      <h3>Demand over what it would have been</h3>
      <EventProfile effect={effect} height={170} />
      {nextOn === null ? (
        <p class="dim" style={{ marginTop: '12px' }}>
          Put its next date into the table events of the feed, and the forecast plans for it.
        </p>
      ) : null}
      {occurrences < 2 ? (
        <p class="dim" style={{ marginTop: '12px' }}>
          One past date says little: the band is wide. Earlier dates in the table events, with the
          sales around them, make it narrower.
        </p>
      ) : null}
    </>
  )
}

function NoOccasions({ command }: { command: string }) {
  return (
    <>
      <p style={{ whiteSpace: 'normal', marginBottom: '10px' }}>
        Nothing is known of holidays and promotions. Put their dates, past and planned, into the
        table events of the feed; then import it and forecast again.
      </p>
      <CopyCommand command={command} />
    </>
  )
}
