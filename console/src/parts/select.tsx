interface SelectProps {
  readonly label: string
  readonly value: string
  /** What '' stands for. */
  readonly all: string
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly onChange: (value: string) => void
  readonly class?: string
}

/** A filter or an order, as the browser's own list. */
export function Select({ label, value, all, options, onChange, ...rest }: SelectProps) {
  return (
    <label {...rest}>
      <span class="unseen">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
