import { cpuTime } from './words.ts'

interface BeforeAfterProps {
  /** CPU ms of the median run as asked, and with the changes; undefined: none ran so yet. */
  readonly before: number
  readonly after: number | undefined
  /** The longest bar of the list, CPU ms. */
  readonly longest: number
}

/** Two bars: what a statement takes as it is asked, and with the changes. */
export function BeforeAfter({ before, after, longest }: BeforeAfterProps) {
  // The square root keeps a tenfold gain visible beside a statement that takes a second.
  const share = (ms: number) => ({ '--share': Math.sqrt(ms / Math.max(longest, 1e-9)) })
  return (
    <span class="before-after">
      <span>
        <i style={share(before)} />
        <span>{cpuTime(before)}</span>
      </span>
      {after === undefined ? null : (
        <span class="after">
          <i style={share(after)} />
          <span>{cpuTime(after)}</span>
        </span>
      )}
    </span>
  )
}
