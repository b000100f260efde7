import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { actor, setActor } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { ReasonField, reasonFault } from './reason-field.tsx'

interface OverrideFormProps {
  /** What one of the things counted is called: unit, server. */
  readonly one: string
  readonly title: string
  /** What stands now, put into the field at first. */
  readonly initial: number
  readonly example: string
  /** What the quantity means, told below the field. */
  readonly noteOf: (quantity: number) => string
  /** Does it; true when it is done. */
  readonly onOverride: (quantity: number, reason: string) => Promise<boolean>
  /** A quantity that was chosen elsewhere and is to be given a reason. */
  readonly wished?: Signal<number | undefined>
}

/** Another quantity than the plan's, with a reason and a name: kept in the history. */
export function OverrideForm(props: OverrideFormProps) {
  const { one, title, initial, example, noteOf, onOverride, wished } = props
  const what = `${one.charAt(0).toUpperCase()}${one.slice(1)}s`
  const typed = useSignal(String(initial))
  const reason = useSignal('')
  const fault = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const reasonField = useRef<HTMLInputElement>(null)
  const wish = wished?.value
  useEffect(() => {
    if (wish === undefined || wished === undefined) return
    typed.value = String(wish)
    wished.value = undefined
    reasonField.current?.focus()
  }, [wish])
  const quantity = typed.value.trim() === '' ? Number.NaN : Number(typed.value)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    fault.value = faultOf(what, quantity, reason.value)
    if (fault.value !== undefined || busy.value) return
    busy.value = true
    const done = await onOverride(quantity, reason.value.trim())
    busy.value = false
    if (done) reason.value = ''
  }
  return (
    <form class="override" onSubmit={submit} noValidate aria-label={title}>
      <h3 class="full" style={{ marginBottom: 0 }}>
        {title}
      </h3>
      <label>
        <small>{what}</small>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value
          }}
        />
      </label>
      <ReasonField value={reason} example={example} field={reasonField} />
      <div class="row">
        <label style={{ flex: 1 }}>
          <span class="unseen">Your name</span>
          <input
            value={actor.value}
            maxLength={100}
            autocomplete="name"
            onChange={(event) => setActor(event.currentTarget.value.trim() || 'console')}
          />
        </label>
        <button type="submit" class="ghost" disabled={busy.value}>
          {Number.isFinite(quantity) ? `Override to ${formatPlural(quantity, one)}` : 'Override'}
        </button>
      </div>
      <p class={fault.value === undefined ? 'full dim' : 'full fault'} role="alert">
        {fault.value ?? (Number.isFinite(quantity) ? noteOf(quantity) : '')}
      </p>
    </form>
  )
}

/** What is wrong with a quantity and a reason, in words, or undefined. */
function faultOf(what: string, quantity: number, reason: string): string | undefined {
  if (!Number.isInteger(quantity) || quantity < 0)
    return `${what} must be a whole number from 0 on.`
  return reasonFault(reason)
}
