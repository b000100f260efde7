import { useSignal } from '@preact/signals'
import type { NetworkInfo, RouteSetRow, RouteSwitchRow } from '../../../src/api/schemas/network.ts'
import { CopyCommand } from '../parts/states.tsx'
import { moment } from '../state.ts'
import { formatCount, formatPlural } from '../text/format.ts'
import { applyRegions, rollBack, switchRoutes } from './changes.ts'

/** Which routes serve whom, and the steps to others and back. */
export function RoutesView({ known }: { known: NetworkInfo | undefined }) {
  if (known === undefined) return <div style={{ minHeight: '70vh' }} aria-busy="true" />
  return (
    <div class="rooms network-rooms">
      <div class="room">
        <RouteSets known={known} />
        <Plans known={known} />
      </div>
      <div class="room">
        <History known={known} />
      </div>
    </div>
  )
}

function RouteSets({ known }: { known: NetworkInfo }) {
  const { routes, regions, commands } = known
  const where = useSignal('')
  return (
    <section class="card" aria-labelledby="sets-title">
      <h2 id="sets-title">
        Route sets
        <span class={`state-word ${routes.unserved === routes.areas ? 'warn-t' : 'ok-t'}`}>
          {servedWords(known)}
        </span>
      </h2>
      {routes.sets.length === 0 ? (
        <p class="dim">
          None has been built yet: parcels go as they did. A set is planned offline and serves no
          one until it is switched to.
        </p>
      ) : (
        <label class="where">
          <small>Where to switch</small>
          <select
            value={where.value}
            onChange={(event) => {
              where.value = event.currentTarget.value
            }}
          >
            <option value="">everywhere</option>
            {regions.map(({ regionId }) => (
              <option key={regionId} value={regionId}>
                {`${regionId} alone, as a pioneer`}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul class="rule-list">
        {routes.sets.map((set) => (
          <SetRow key={set.version} set={set} known={known} region={where.value} />
        ))}
      </ul>
      <h3>Build another</h3>
      <CopyCommand command={commands.routes} />
    </section>
  )
}

function servedWords({ routes: { sets, unserved, areas } }: NetworkInfo): string {
  if (sets.length === 0 || unserved === areas) return '○ none serves yet'
  if (unserved > 0) return `◆ ${formatPlural(unserved, 'area')} without`
  const serving = sets.filter((set) => set.areas > 0).map(({ version }) => version)
  return `● ${serving.join(' and ')} ${serving.length === 1 ? 'serves' : 'serve'} everyone`
}

interface SetRowProps {
  readonly set: RouteSetRow
  readonly known: NetworkInfo
  readonly region: string
}

function SetRow({ set, known, region }: SetRowProps) {
  const { areas: all, revision } = known.routes
  const { version, name, areas, closed, unreached } = set
  const state =
    areas === 0
      ? 'ready'
      : areas === all
        ? '● serves everyone'
        : `◆ serves ${formatCount(areas)} areas`
  const words = region === '' ? 'Switch to it' : `Switch ${region} to it`
  const without = closed.length === 0 ? '' : ` · without ${closed.join(', ')}`
  return (
    <li>
      <span class="what">
        <b>{`Route set ${version}: ${name}`}</b>
        <small class={`line ${areas === 0 ? 'dim' : areas === all ? 'ok-t' : 'warn-t'}`}>
          {state}
        </small>
        <small class="line dim">
          {`${formatCount(set.routes)} routes over ${formatPlural(set.lanes, 'lane')}, orders of ${moment(set.from)} to ${moment(set.to)}${without}`}
        </small>
        {unreached === 0 ? null : (
          <small class="line bad-t">{`▲ ${formatPlural(unreached, 'area')} out of reach`}</small>
        )}
      </span>
      {areas === all ? null : (
        <button
          type="button"
          class="ghost"
          aria-label={`${words}: route set ${version}`}
          onClick={() =>
            void switchRoutes(
              { version, ...(region === '' ? {} : { regions: [region] }) },
              revision,
            )
          }
        >
          {words}
        </button>
      )}
    </li>
  )
}

function Plans({ known }: { known: NetworkInfo }) {
  const inForce = known.versions.find(({ current }) => current)?.version
  return (
    <section class="card" aria-labelledby="plans-title">
      <h2 id="plans-title">Plans of regions</h2>
      <ul class="rule-list">
        {known.versions.map((one) => (
          <li key={one.version}>
            <span class="what">
              <b>{`Plan ${one.version}: ${formatPlural(one.regions, 'region')}`}</b>
              {one.current ? <span class="ok-t"> ● in force</span> : null}
              <small class="line dim">
                {`${moment(one.madeAt)} · ${Math.round(100 * one.wholeShare)} % of orders inside`}
                {one.movedAreas === null ? '' : ` · ${formatPlural(one.movedAreas, 'area')} moved`}
              </small>
            </span>
            {one.current ? null : (
              <button
                type="button"
                class="ghost"
                aria-label={`Put plan ${one.version} in force`}
                onClick={() => void applyRegions(one, inForce)}
              >
                Put in force
              </button>
            )}
          </li>
        ))}
      </ul>
      <h3>Plan regions and lanes again</h3>
      <CopyCommand command={known.commands.regions} />
      <p style={{ marginTop: '6px' }}>
        <CopyCommand command={known.commands.lanes} />
      </p>
    </section>
  )
}

function History({ known }: { known: NetworkInfo }) {
  const { switches, undoes, revision } = known.routes
  return (
    <section class="card" aria-labelledby="switches-title">
      <h2 id="switches-title">What was switched</h2>
      {switches.length === 0 ? (
        <p class="dim">
          Nothing yet. Switching exchanges the routes of new parcels at once; parcels under way keep
          the set they were routed with. Rolling back is the same step.
        </p>
      ) : null}
      {undoes === null ? null : (
        <p>
          <button type="button" class="ghost" onClick={() => void rollBack(revision)}>
            {`Roll back switch ${undoes.number}`}
          </button>
          <small class="line dim">
            {`New parcels ${undoes.where} take the routes from before it; switching again brings route set ${undoes.versions.join(', ')} back.`}
          </small>
        </p>
      )}
      <ul class="rule-list">
        {switches.map((one) => (
          <SwitchRow key={one.number} one={one} />
        ))}
      </ul>
    </section>
  )
}

function SwitchRow({ one }: { one: RouteSwitchRow }) {
  const { number, at, where, versions, by, reason, rolledBack } = one
  return (
    <li>
      <span class="what">
        <b>{`${number}. Route set ${versions.join(', ')} ${where}`}</b>
        {rolledBack === null ? null : <span class="warn-t"> ◆ rolled back</span>}
        <small class="line dim">
          {`${moment(at)} UTC by ${by}`}
          {reason === null ? '' : `: “${reason}”`}
        </small>
        {rolledBack === null ? null : (
          <small class="line dim">
            {`undone ${moment(rolledBack.at)} UTC by ${rolledBack.by}`}
            {rolledBack.reason === null ? '' : `: “${rolledBack.reason}”`}
          </small>
        )}
      </span>
    </li>
  )
}
