import type { SiteStepRow, SitesPlan } from '../../../src/api/schemas/network-sites.ts'
import { SidePanel } from '../parts/panel.tsx'
import { CopyCommand } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { money, moneyBrief, moneyChange } from '../state.ts'
import { capital } from '../text/format.ts'
import { stepLists } from './site-rooms.ts'
import { actionWords, roomWords } from './sites-words.ts'

/** The steps of a plan, those decided now first; the one chosen in full. */
export function SitesPanel({ plan }: { plan: SitesPlan }) {
  const chosen = plan.steps.find(({ stepId }) => stepId === param('step'))
  const { now, later, some } = stepLists(plan.steps, plan.scenarios.length)
  return (
    <SidePanel title="What to do, and why" onClose={undefined} inPlace>
      {chosen === undefined ? (
        <p class="dim">Choose a step to see what it is worth and what else could be done.</p>
      ) : (
        <Chosen step={chosen} plan={plan} />
      )}
      <Steps title="Decided now, whichever way demand goes" steps={now} chosen={chosen} />
      <Steps title="Later, whichever way demand goes" steps={later} chosen={chosen} />
      <Steps title="Later, as demand goes" steps={some} chosen={chosen} told />
    </SidePanel>
  )
}

interface StepsProps {
  readonly title: string
  readonly steps: readonly SiteStepRow[]
  readonly chosen: SiteStepRow | undefined
  /** Says in which scenarios. */
  readonly told?: boolean
}

function Steps({ title, steps, chosen, told = false }: StepsProps) {
  return (
    <>
      <h3>{title}</h3>
      {steps.length === 0 ? <p class="dim">Nothing.</p> : null}
      <ul class="step-list">
        {steps.map((step) => (
          <li key={step.stepId} class={step === chosen ? 'chosen' : ''}>
            <button
              type="button"
              class="plain"
              aria-pressed={step === chosen}
              onClick={() => setParams({ step: step === chosen ? null : step.stepId })}
            >
              {`${actionWords(step.action)} ${step.name}`}
            </button>
            <span class="sku">
              {`year ${step.year}${told ? ` if ${step.scenarios.join(' or ')}` : ''} · ${roomWords(step)} · ${savingWords(step)}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function savingWords({ savesCents }: SiteStepRow): string {
  if (savesCents === null) return 'needed for room'
  return savesCents < 0 ? 'pays with others' : `saves ${moneyBrief(savesCents)}`
}

function Chosen({ step, plan }: { step: SiteStepRow; plan: SitesPlan }) {
  const where = step.place === '' || step.name.includes(step.place) ? '' : ` in ${step.place}`
  const option = step.action === 'close' ? '--must-keep' : '--forbid'
  return (
    <div class="region-chosen">
      <p>
        <b>{`${actionWords(step.action)} ${step.name}`}</b>
        {`${where} in year ${step.year}, for ${money(step.costCents)}. ${capital(step.reason)} ${step.driver}`}
      </p>
      <ByScenario step={step} />
      <Others step={step} />
      <p class="dim">Plan without it, to compare:</p>
      <CopyCommand command={`${plan.command} ${option} ${step.siteId}`} />
    </div>
  )
}

function ByScenario({ step: { savesByScenario, savesCents } }: { step: SiteStepRow }) {
  if (savesByScenario.length < 2) return null
  return (
    <table class="facts" aria-label="What it saves, by the way demand goes">
      <thead>
        <tr>
          <th scope="col">If demand goes</th>
          <th scope="col" class="num">
            Saves, by its probability
          </th>
        </tr>
      </thead>
      <tbody>
        {savesByScenario.map(({ scenario, savesCents: cents }) => (
          <tr key={scenario}>
            <td>{scenario}</td>
            <td class="num">{cents === null ? '▲ no room without it' : moneyChange(cents)}</td>
          </tr>
        ))}
        <tr>
          <td>
            <b>Expected</b>
          </td>
          <td class="num">{savesCents === null ? '–' : <b>{moneyChange(savesCents)}</b>}</td>
        </tr>
      </tbody>
    </table>
  )
}

function Others({ step: { alternatives } }: { step: SiteStepRow }) {
  if (alternatives.length === 0) return null
  return (
    <table class="facts" aria-label="Other places instead">
      <tbody>
        {alternatives.map(({ siteId, name, extraCents }) => (
          <tr key={siteId}>
            <td>{`Instead ${name}`}</td>
            <td class="num">
              {extraCents < 0 ? `saves ${money(-extraCents)}` : `costs ${money(extraCents)} more`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
