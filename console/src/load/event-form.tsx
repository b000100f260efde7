import { useSignal } from '@preact/signals'
import type { EventCalendar } from '../../../src/api/schemas/load-calendar.ts'
import { NameField } from '../search/name-field.tsx'
import type { EventPlan } from './calendar-changes.ts'
import { momentOf, wallTime } from './words.ts'

interface EventFormProps {
  readonly known: EventCalendar
  readonly timeZone: string
  /** The event as it stands, where one is changed. */
  readonly from?: EventPlan
  readonly verb: string
  /** True when it is done. */
  readonly onPlan: (plan: EventPlan) => Promise<boolean>
}

const FIELDS = ['name', 'kind', 'starts', 'ends', 'service', 'region', 'strength', 'note'] as const
type Fields = Record<(typeof FIELDS)[number], string>

function fieldsOf(from: EventPlan | undefined, timeZone: string): Fields {
  return {
    name: from?.name ?? '',
    kind: from?.kind ?? '',
    starts: from === undefined ? '' : wallTime(from.startsAt, timeZone),
    ends: from === undefined ? '' : wallTime(from.endsAt, timeZone),
    service: from?.serviceId ?? '',
    region: from?.region ?? '',
    strength: from?.strength == null ? '' : String(from.strength),
    note: from?.note ?? '',
  }
}

/** The plan that the fields name, or what is wrong with them. */
function planFrom(fields: Fields, timeZone: string): EventPlan | string {
  const startsAt = momentOf(fields.starts, timeZone)
  const endsAt = momentOf(fields.ends, timeZone)
  if (fields.name.trim() === '' || fields.kind.trim() === '') return 'Give it a name and a kind.'
  if (startsAt === undefined || endsAt === undefined) return 'Say when it starts and ends.'
  if (endsAt <= startsAt) return 'It ends before it starts.'
  const strength = fields.strength.trim() === '' ? null : Number(fields.strength)
  if (strength !== null && !(strength >= 0)) return 'A strength is a number from 0 on.'
  return {
    ...{ name: fields.name.trim(), kind: fields.kind.trim(), startsAt, endsAt, strength },
    serviceId: fields.service === '' ? null : fields.service,
    region: fields.region === '' ? null : fields.region,
    note: fields.note.trim() === '' ? null : fields.note.trim(),
  }
}

/** An event to come: what, when, where, how strong. */
export function EventForm({ known, timeZone, from, verb, onPlan }: EventFormProps) {
  const fields = useSignal(fieldsOf(from, timeZone))
  const fault = useSignal('')
  const set = (name: keyof Fields) => (event: { currentTarget: { value: string } }) => {
    fields.value = { ...fields.value, [name]: event.currentTarget.value }
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const plan = planFrom(fields.value, timeZone)
    fault.value = typeof plan === 'string' ? plan : ''
    if (typeof plan === 'string') return
    if (await onPlan(plan)) fields.value = fieldsOf(undefined, timeZone)
  }
  const { name, kind, starts, ends, service, region, strength, note } = fields.value
  return (
    <form class="event-form" onSubmit={submit} noValidate aria-label={verb}>
      <label>
        <small>Name</small>
        <input value={name} maxLength={200} placeholder="Spring sale" onInput={set('name')} />
      </label>
      <label>
        <small>Kind</small>
        <input
          value={kind}
          maxLength={40}
          placeholder="sale"
          list="event-kinds"
          onInput={set('kind')}
        />
        <datalist id="event-kinds">
          {known.kinds.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
      <label class="full">
        <small>Starts ({timeZone})</small>
        <input type="datetime-local" value={starts} onInput={set('starts')} />
      </label>
      <label class="full">
        <small>Ends</small>
        <input type="datetime-local" value={ends} min={starts} onInput={set('ends')} />
      </label>
      <label>
        <small>Service</small>
        <select value={service} onChange={set('service')}>
          <option value="">All services</option>
          {known.services.map((one) => (
            <option key={one.serviceId} value={one.serviceId}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <small>Region</small>
        <select value={region} onChange={set('region')}>
          <option value="">All regions</option>
          {known.regions.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        <small>Strength (usual: 1)</small>
        <input
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          placeholder="1"
          value={strength}
          onInput={set('strength')}
        />
      </label>
      <NameField />
      <label class="full">
        <small>Note</small>
        <input
          value={note}
          maxLength={500}
          placeholder="what others should know"
          onInput={set('note')}
        />
      </label>
      <div class="row full">
        <button type="submit" class="ghost">
          {verb}
        </button>
      </div>
      <p class="full fault" role="alert">
        {fault.value}
      </p>
    </form>
  )
}
