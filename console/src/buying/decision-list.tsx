import type { DecisionRecord } from '../../../src/api/schemas/buying.ts'
import { moment } from '../state.ts'
import { formatCount } from '../text/format.ts'

function sentence(record: DecisionRecord): string {
  const { action, by, fromQuantity, toQuantity } = record
  if (action === 'undo') return `${by} took the decision back`
  if (action === 'approve') return `${by} approved ${formatCount(toQuantity)}`
  return `${by} ordered ${formatCount(toQuantity)} instead of ${formatCount(fromQuantity)}`
}

/** Who decided what, when and why; newest first. */
export function DecisionList(props: {
  decisions: readonly DecisionRecord[]
  withTitles?: boolean
}) {
  return (
    <table class="facts">
      <thead class="unseen">
        <tr>
          <th scope="col">Decision</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {props.decisions.map((record) => (
          <tr key={record.decisionId}>
            <td>
              {props.withTitles === true ? <b>{record.title}: </b> : null}
              {sentence(record)}
              {record.reason === null ? null : <em class="dim">{` “${record.reason}”`}</em>}
            </td>
            <td class="num dim">{moment(record.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
