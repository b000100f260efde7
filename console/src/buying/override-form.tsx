import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { BuyingLine } from '../../../src/api/schemas/buying.ts'
import { actor, money, setActor } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { override } from './buying-state.ts'

const wished = signal<number | undefined>(undefined)

/** Puts a quantity into the form, to be given a reason. */
export function wishQuantity(quantity: number): void {
  wished.value = quantity
}

/** What is wrong with a quantity and a reason, in words, or undefined. */
function faultOf(quantity: number, reason: string): string | undefined {
  if (!Number.isInteger(quantity) || quantity < 0) return 'Units must be a whole number from 0 on.'
  if (reason.trim().length < 3) return 'Say why in a few words, so that others understand it later.'
  return undefined
}

/** Another quantity, with a reason and a name: kept in the history. */
export function OverrideForm({ line }: { line: BuyingLine }) {
  const units = useSignal(String(line.decision?.quantity ?? line.quantity))
  const reason = useSignal('')
  const fault = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const reasonField = useRef<HTMLInputElement>(null)
  const wish = wished.value
  useEffect(() => {
    if (wish === undefined) return
    units.value = String(wish)
    wished.value = undefined
    reasonField.current?.focus()
  }, [wish])
  const quantity = units.value.trim() === '' ? Number.NaN : Number(units.value)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    fault.value = faultOf(quantity, reason.value)
    if (fault.value !== undefined || busy.value) return
    busy.value = true
    const done = await override(line.lineId, quantity, reason.value.trim())
    busy.value = false
    if (done) reason.value = ''
  }
  return (
    <form class="override" onSubmit={submit} noValidate aria-label="Order another quantity">
      <h3 class="full" style={{ marginBottom: 0 }}>
        Order another quantity
      </h3>
      <label>
        <small>Units</small>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          value={units.value}
          onInput={(event) => {
            units.value = event.currentTarget.value
          }}
        />
      </label>
      <label>
        <small>Reason</small>
        <input
          ref={reasonField}
          value={reason.value}
          placeholder="such as: vendor is moving"
          maxLength={500}
          onInput={(event) => {
            reason.value = event.currentTarget.value
          }}
        />
      </label>
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
          {Number.isFinite(quantity) ? `Override to ${formatPlural(quantity, 'unit')}` : 'Override'}
        </button>
      </div>
      <p class={fault.value === undefined ? 'full dim' : 'full fault'} role="alert">
        {fault.value ?? noteOf(line, quantity)}
      </p>
    </form>
  )
}

function noteOf(line: BuyingLine, quantity: number): string {
  if (!Number.isFinite(quantity)) return ''
  const cost = money(quantity * line.unitCostCents)
  const pack = line.casePack ?? 1
  return quantity % pack === 0 ? `Costs ${cost}.` : `Costs ${cost}; not in whole cases of ${pack}.`
}
