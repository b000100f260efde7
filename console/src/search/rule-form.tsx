import { useSignal } from '@preact/signals'
import type { SearchItem } from '../../../src/api/schemas/search.ts'
import type { SearchRule } from '../../../src/api/schemas/search-report.ts'
import { addRule } from './changes.ts'
import { NameField } from './name-field.tsx'

/** Standard deviations of the scores at hand that a boost of this page adds. */
const BOOST = 1

/** What a merchant wants for this query whatever the model says: pin, boost or bury. */
export function RuleForm({ query, item }: { query: string; item: SearchItem }) {
  const place = useSignal('1')
  const position = Number(place.value)
  const isPlace = Number.isInteger(position) && position >= 1 && position <= 1000
  const { productId } = item
  const put = (verb: string, action: SearchRule['action']): void => {
    const name = `${verb} ${productId} for “${query}”`.slice(0, 200)
    void addRule({ name, query: { kind: 'is', text: query }, action }, `${name}: in force.`)
  }
  const target = { productIds: [productId] }
  return (
    <section class="rule-form" aria-label="Set a rule">
      <h3>Set a rule for “{query}”</h3>
      <div class="row">
        <label>
          <small>Place</small>
          <input
            type="number"
            inputMode="numeric"
            min={1}
            max={1000}
            value={place.value}
            onInput={(event) => {
              place.value = event.currentTarget.value
            }}
          />
        </label>
        <button
          type="button"
          class="ghost"
          disabled={!isPlace}
          onClick={() => put('Pin', { kind: 'pin', productId, position })}
        >
          {isPlace ? `Pin at ${position}` : 'Pin'}
        </button>
        <button
          type="button"
          class="ghost"
          onClick={() => put('Boost', { kind: 'boost', target, by: BOOST })}
        >
          Boost
        </button>
        <button type="button" class="ghost" onClick={() => put('Bury', { kind: 'bury', target })}>
          Bury
        </button>
      </div>
      <NameField />
      <p class="dim">A rule holds for every customer at once, and can be undone.</p>
    </section>
  )
}
