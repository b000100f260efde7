import type { Signal } from '@preact/signals'
import type { RefObject } from 'preact'

interface ReasonFieldProps {
  readonly value: Signal<string>
  readonly example: string
  /** It takes the whole width of its form. */
  readonly full?: boolean
  readonly field?: RefObject<HTMLInputElement | null>
}

/** Why a person decides otherwise: kept in the history. */
export function ReasonField({ value, example, full = false, field }: ReasonFieldProps) {
  return (
    <label class={full ? 'full' : undefined}>
      <small>Reason</small>
      <input
        {...(field === undefined ? {} : { ref: field })}
        value={value.value}
        placeholder={`such as: ${example}`}
        maxLength={500}
        onInput={(event) => {
          value.value = event.currentTarget.value
        }}
      />
    </label>
  )
}

/** What is wrong with a reason, in words, or undefined. */
export function reasonFault(reason: string): string | undefined {
  return reason.trim().length < 3
    ? 'Say why in a few words, so that others understand it later.'
    : undefined
}
