import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SearchRule, SearchStatus } from '../../../src/api/schemas/search-report.ts'
import { api } from '../api.ts'
import { Select } from '../parts/select.tsx'
import { createResources } from '../resource.ts'
import { formatPlural } from '../text/format.ts'
import { addRule } from './changes.ts'
import { NameField } from './name-field.tsx'
import { fieldWords } from './words.ts'

const ROLES = ['category', 'brand', 'attribute']
const KINDS = [
  ['is', 'The query'],
  ['begins', 'Queries that begin with'],
  ['has', 'Queries that have'],
] as const
type Kind = (typeof KINDS)[number][0]

/** The commonest values of a field, to choose among; others are typed. */
const valuesOf = createResources(async (field: string) => {
  const { facets } = await api.search({ query: '', size: 0, facets: [field] })
  return facets[0]?.values.map(({ value }) => value) ?? []
})

/** How many products have a value of a field; by field and value. */
const countOf = createResources(async (key: string) => {
  const { field, value } = JSON.parse(key) as { field: string; value: string }
  const filters = [{ field, oneOf: [value] }]
  return (await api.search({ query: '', size: 0, facets: [], filters })).total
})

/** A rule for all products of a brand, a category, or any other value: boost, lower or bury them. */
export function FieldRuleForm({ fields }: { fields: SearchStatus['fields'] }) {
  const choices = fields.filter(({ role }) => ROLES.includes(role)).map(({ name }) => name)
  const field = useSignal('')
  const value = useSignal('')
  const kind = useSignal('')
  const text = useSignal('')
  const by = useSignal('1')
  const strength = Number(by.value)
  const isStrong = by.value !== '' && strength > 0 && strength <= 100
  const chosen = { field: field.value, value: value.value.trim() }
  const known = chosen.field === '' || chosen.value === '' ? undefined : countOf.of(keyOf(chosen))
  const count = known?.data.value
  const isAsked = kind.value === '' || text.value.trim() !== ''
  const isReady = count !== undefined && count > 0 && isAsked
  const put = (verb: string, action: SearchRule['action']): void => {
    const query = kind.value === '' ? undefined : queryOf(kind.value, text.value)
    const where = query === undefined ? 'every query' : `“${query.text}” (${query.kind})`
    const name = `${verb} ${fieldWords(chosen.field)} ${chosen.value} for ${where}`.slice(0, 200)
    void addRule({ name, action, ...(query === undefined ? {} : { query }) }, `${name}: in force.`)
  }
  const target = { filters: [{ field: chosen.field, oneOf: [chosen.value] }] }
  return (
    <section class="rule-form by-field" aria-label="Set a rule for a brand or category">
      <h3>Set a rule for all products of a brand, a category, …</h3>
      <div class="row">
        <Select
          label="Field"
          value={field.value}
          all="Field"
          options={choices.map((name) => [name, fieldWords(name)] as const)}
          onChange={(next) => {
            field.value = next
            value.value = ''
          }}
        />
        <Value field={field.value} value={value} />
      </div>
      <p class="dim" role="status">
        {countWords(chosen.value, count, known?.error.value !== undefined)}
      </p>
      <div class="row">
        <Select
          label="For which queries"
          value={kind.value}
          all="Every query"
          options={KINDS}
          onChange={(next) => {
            kind.value = next
          }}
        />
        {kind.value === '' ? null : (
          <label class="grow">
            <small>Words of the query</small>
            <input
              value={text.value}
              maxLength={400}
              onInput={(event) => {
                text.value = event.currentTarget.value
              }}
            />
          </label>
        )}
      </div>
      <div class="row">
        <label>
          <small>Strength, σ</small>
          <input
            type="number"
            inputMode="decimal"
            min={0.1}
            max={100}
            step={0.1}
            value={by.value}
            onInput={(event) => {
              by.value = event.currentTarget.value
            }}
          />
        </label>
        <button
          type="button"
          class="ghost"
          disabled={!isReady || !isStrong}
          onClick={() => put('Boost', { kind: 'boost', target, by: strength })}
        >
          Boost
        </button>
        <button
          type="button"
          class="ghost"
          disabled={!isReady || !isStrong}
          onClick={() => put('Lower', { kind: 'boost', target, by: -strength })}
        >
          Lower
        </button>
        <button
          type="button"
          class="ghost"
          disabled={!isReady}
          onClick={() => put('Bury', { kind: 'bury', target })}
        >
          Bury
        </button>
      </div>
      <NameField />
      <p class="dim">
        One σ is the spread of the scores of a query’s results. To pin a product, open it in the
        results.
      </p>
    </section>
  )
}

/** The value, typed or chosen among the commonest of its field. */
function Value({ field, value }: { field: string; value: Signal<string> }) {
  const typed = useSignal(value.peek())
  useEffect(() => {
    typed.value = value.value
  }, [value.value])
  const values = field === '' ? [] : (valuesOf.of(field).data.value ?? [])
  return (
    <label class="grow">
      <small>Value</small>
      <input
        list="rule-values"
        value={typed.value}
        disabled={field === ''}
        maxLength={2000}
        onInput={(event) => {
          typed.value = event.currentTarget.value
        }}
        onChange={(event) => {
          value.value = event.currentTarget.value
        }}
      />
      <datalist id="rule-values">
        {values.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  )
}

function keyOf(chosen: { readonly field: string; readonly value: string }): string {
  return JSON.stringify(chosen)
}

function queryOf(kind: string, text: string): NonNullable<SearchRule['query']> {
  // One of the options of the list.
  return { kind: kind as Kind, text: text.trim() }
}

function countWords(value: string, count: number | undefined, isFault: boolean): string {
  if (value === '') return 'Choose a field and a value.'
  if (isFault) return 'How many products have it cannot be read now.'
  if (count === undefined) return 'Counting …'
  if (count === 0) return 'No product has this value.'
  return `${formatPlural(count, 'product')} ${count === 1 ? 'has' : 'have'} it.`
}
