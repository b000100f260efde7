import type { BuyingLine, BuyingLineDetail } from '../../../src/api/schemas/buying.ts'
import { FanChart } from '../charts/fan-chart.tsx'
import { Bone } from '../parts/bone.tsx'
import { BreakdownChart } from '../parts/breakdown.tsx'
import { Chip } from '../parts/chip.tsx'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { date, lineDetails, moment, money, moneyChange } from '../state.ts'
import { capital, formatCount, formatDaysAhead, formatPlural } from '../text/format.ts'
import { approve, undo } from './buying-state.ts'
import { DecisionList } from './decision-list.tsx'
import { OverrideForm, wishQuantity } from './override-form.tsx'
import type { PlanRow } from './plan-rows.ts'

/** Why this line, what else could be done, and the way to decide otherwise. */
export function LinePanel({ row, onClose }: { row: PlanRow; onClose: () => void }) {
  const { line } = row
  const resource = lineDetails.of(line.lineId)
  const detail = resource.data.value
  const error = resource.error.value
  return (
    <SidePanel title={line.title} id={line.productId} onClose={onClose}>
      <p class="lead" style={{ '--lines': '3' }}>
        {detail?.sentence ?? <Bone width="90%" />}
      </p>
      <Facts row={row} />
      <Decide row={row} />
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this line" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '560px' }} aria-busy="true" />
      ) : (
        <Reasons detail={detail} />
      )}
    </SidePanel>
  )
}

function Facts({ row: { line, units } }: { row: PlanRow }) {
  const cases =
    line.casePack === null
      ? ''
      : ` = ${formatPlural(line.quantity / line.casePack, 'case')} of ${line.casePack}`
  return (
    <>
      <p style={{ margin: '8px 0 0', display: 'flex', flexWrap: 'wrap', gap: '4px 10px' }}>
        {line.daysToRunOut === null ? null : (
          <Chip tone={line.severity}>{runOutWords(line.daysToRunOut, line.runOutOn)}</Chip>
        )}
        <span class="dim">
          {formatCount(line.onHand)} on hand
          {line.incoming > 0 ? `, ${formatCount(line.incoming)} coming` : ''}
        </span>
      </p>
      <p class="dim" style={{ marginTop: '6px' }}>
        {`${formatPlural(line.quantity, 'unit')}${cases} at ${money(line.unitCostCents)}`}
        {line.vendor === null ? '' : `, from ${line.vendor}`}
      </p>
      {line.decision === null && units < line.quantity ? (
        <p class="warn-t" style={{ marginTop: '6px' }}>
          <span aria-hidden="true">◆ </span>
          {units === 0
            ? 'The budget ends before this line.'
            : `The budget pays for ${formatCount(units)} of ${formatPlural(line.quantity, 'unit')}.`}
        </p>
      ) : null}
    </>
  )
}

function runOutWords(days: number, on: string | null): string {
  if (days <= 0) return days < 0 ? 'out of stock' : 'runs out today'
  const day = on === null ? '' : ` ${date(on)},`
  return `runs out${day} in ${formatDaysAhead(days)}`
}

const DECIDED = { approved: 'Approved', overridden: 'Overridden', done: 'Ordered' } as const

function Decide({ row: { line, units } }: { row: PlanRow }) {
  const { decision, status } = line
  if (decision === null || status === 'proposed') {
    return (
      <p style={{ marginTop: '12px' }}>
        <button
          type="button"
          class="ghost"
          disabled={units === 0}
          onClick={() => void approve([line.lineId])}
        >
          {units === 0
            ? 'Nothing to approve at this budget'
            : `Approve ${formatPlural(units, 'unit')}`}
        </button>
      </p>
    )
  }
  return (
    <div class={`decided ${status === 'overridden' ? 'warn' : 'ok'}`}>
      <span>
        <span aria-hidden="true">{status === 'overridden' ? '◆' : '●'} </span>
        {`${DECIDED[status]}: ${formatPlural(decision.quantity, 'unit')}, ${money(decision.costCents)}, by ${decision.by}, ${moment(decision.at)}`}
        {decision.reason === null ? null : <em>{` “${decision.reason}”`}</em>}
      </span>
      {status === 'done' ? null : (
        <button type="button" class="ghost" onClick={() => void undo([line.lineId])}>
          Undo
        </button>
      )}
    </div>
  )
}

function Reasons({ detail }: { detail: BuyingLineDetail }) {
  const { line } = detail
  return (
    <>
      <FanChart
        title="Units a day"
        history={detail.history}
        forecast={detail.forecast}
        events={detail.events}
        closedDays={detail.closedDays}
        priceCents={line.priceCents}
      />
      {detail.breakdowns.map((breakdown) => (
        <BreakdownChart key={breakdown.title} breakdown={breakdown} />
      ))}
      <h3>Why now</h3>
      <ul>
        {detail.reasons.map((reason) => (
          <li key={reason}>{capital(reason)}</li>
        ))}
        {detail.arrivesOn === null ? null : (
          <li>{`Ordered today, it arrives about ${date(detail.arrivesOn)}`}</li>
        )}
      </ul>
      <Alternatives detail={detail} line={line} />
      {line.status === 'done' ? null : <OverrideForm key={line.lineId} line={line} />}
      {detail.decisions.length === 0 ? null : (
        <>
          <h3>Decisions on this line</h3>
          <DecisionList decisions={detail.decisions} />
        </>
      )}
      <p style={{ marginTop: '16px' }}>
        <Link to={{ page: 'demand', params: { product: line.productId } }}>
          How good is this forecast?
        </Link>
      </p>
    </>
  )
}

function Alternatives({ detail, line }: { detail: BuyingLineDetail; line: BuyingLine }) {
  return (
    <>
      <h3 id="choices">Other choices</h3>
      <table class="facts" aria-labelledby="choices">
        <thead>
          <tr>
            <th scope="col">Instead</th>
            <th scope="col" class="num">
              Cost
            </th>
            <th scope="col">Then</th>
            <th scope="col" class="num">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {detail.alternatives.map((choice) => (
            <tr key={choice.label}>
              <td>
                {choice.quantity === null || line.status === 'done' ? (
                  choice.label
                ) : (
                  <button
                    type="button"
                    class="plain"
                    style={{ padding: 0 }}
                    title="Put this quantity into the form below"
                    onClick={() => wishQuantity(choice.quantity!)}
                  >
                    {choice.label}
                  </button>
                )}
              </td>
              <td class="num">{money(choice.costCents)}</td>
              <td>{choice.consequence}</td>
              <td class={`num ${choice.differenceCents < 0 ? 'bad-t' : 'ok-t'}`}>
                {moneyChange(choice.differenceCents)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
