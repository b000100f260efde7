import { useSignal } from '@preact/signals'
import type { ForecastChange, ProductWhy } from '../../../src/api/schemas/explain.ts'
import { EventProfile } from '../charts/event-profile.tsx'
import { isTouch } from '../media.ts'
import { Link } from '../parts/link.tsx'
import { PartsChart } from '../parts/parts-chart.tsx'
import { Spark } from '../parts/spark.tsx'
import { address } from '../router.ts'
import { date } from '../state.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'

/** How to read a chart of parts. */
const hint = () =>
  isTouch.value
    ? 'Tap a part to read what it is.'
    : 'Point at a part, or press ↓, to read what it is.'

/** What the forecast is made of, for all its days or one calendar week of them. */
export function Contributions({
  contributions,
}: {
  contributions: NonNullable<ProductWhy['contributions']>
}) {
  const chosen = useSignal('')
  const week = contributions.weeks.find(({ weekOf }) => weekOf === chosen.value)
  const { days, total, parts } = week ?? contributions
  return (
    <>
      <div class="chart-head">
        <h3>{`Why ${formatPlural(total, 'unit')} in ${formatPlural(days, 'day')}`}</h3>
        <label>
          <span class="unseen">Days explained</span>
          <select
            class="small"
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value
            }}
          >
            <option value="">{`All ${contributions.days} days`}</option>
            {contributions.weeks.map((one) => (
              <option key={one.weekOf} value={one.weekOf}>
                {`Week of ${date(one.weekOf)}${one.days < 7 ? ` (${formatPlural(one.days, 'day')})` : ''}`}
              </option>
            ))}
          </select>
        </label>
      </div>
      {week === undefined ? <p class="says">{contributions.sentence}</p> : null}
      <PartsChart label="Parts of the forecast" parts={parts} sum="forecast" hint={hint()} />
    </>
  )
}

/** What changed since the forecast before, and why. */
export function Change({ change }: { change: ForecastChange }) {
  return (
    <>
      <h3>What changed since the last forecast</h3>
      <p class="says">{change.sentence}</p>
      <PartsChart
        label="Parts of the change"
        parts={change.parts}
        sum="change"
        changes
        hint={hint()}
      />
    </>
  )
}

/** What the next occasion does to products of this kind; the others on demand. */
export function Occasions({ events }: { events: ProductWhy['events'] }) {
  const chosen = useSignal(events[0]!.name)
  const effect = events.find(({ name }) => name === chosen.value) ?? events[0]!
  const when = effect.nextOn === null ? 'no date ahead' : `next on ${date(effect.nextOn)}`
  return (
    <>
      <div class="chart-head">
        <h3>{`What occasions do${effect.segment === 'all' ? '' : ` in ${effect.segment}`}`}</h3>
        {events.length < 2 ? null : (
          <label>
            <span class="unseen">Occasion</span>
            <select
              class="small"
              value={effect.name}
              onChange={(event) => {
                chosen.value = event.currentTarget.value
              }}
            >
              {events.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="says">
        {`${effect.name}: ${when}, learned from ${formatPlural(effect.occurrences, 'past date')}.`}
      </p>
      <EventProfile key={effect.name} effect={effect} />
    </>
  )
}

function ProductLink({ productId, title }: { productId: string; title: string }) {
  return (
    <Link to={{ page: 'demand', params: { ...address.value.params, product: productId } }}>
      {title}
    </Link>
  )
}

/** Likes shown; the rest is counted. */
const FEW_LIKES = 5

/** Which products a new one leans on. */
export function Likes({ likes }: { likes: ProductWhy['likes'] }) {
  if (likes.length === 0) {
    return (
      <>
        <h3>Which products it leans on</h3>
        <p class="dim">
          None: nothing in the store is known to be like it. A category, a brand and a telling title
          in the table products help the next forecast.
        </p>
      </>
    )
  }
  const top = Math.max(...likes.map(({ weight }) => weight))
  return (
    <>
      <h3>Which products it leans on</h3>
      <p class="says">
        It has little past of its own: the forecast borrows from these, at the age it has now.
      </p>
      <ul class="likes">
        {likes.slice(0, FEW_LIKES).map((like) => (
          <li key={like.productId}>
            <span class="who">
              <ProductLink productId={like.productId} title={like.title} />
              <span class="unit">{like.reason}</span>
            </span>
            <Spark values={like.spark} />
            <span class="num">
              {like.unitsPerWeek < 20
                ? like.unitsPerWeek.toFixed(1)
                : formatCount(like.unitsPerWeek)}
              <span class="unit">a week</span>
            </span>
            <span class="num">
              {formatPercent(like.weight, 0)}
              <i class="share" aria-hidden="true">
                <i style={{ width: `${(like.weight / top) * 100}%` }} />
              </i>
            </span>
          </li>
        ))}
      </ul>
      {likes.length <= FEW_LIKES ? null : (
        <p class="dim">{`and ${formatPlural(likes.length - FEW_LIKES, 'more product')}`}</p>
      )}
    </>
  )
}

/** Where customers go when it is out of stock, and whose customers come. */
export function Substitutes({ substitutes }: { substitutes: ProductWhy['substitutes'] }) {
  const rows = (direction: 'takes' | 'gives') =>
    substitutes.filter((s) => s.direction === direction)
  return (
    <>
      <h3>When it, or one like it, is out of stock</h3>
      <ul class="plain-list">
        {rows('takes').map((one) => (
          <li key={`takes ${one.productId}`}>
            {`${formatPercent(one.probability, 0)} of its customers take `}
            <ProductLink {...one} />
          </li>
        ))}
        {rows('gives').map((one) => (
          <li key={`gives ${one.productId}`}>
            {`${formatPercent(one.probability, 0)} come from `}
            <ProductLink {...one} />
          </li>
        ))}
      </ul>
    </>
  )
}
