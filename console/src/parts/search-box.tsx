import { isNarrow } from '../media.ts'

/** The search of a page; `/` goes to it from anywhere. */
export function SearchBox(props: {
  label: string
  value: string
  onInput: (text: string) => void
}) {
  return (
    <label class="find">
      <span class="unseen">{props.label}</span>
      <input
        id="find"
        type="search"
        placeholder={isNarrow.value ? props.label : `${props.label}   /`}
        value={props.value}
        style={{ width: '100%' }}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  )
}
