import type { PolicyOutcome } from '../../../src/api/schemas/outcome.ts'
import { isNarrow } from '../media.ts'
import { money, moneyBrief } from '../state.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'

interface Measure {
  readonly label: string
  readonly help: string
  readonly of: (policy: PolicyOutcome, write: (cents: number) => string) => string
}

/** The bound has no stock of its own: what it cannot say is a dash. */
const orDash = (value: number | null, format: (value: number) => string) =>
  value === null ? '–' : format(value)

const MEASURES: readonly Measure[] = [
  {
    label: 'Profit',
    help: 'Margin less holding and ordering',
    of: (p, write) => write(p.profitCents),
  },
  {
    label: 'Margin',
    help: 'Price less cost of what was sold',
    of: (p, write) => write(p.marginCents),
  },
  {
    label: 'Lost margin',
    help: 'Margin of what was asked for while out of stock',
    of: (p, write) => write(p.lostMarginCents),
  },
  { label: 'Holding', help: 'Cost of keeping stock', of: (p, write) => write(p.holdingCents) },
  { label: 'Ordering', help: 'Cost of placing orders', of: (p, write) => write(p.orderCents) },
  {
    label: 'In-stock rate',
    help: 'Share of open product-days that begin with stock',
    of: (p) => orDash(p.inStockRate, formatPercent),
  },
  {
    label: 'Fill rate',
    help: 'Share of the units asked for that were delivered from stock',
    of: (p) => orDash(p.fillRate, formatPercent),
  },
  {
    label: 'Turns a year',
    help: 'Sales at cost over mean stock',
    of: (p) => orDash(p.turns, formatMeasure),
  },
  { label: 'Orders', help: 'Order lines placed', of: (p) => orDash(p.orders, formatCount) },
]

/** Each measure of each policy, side by side. */
export function Measures({ policies }: { policies: readonly PolicyOutcome[] }) {
  const write = isNarrow.value && policies.length > 3 ? moneyBrief : money
  return (
    <table class="measures">
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Measure</span>
          </th>
          {policies.map((policy) => (
            <th key={policy.name} scope="col" title={policy.explanation} class={policy.role}>
              {policy.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {MEASURES.map((measure) => (
          <tr key={measure.label}>
            <th scope="row" title={measure.help}>
              {measure.label}
            </th>
            {policies.map((policy) => (
              <td key={policy.name} class={policy.role}>
                {measure.of(policy, write)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
