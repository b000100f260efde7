import { useSignal } from '@preact/signals'
import type { WarehouseAction } from '../../../src/api/schemas/warehouse.ts'
import { SidePanel } from '../parts/panel.tsx'
import { ReasonField, reasonFault } from '../parts/reason-field.tsx'
import { setParams } from '../router.ts'
import { moment } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { ChangeButton, StatusChip } from './change-button.tsx'
import { refuse } from './changes.ts'
import { cpuTime, KIND_WORDS, netGain, size } from './words.ts'

/** Why a change, what it saves and costs, and the way back. */
export function ActionPanel({ action }: { action: WarehouseAction }) {
  const { actionId, status, predicted, measured } = action
  return (
    <SidePanel
      title={KIND_WORDS[action.kind]}
      id={action.target}
      onClose={() => setParams({ action: null })}
    >
      <p class="lead">
        {action.summary}. {paysOf(action)}
      </p>
      <dl class="facts">
        <dt>Saves a day, predicted</dt>
        <dd>{cpuTime(predicted.savedMsPerDay)}</dd>
        <dt>Measured</dt>
        <dd>{measured === null ? 'not yet' : cpuTime(measured.savedMsPerDay)}</dd>
        <dt>Upkeep a day</dt>
        <dd>{cpuTime((measured ?? predicted).upkeepMsPerDay)}</dd>
        <dt>Making it</dt>
        <dd>{cpuTime((measured ?? predicted).buildMs)}</dd>
        <dt>Room</dt>
        <dd>{size((measured ?? predicted).storageBytes)}</dd>
        <dt>Serves</dt>
        <dd>
          {formatPlural(action.fingerprints.length, 'kind of statement', 'kinds of statements')}
        </dd>
      </dl>
      <p>
        <StatusChip action={action} />{' '}
        <span class="dim">
          {action.decidedBy}, {moment(action.decidedAt)}
          {action.note === null ? '' : `: ${action.note}`}
        </span>
      </p>
      <p class="row">
        <ChangeButton action={action} />
      </p>
      {action.reasons.length === 0 ? null : (
        <>
          <h3>Why</h3>
          <ul class="reasons">
            {action.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>Statements that make it</summary>
        <pre class="sql">{action.applySql.join(';\n')}</pre>
      </details>
      <details>
        <summary>Statements that unmake it</summary>
        <pre class="sql">{action.undoSql.join(';\n')}</pre>
      </details>
      {status !== 'applied' && status !== 'refused' ? (
        <RefuseForm key={actionId} actionId={actionId} />
      ) : null}
    </SidePanel>
  )
}

/** When what it saves has paid for making it. */
function paysOf(action: WarehouseAction): string {
  const net = netGain(action)
  const { buildMs } = action.measured ?? action.predicted
  if (net <= 0) return 'It does not pay for its upkeep.'
  const days = buildMs / net
  if (days < 1 / 24) return 'It pays for itself within the hour.'
  if (days < 1) return `It pays for itself after ${Math.ceil(24 * days)} h.`
  return `It pays for itself after ${formatPlural(Math.ceil(days), 'day')}.`
}

function RefuseForm({ actionId }: { actionId: string }) {
  const reason = useSignal('')
  const fault = useSignal<string | undefined>(undefined)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    fault.value = reasonFault(reason.value)
    if (fault.value === undefined) await refuse(actionId, reason.value.trim())
  }
  return (
    <form class="override" onSubmit={submit} noValidate aria-label="Refuse the change">
      <h3 class="full" style={{ marginBottom: 0 }}>
        Refuse it
      </h3>
      <ReasonField value={reason} example="this table is replaced next week" full />
      <div class="row">
        <button type="submit" class="ghost">
          Refuse
        </button>
      </div>
      <p class={fault.value === undefined ? 'full dim' : 'full fault'} role="alert">
        {fault.value ?? ''}
      </p>
    </form>
  )
}
