import type { SitesPlan } from '../../../src/api/schemas/network-sites.ts'
import { Select } from '../parts/select.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { date, money } from '../state.ts'
import { formatPercent, formatPercentChange, formatPlural } from '../text/format.ts'
import { SitesMap } from './sites-map.tsx'
import { SitesPanel } from './sites-panel.tsx'
import { SitesPath } from './sites-path.tsx'
import { planInAddress, sitesPlans } from './sites-state.ts'

/** Where to open, enlarge and close buildings, when, and what drives it. A proposal: people build. */
export function SitesView() {
  const resource = sitesPlans.of(planInAddress.value)
  const plan = resource.data.value
  const error = resource.error.value
  if (error !== undefined && plan === undefined)
    return <Trouble error={error} what="the plan of sites" retry={() => void resource.load()} />
  if (plan === undefined) return <div style={{ minHeight: '120vh' }} aria-busy="true" />
  return (
    <>
      <Answer plan={plan} />
      <div class="split">
        <SitesMap plan={plan} />
        <SitesPanel plan={plan} />
      </div>
      <SitesPath plan={plan} />
    </>
  )
}

function Answer({ plan }: { plan: SitesPlan }) {
  const { versions, shown, scenarios, command } = plan
  return (
    <section class="card answer" aria-label="Where to build">
      <h2>{plan.sentence}</h2>
      <p class="dim">
        {`Plan ${shown.version} of ${date(shown.madeAt)}, ${formatPlural(shown.years, 'year')}. Demand: ${scenarios
          .map(
            ({ name, probability, growth }) =>
              `${name} ${formatPercentChange(growth)} a year (${formatPercent(probability, 0)})`,
          )
          .join(', ')}. ${proofWords(plan)}`}
      </p>
      <div class="plan-tools">
        {versions.length < 2 ? null : (
          <Select
            label="Plan of sites"
            value={param('plan') ?? ''}
            all={`Plan ${versions[0]!.version}, the newest`}
            options={versions
              .slice(1)
              .map(({ version, madeAt }) => [
                String(version),
                `Plan ${version} of ${date(madeAt)}`,
              ])}
            onChange={(version) => setParams({ plan: version, step: null })}
          />
        )}
        <CopyCommand command={command} />
      </div>
    </section>
  )
}

function proofWords({ proven, boundCents, gap, cut }: SitesPlan): string {
  if (proven) return 'No plan of this model costs less.'
  const ended = cut ? '; time ended the search' : ''
  return `No plan of this model costs less than ${money(boundCents)} (gap ${formatPercent(gap)}${ended}).`
}
