import { useEffect } from 'preact/hooks'
import type { SearchRule, SearchStatus } from '../../../src/api/schemas/search-report.ts'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { moment, searchRules, searchStatus } from '../state.ts'
import { formatPercent, formatPlural } from '../text/format.ts'
import { setRules, switchTo } from './changes.ts'
import { featureLabel } from './contributions.ts'
import { FieldRuleForm } from './field-rule-form.tsx'
import { fieldWords } from './words.ts'

/** Which rules hold, which models answer, and what the order looks at. */
export function RulesView() {
  useEffect(() => {
    void searchRules.load()
    void searchStatus.load()
  }, [])
  const status = searchStatus.data.value
  const error = searchStatus.error.value
  if (error !== undefined && status === undefined) {
    return <Trouble error={error} what="the models" retry={() => void searchStatus.load()} />
  }
  const isTold = searchRules.data.value !== undefined || searchRules.error.value !== undefined
  // All at once, so that nothing moves what stands below it.
  if (status === undefined || !isTold) {
    return <div style={{ minHeight: '70vh' }} aria-busy="true" />
  }
  return (
    <div class="rooms">
      <div class="room">
        <Rules fields={status.fields} />
        <Versions status={status} />
        <Fields status={status} />
      </div>
      <div class="room">
        <Policy status={status} />
        <Importance status={status} />
      </div>
    </div>
  )
}

function Rules({ fields }: { fields: SearchStatus['fields'] }) {
  const known = searchRules.data.value
  const error = searchRules.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the rules" retry={() => void searchRules.load()} />
  }
  const rules = known?.rules ?? []
  const remove = (rule: SearchRule): void => {
    const others = rules.filter((one) => one !== rule)
    void setRules(others, `“${rule.name}” is taken out.`, rules)
  }
  return (
    <section class="card" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules in force</h2>
      {known?.conflicts.map((conflict) => (
        <p key={conflict} class="warn-t">
          <span aria-hidden="true">◆ </span>
          {conflict}
        </p>
      ))}
      {known !== undefined && rules.length === 0 ? (
        <p class="dim">
          None: the models alone decide. Try a query, open a result, and pin, boost or bury it.
        </p>
      ) : null}
      <ul class="rule-list">
        {rules.map((rule) => (
          <li key={rule.name}>
            <span class="what">
              <b>{actionWords(rule)}</b>
              <small class="line dim">{`${queryWords(rule)} · ${rule.name}`}</small>
            </span>
            <button
              type="button"
              class="ghost"
              aria-label={`Take out the rule ${rule.name}`}
              onClick={() => remove(rule)}
            >
              Take out
            </button>
          </li>
        ))}
      </ul>
      <FieldRuleForm fields={fields} />
    </section>
  )
}

function actionWords({ action }: SearchRule): string {
  if (action.kind === 'pin') return `Pin ${action.productId} at ${action.position}`
  const target = targetWords(action.target)
  if (action.kind === 'bury') return `Bury ${target}`
  const size = Math.abs(action.by).toString()
  return `${action.by < 0 ? 'Lower' : 'Boost'} ${target} by ${size} σ`
}

type Target = Extract<SearchRule['action'], { kind: 'bury' }>['target']

function targetWords({ productIds = [], filters = [] }: Target): string {
  const few = productIds.slice(0, 3).join(', ')
  const products = productIds.length > 3 ? `${few} and ${productIds.length - 3} more` : few
  return [products, ...filters.map(filterWords)].filter(Boolean).join(' and ')
}

function filterWords({ field, oneOf, from, to, not }: NonNullable<Target['filters']>[number]) {
  const few = oneOf?.slice(0, 3).join(', ')
  const more = oneOf !== undefined && oneOf.length > 3 ? ` and ${oneOf.length - 3} more` : ''
  const range = from === undefined && to === undefined ? '' : ` ${from ?? '…'} to ${to ?? '…'}`
  const what = few === undefined ? range : ` ${few}${more}`
  return `all with ${fieldWords(field)}${not === true ? ' other than' : ''}${what}`
}

const KINDS = { is: 'for', begins: 'for what begins with', has: 'for what has' } as const

function queryWords({ query }: SearchRule): string {
  return query === undefined ? 'for every query' : `${KINDS[query.kind]} “${query.text}”`
}

function Versions({ status }: { status: SearchStatus }) {
  return (
    <section class="card" aria-labelledby="versions-title">
      <h2 id="versions-title">Models</h2>
      <ul class="rule-list">
        {[...status.versions]
          .sort((a, b) => b.version - a.version)
          .map((one) => (
            <VersionRow key={one.version} one={one} now={status.version} />
          ))}
      </ul>
      {status.versions.length === 0 ? (
        <p class="dim">None were trained yet; products are found by their words.</p>
      ) : null}
      <h3>Train again</h3>
      <CopyCommand command={status.command} />
    </section>
  )
}

function VersionRow({ one, now }: { one: SearchStatus['versions'][number]; now: number }) {
  const { version, madeAt, sentence, current } = one
  const words = version < now ? 'Go back to this one' : 'Go to this one'
  const goBack = (): void =>
    void switchTo(
      { version },
      `Models of version ${version} answer now.`,
      { version: now },
      `Models of version ${now} answer again.`,
    )
  return (
    <li>
      <span class="what">
        <b>{`Version ${version}`}</b>
        {current ? <span class="ok-t"> ● answers now</span> : null}
        <small class="line dim">{moment(madeAt)}</small>
        <small class="line">{sentence}</small>
      </span>
      {current ? null : (
        <button
          type="button"
          class="ghost"
          aria-label={`${words}: version ${version}`}
          onClick={goBack}
        >
          {words}
        </button>
      )}
    </li>
  )
}

function Policy({ status }: { status: SearchStatus }) {
  const { policy } = status
  const toggle = (): void => {
    const [next, back] = policy.on ? (['off', 'on'] as const) : (['on', 'off'] as const)
    void switchTo(
      { policy: next },
      `The learned policy is ${next}.`,
      { policy: back },
      `The learned policy is ${back} again.`,
    )
  }
  return (
    <section class="card" aria-labelledby="policy-title">
      <h2 id="policy-title">
        Learned policy
        {policy.retreated ? (
          <span class="state-word bad-t"> ▲ retreated</span>
        ) : policy.on ? (
          <span class="state-word ok-t"> ● on</span>
        ) : (
          <span class="state-word warn-t"> ◆ off</span>
        )}
      </h2>
      <p>{policy.sentence}</p>
      <p style={{ marginTop: '10px' }}>
        <button type="button" class="ghost" onClick={toggle}>
          {policy.on ? 'Switch it off: the default answers' : 'Switch it on'}
        </button>
      </p>
    </section>
  )
}

function Importance({ status }: { status: SearchStatus }) {
  const features = status.ranker?.features.filter(({ gain }) => gain > 0.0005) ?? []
  const most = Math.max(0.01, ...features.map(({ gain }) => gain))
  return (
    <section class="card" aria-labelledby="looks-title">
      <h2 id="looks-title">What the order looks at</h2>
      {features.length === 0 ? (
        <p class="dim">
          No order was learned yet: results are ordered by how high the arms put them.
        </p>
      ) : null}
      <dl class="importance">
        {features.map(({ feature, about, gain }) => (
          <div key={feature} class="feature">
            <dt>
              {featureLabel(feature)}
              <small class="about dim">{about}</small>
            </dt>
            <dd class="track" aria-hidden="true">
              <i style={{ width: `${(100 * gain) / most}%` }} />
            </dd>
            <dd class="num">{formatPercent(gain, gain < 0.1 ? 1 : 0)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Fields({ status }: { status: SearchStatus }) {
  return (
    <section class="card" aria-labelledby="fields-title">
      <h2 id="fields-title">{`What is known of ${formatPlural(status.products, 'product')}`}</h2>
      <table class="facts" aria-labelledby="fields-title">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Read as</th>
            <th scope="col">Facet</th>
          </tr>
        </thead>
        <tbody>
          {status.fields.map(({ name, role, facet }) => (
            <tr key={name}>
              <td>{fieldWords(name)}</td>
              <td>{role}</td>
              <td>{facet ? 'yes' : <span class="dim">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
