import { useSignal } from '@preact/signals'
import type {
  CalendarEventInfo,
  EventAnswer,
  EventCalendar,
} from '../../../src/api/schemas/load-calendar.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { ReasonField, reasonFault } from '../parts/reason-field.tsx'
import { setParams } from '../router.ts'
import { NameField } from '../search/name-field.tsx'
import { formatMeasure } from '../text/format.ts'
import {
  changeEvent,
  confirmEvent,
  disputeEvent,
  planOf,
  withdrawEvent,
} from './calendar-changes.ts'
import { EventForm } from './event-form.tsx'
import { type Clock, placeOf, rate, secondsOf, whenWords } from './words.ts'

interface CalendarPanelProps {
  readonly known: EventCalendar
  readonly open: CalendarEventInfo
  readonly clock: Clock
  readonly timeZone: string
}

/** One event: what each service says to it, and what its planner may change. */
export function CalendarPanel({ known, open, clock, timeZone }: CalendarPanelProps) {
  const { event, plannedBy, plannedAt, note, withdrawn, answers } = open
  const changing = useSignal(false)
  const entered =
    plannedAt === null
      ? 'It came with a feed.'
      : `Entered by ${plannedBy}, ${clock.both(secondsOf(plannedAt))}.`
  const change = async (plan: ReturnType<typeof planOf>): Promise<boolean> => {
    const done = await changeEvent(event.eventId, plan)
    if (done) changing.value = false
    return done
  }
  return (
    <SidePanel title={event.name} id={placeOf(event)} onClose={() => setParams({ event: null })}>
      <p class="lead">
        {whenWords(clock, event.startsAt, event.endsAt)},{' '}
        {event.strength === null
          ? 'expected to be as its kind'
          : `expected at ${formatMeasure(event.strength)} × the mean of its kind`}
        . {entered}
        {note === null ? '' : ` “${note}”`}
      </p>
      {withdrawn ? (
        <p>
          <Chip tone="calm">withdrawn</Chip>{' '}
          <button type="button" class="ghost" onClick={() => void change(planOf(open))}>
            Enter it again
          </button>
        </p>
      ) : (
        <>
          <h3>What it means for each service</h3>
          {answers.length === 0 ? <p class="dim">No service is asked.</p> : null}
          <ul class="answers">
            {answers.map((answer) => (
              <Answer key={answer.serviceId} answer={answer} eventId={event.eventId} />
            ))}
          </ul>
          <NameField />
          <h3>The plan</h3>
          {changing.value ? (
            <EventForm
              known={known}
              timeZone={timeZone}
              from={planOf(open)}
              verb="Change the event"
              onPlan={change}
            />
          ) : (
            <div class="row">
              <button
                type="button"
                class="ghost"
                onClick={() => {
                  changing.value = true
                }}
              >
                Change…
              </button>
              <button type="button" class="ghost" onClick={() => void withdrawEvent(open)}>
                Withdraw
              </button>
            </div>
          )}
        </>
      )}
    </SidePanel>
  )
}

const TONE: Readonly<Record<EventAnswer['standing'], Tone>> = {
  open: 'warn',
  confirmed: 'ok',
  disputed: 'bad',
}
const STANDING = { open: 'not answered', confirmed: 'confirmed', disputed: 'disputed' } as const

/** What one service says; open answers can be given here, given ones be changed. */
function Answer({ answer, eventId }: { answer: EventAnswer; eventId: string }) {
  const { serviceId, name, standing, by, strength, reason, peakPerMinute, usualPerMinute } = answer
  const disputing = useSignal(false)
  const said =
    standing === 'open'
      ? ''
      : `${by}${standing === 'disputed' ? ` expects ${formatMeasure(strength)} ×` : ''}${reason === null ? '' : `: ${reason}`}`
  return (
    <li aria-label={name}>
      <div class="answer-head">
        <b>{name}</b>
        <Chip tone={TONE[standing]}>{STANDING[standing]}</Chip>
      </div>
      <p class="dim">
        {peakPerMinute === null || usualPerMinute === null
          ? 'Too far ahead for a peak in requests a minute.'
          : `The forecast expects ${rate(peakPerMinute)} a minute at its height, ${rate(usualPerMinute)} without it.`}
      </p>
      {said === '' ? null : <p>{said}</p>}
      {disputing.value ? (
        <DisputeForm
          answer={answer}
          eventId={eventId}
          onDone={() => {
            disputing.value = false
          }}
        />
      ) : (
        <div class="row">
          {standing === 'confirmed' ? null : (
            <button
              type="button"
              class="ghost"
              aria-label={`Confirm for ${name}`}
              onClick={() => void confirmEvent(eventId, serviceId)}
            >
              Confirm
            </button>
          )}
          <button
            type="button"
            class="ghost"
            aria-label={`Dispute for ${name}`}
            onClick={() => {
              disputing.value = true
            }}
          >
            {standing === 'disputed' ? 'Another number…' : 'Dispute…'}
          </button>
        </div>
      )}
    </li>
  )
}

interface DisputeFormProps {
  readonly answer: EventAnswer
  readonly eventId: string
  readonly onDone: () => void
}

/** The team's own number with its reason: a peak where the forecast has one, else a strength. */
function DisputeForm({ answer, eventId, onDone }: DisputeFormProps) {
  const { serviceId, name, peakPerMinute, strength } = answer
  const hasPeak = peakPerMinute !== null
  const wanted = useSignal(String(hasPeak ? peakPerMinute : strength))
  const reason = useSignal('')
  const fault = useSignal('')
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const value = wanted.value.trim() === '' ? Number.NaN : Number(wanted.value)
    fault.value = faultOf(value, reason.value)
    if (fault.value !== '') return
    const number = hasPeak ? { peakPerMinute: value } : { strength: value }
    if (await disputeEvent(eventId, serviceId, { ...number, reason: reason.value.trim() })) onDone()
  }
  return (
    <form class="override" onSubmit={submit} noValidate aria-label={`Dispute for ${name}`}>
      <label>
        <small>{hasPeak ? 'Peak a minute' : 'Strength'}</small>
        <input
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value
          }}
        />
      </label>
      <ReasonField value={reason} example="no promotion on our pages" />
      <div class="row">
        <button type="submit" class="ghost">
          Dispute
        </button>
        <button type="button" class="plain" onClick={onDone}>
          Cancel
        </button>
      </div>
      <p class={fault.value === '' ? 'full dim' : 'full fault'} role="alert">
        {fault.value || 'It counts for this service alone, from the next run on.'}
      </p>
    </form>
  )
}

function faultOf(value: number, reason: string): string {
  if (!(value >= 0)) return 'Give a number from 0 on.'
  return reasonFault(reason) ?? ''
}
