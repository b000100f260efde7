import { useSignal } from '@preact/signals'
import type { SearchFacet } from '../../../src/api/schemas/search.ts'
import { isNarrow } from '../media.ts'
import { searchStatus } from '../state.ts'
import { capital, formatCount, formatPlural } from '../text/format.ts'
import { type FacetFilter, toggleRange, toggleValue } from './filters.ts'
import { filters, found, setFilters, writeNumber } from './search-state.ts'
import { facetTitle, fieldWords, rangeWords } from './words.ts'

/** Values shown before more are asked for. */
const FEW = 6

/** What results can be narrowed by, with how many each leaves; behind a button on a phone. */
export function Facets() {
  const open = useSignal(false)
  const known = found.value
  const count = filters.value.length
  const shown = !isNarrow.value || open.value
  // Prices are written with their currency, which comes with the fields' roles: not before.
  const isTold = searchStatus.data.value !== undefined || searchStatus.error.value !== undefined
  const facets = isTold ? known?.reply.facets : undefined
  return (
    <div class="facets">
      {isNarrow.value ? (
        <button
          type="button"
          class="ghost"
          aria-expanded={open.value}
          aria-controls="facets"
          onClick={() => {
            open.value = !open.value
          }}
        >
          {count === 0 ? 'Narrow' : `Narrow (${count})`}
        </button>
      ) : null}
      <div id="facets" class="all" hidden={!shown}>
        {facets?.map((facet) =>
          facet.kind === 'value' ? (
            <Values key={facet.field} facet={facet} />
          ) : (
            <Ranges key={facet.field} facet={facet} />
          ),
        )}
      </div>
    </div>
  )
}

/** Values as boxes to tick; those of one field are alternatives. */
function Values({ facet }: { facet: SearchFacet }) {
  const all = useSignal(false)
  const { field, values, more } = facet
  if (values.length === 0) return null
  const shown = values.filter(({ chosen }, i) => all.value || i < FEW || chosen)
  const hidden = values.length - shown.length
  return (
    <fieldset>
      <legend>{facetTitle(facet)}</legend>
      {shown.map(({ value, count, chosen }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen}
            onChange={() => setFilters(toggleValue(filters.peek(), field, value))}
          />
          <span class="name" title={value}>
            {lastLevel(value)}
          </span>
          <small class="num">{formatCount(count)}</small>
        </label>
      ))}
      {hidden > 0 || all.value ? (
        <button
          type="button"
          class="plain"
          aria-expanded={all.value}
          onClick={() => {
            all.value = !all.value
          }}
        >
          {all.value ? 'Fewer' : `${hidden} more`}
        </button>
      ) : null}
      {all.value && more > 0 ? (
        <p class="dim">{`${formatPlural(more, 'further value')}: type it instead.`}</p>
      ) : null}
    </fieldset>
  )
}

/** Ranges as bars to press; the same again lets go. */
function Ranges({ facet }: { facet: SearchFacet }) {
  const { field, bounds } = facet
  const most = Math.max(1, ...bounds.map(({ count }) => count))
  const filled = bounds.filter(({ count }) => count > 0)
  if (filled.length === 0) return null
  const chosen = filters.value.find((one) => one.field === field)
  return (
    <fieldset class="ranges">
      <legend>{facetTitle(facet)}</legend>
      {filled.map(({ from, to, count }) => (
        <button
          key={from}
          type="button"
          aria-pressed={chosen?.from === from && chosen.to === to}
          onClick={() => setFilters(toggleRange(filters.peek(), field, { from, to }))}
        >
          <span>{rangeWords(field, from, to, writeNumber)}</span>
          <i aria-hidden="true" style={{ width: `${(100 * count) / most}%` }} />
          <small class="num">{formatCount(count)}</small>
        </button>
      ))}
    </fieldset>
  )
}

/** The conditions in force, each with a way out. */
export function Chosen() {
  const list = filters.value.flatMap((one) =>
    one.oneOf === undefined
      ? [{ text: chosenRange(one), without: filters.value.filter((other) => other !== one) }]
      : one.oneOf.map((value) => ({
          text: `${capital(fieldWords(one.field))}: ${value}`,
          without: toggleValue(filters.value, one.field, value),
        })),
  )
  if (list.length === 0) return null
  return (
    <ul class="chosen-filters" aria-label="Narrowed by">
      {list.map(({ text, without }) => (
        <li key={text}>
          <button
            type="button"
            class="chip calm"
            aria-label={`Without ${text}`}
            onClick={() => setFilters(without)}
          >
            {text} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function chosenRange({ field, from, to }: FacetFilter): string {
  return `${capital(fieldWords(field))}: ${rangeWords(field, from ?? null, to ?? null, writeNumber)}`
}

/** The last level of a category path: "Kitchen > Bakeware" is "Bakeware" under its head. */
function lastLevel(value: string): string {
  return value.split(' > ').at(-1) ?? value
}
