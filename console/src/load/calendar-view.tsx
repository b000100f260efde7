import { useEffect } from 'preact/hooks'
import type { CalendarEventInfo, EventCalendar } from '../../../src/api/schemas/load-calendar.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { formatMeasure, formatPlural } from '../text/format.ts'
import { planEvent } from './calendar-changes.ts'
import { CalendarPanel } from './calendar-panel.tsx'
import { EventForm } from './event-form.tsx'
import { calendar } from './load-state.ts'
import { type Clock, placeOf, whenWords } from './words.ts'

interface CalendarViewProps {
  readonly clock: Clock
  readonly timeZone: string
}

/** What is coming, entered by planners, and what each service's team says to it. */
export function CalendarView({ clock, timeZone }: CalendarViewProps) {
  useEffect(() => void calendar.load(), [])
  const known = calendar.data.value
  const error = calendar.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the calendar" retry={() => void calendar.load()} />
  }
  const rows = known?.events ?? []
  const open = rows.find(({ event }) => event.eventId === param('event'))
  return (
    <div class="split">
      <section aria-label="Calendar">
        <h2 class="view-head">{known?.sentence ?? ' '}</h2>
        <Grid
          label="Events to come, the next first"
          columns={columnsOf(clock)}
          total={rows.length}
          rowAt={(i) => rows[i]}
          rowHeight={{ wide: 54, narrow: 132 }}
          narrow={NARROW}
          onOpen={({ event }) => setParams({ event: event.eventId })}
          isOpen={({ event }) => event.eventId === open?.event.eventId}
          rowClass={({ withdrawn }) => (withdrawn ? 'load cut' : 'load')}
          none={<p class="dim">{known === undefined ? ' ' : 'Nothing is planned.'}</p>}
        />
        {known?.stale === true ? (
          <div class="calendar-stale">
            <p>
              <span class="warn-t" aria-hidden="true">
                ◆{' '}
              </span>
              The forecast does not know the latest answers. The nightly run takes them in, or now:
            </p>
            <CopyCommand command={known.command} />
          </div>
        ) : null}
      </section>
      {known === undefined || open === undefined ? (
        <EnterPanel known={known} timeZone={timeZone} />
      ) : (
        <CalendarPanel
          key={open.event.eventId}
          known={known}
          open={open}
          clock={clock}
          timeZone={timeZone}
        />
      )}
    </div>
  )
}

function EnterPanel({ known, timeZone }: { known: EventCalendar | undefined; timeZone: string }) {
  return (
    <SidePanel title="Enter what is coming" onClose={undefined} inPlace>
      <p class="dim">
        Every service is asked. Until its team disputes it, the event counts as entered; then the
        team’s own number counts, for its service alone.
      </p>
      {known === undefined ? null : (
        <EventForm known={known} timeZone={timeZone} verb="Enter the event" onPlan={planEvent} />
      )}
    </SidePanel>
  )
}

function columnsOf(clock: Clock): readonly Column<CalendarEventInfo>[] {
  return [
    {
      key: 'event',
      label: 'Event',
      width: 'minmax(120px, 1fr)',
      area: 'title',
      cell: ({ event, withdrawn }) => (
        <>
          <b>{withdrawn ? <s>{event.name}</s> : event.name}</b>
          <span class="sku">{placeOf(event)}</span>
        </>
      ),
    },
    {
      key: 'when',
      label: 'When',
      width: '184px',
      area: 'when',
      cell: ({ event: { startsAt, endsAt } }) => whenWords(clock, startsAt, endsAt),
    },
    {
      key: 'strength',
      label: 'Strength',
      width: '84px',
      numeric: true,
      help: 'Relative to the mean of its kind',
      area: 'strength',
      short: 'strength',
      cell: ({ event }) =>
        event.strength === null ? (
          <span class="dim">usual</span>
        ) : (
          `${formatMeasure(event.strength)} ×`
        ),
    },
    {
      key: 'answers',
      label: 'Answers',
      width: 'minmax(190px, 1fr)',
      area: 'answers',
      cell: (row) => <Answers row={row} />,
    },
  ]
}

const NARROW = {
  columns: 'minmax(0, 1fr) auto',
  areas: '"title strength" "when when" "answers answers"',
}

function Answers({ row }: { row: CalendarEventInfo }) {
  const { withdrawn, answers, counts } = row
  if (withdrawn) return <Chip tone="calm">withdrawn</Chip>
  const rest =
    counts.open === 0
      ? ''
      : counts.open === answers.length
        ? 'nobody has answered'
        : `${formatPlural(counts.open, 'service')} not yet`
  const words = [counts.confirmed > 0 ? `${counts.confirmed} confirmed` : '', rest]
    .filter(Boolean)
    .join(', ')
  if (counts.disputed > 0) {
    return (
      <>
        <Chip tone="bad">{counts.disputed} disputed</Chip>
        <span class="unit">{words}</span>
      </>
    )
  }
  return <Chip tone={counts.open === 0 ? 'ok' : 'warn'}>{words || 'nobody is asked'}</Chip>
}
