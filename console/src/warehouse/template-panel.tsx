import type { WarehouseSummary, WarehouseTemplate } from '../../../src/api/schemas/warehouse.ts'
import { SidePanel } from '../parts/panel.tsx'
import { setParams } from '../router.ts'
import { formatCount } from '../text/format.ts'
import { setOff } from './changes.ts'
import { cpuTime, netGain, perDay } from './words.ts'

interface TemplatePanelProps {
  readonly template: WarehouseTemplate
  readonly known: WarehouseSummary
}

/** One kind of statement: what it is, what it takes, what was changed for it. */
export function TemplatePanel({ template, known }: TemplatePanelProps) {
  const { fingerprint, sql, tuned, off } = template
  const serving = known.actions.filter(
    ({ fingerprints, status }) =>
      fingerprints.includes(fingerprint) && status !== 'undone' && status !== 'refused',
  )
  return (
    <SidePanel
      title={`${perDay(template.perDay)} a day`}
      id={fingerprint}
      onClose={() => setParams({ template: null })}
    >
      <p class="lead">{leadOf(template)}</p>
      <pre class="sql">{sql}</pre>
      <dl class="facts">
        <dt>Seen</dt>
        <dd>
          {formatCount(template.statements)}
          {template.failures === 0 ? '' : `, ${formatCount(template.failures)} failed`}
        </dd>
        <dt>As asked, half and 95 %</dt>
        <dd>
          {cpuTime(template.p50Ms)}, {cpuTime(template.p95Ms)}
        </dd>
        <dt>With the changes</dt>
        <dd>{tuned === null ? '–' : `${cpuTime(tuned.p50Ms)}, ${cpuTime(tuned.p95Ms)}`}</dd>
        <dt>CPU a day</dt>
        <dd>{cpuTime(template.cpuMsPerDay)}</dd>
      </dl>
      <h3>Changes for it</h3>
      {serving.length === 0 ? (
        <p class="dim">None. “Left alone” says why where something was looked at.</p>
      ) : (
        <ul class="action-lines">
          {serving.map((action) => (
            <li key={action.actionId}>
              <button
                type="button"
                class="plain"
                onClick={() =>
                  setParams({ view: 'changes', template: null, action: action.actionId })
                }
              >
                {action.summary}
              </button>
              <span class="dim">
                {action.status}, {cpuTime(netGain(action))} a day
              </span>
            </li>
          ))}
        </ul>
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked={!off}
          onChange={(event) => void setOff(fingerprint, !event.currentTarget.checked)}
        />
        Tune these statements
      </label>
    </SidePanel>
  )
}

function leadOf({ p50Ms, tuned, off, actionIds }: WarehouseTemplate): string {
  if (off) return 'Tuning is turned off for it: it runs as it is asked.'
  if (tuned !== null && tuned.p50Ms > 0) {
    return `It takes ${cpuTime(tuned.p50Ms)} of CPU where it took ${cpuTime(p50Ms)}: ${(p50Ms / tuned.p50Ms).toFixed(1)} times less.`
  }
  if (actionIds.length > 0) return 'A change serves it from the next time it is asked.'
  return `It takes ${cpuTime(p50Ms)} of CPU as it is asked.`
}
