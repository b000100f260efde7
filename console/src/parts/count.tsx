import { formatPlural } from '../text/format.ts'

interface CountProps {
  readonly total: number | undefined
  readonly noun: string
  /** Whether the server knows more than the list shows. */
  readonly waiting: boolean
  readonly show: () => void
}

/** How many rows there are, or a button that shows what has changed since. Both take the same room. */
export function Count({ total, noun, waiting, show }: CountProps) {
  return (
    <span class="count" aria-live="polite">
      {waiting ? (
        <button type="button" class="plain news-button" onClick={show}>
          Show new
        </button>
      ) : total === undefined ? (
        ''
      ) : (
        formatPlural(total, noun)
      )}
    </span>
  )
}
