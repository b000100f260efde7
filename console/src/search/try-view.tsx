import { useEffect } from 'preact/hooks'
import { isWide } from '../media.ts'
import { Segments } from '../parts/segments.tsx'
import { Select } from '../parts/select.tsx'
import { Trouble } from '../parts/states.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { param, setParams } from '../router.ts'
import { searchStatus } from '../state.ts'
import { BlendPanel } from './blend.tsx'
import { Chosen, Facets } from './facets.tsx'
import { QueryBox } from './query-box.tsx'
import { ResultList } from './result-list.tsx'
import { ResultPanel } from './result-panel.tsx'
import {
  ask,
  askAgain,
  asked,
  configuration,
  found,
  searchError,
  writeNumber,
} from './search-state.ts'
import { fieldWords, readingWords, totalWords } from './words.ts'

/** The store's search as a customer has it, with all that is behind it. */
export function TryView() {
  useEffect(() => void searchStatus.load(), [])
  const question = asked.value
  useEffect(() => void ask(question), [question])
  const error = searchError.value
  const open = param('result')
  const blendOpen = param('panel') === 'blend'
  return (
    <div class="split">
      <section aria-label="Try the search" class="try">
        <div class="bar-row">
          <QueryBox />
          <Segments
            label="Configuration"
            value={configuration.value}
            options={[
              { value: 'learned', label: 'Learned' },
              { value: 'default', label: 'Default' },
            ]}
            onChange={(value) => setParams({ with: value === 'default' ? value : null })}
          />
          <SortSelect />
        </div>
        <Understood blendOpen={blendOpen} />
        <Chosen />
        {error !== undefined && (found.value === undefined || error.status === 401) ? (
          <SearchTrouble />
        ) : (
          <div class="found">
            <Facets />
            <div>
              <ResultList />
            </div>
          </div>
        )}
      </section>
      {open !== undefined && !blendOpen ? (
        <ResultPanel key={open} productId={open} />
      ) : (
        <BlendPanel onClose={blendOpen ? () => setParams({ panel: null }) : undefined} />
      )}
    </div>
  )
}

/** What was understood of the words, how many there are, how long it took. */
function Understood({ blendOpen }: { blendOpen: boolean }) {
  const reply = found.value?.reply
  const error = searchError.value
  const showsBlend = blendOpen || (isWide.value && param('result') === undefined)
  return (
    <div class="understood">
      <p
        aria-live="polite"
        title={reply === undefined ? undefined : readingWords(reply, writeNumber)}
      >
        {error !== undefined && reply !== undefined ? (
          <span class="warn-t">{`◆ ${error.message} What you see is the answer before.`}</span>
        ) : reply === undefined ? (
          ' '
        ) : (
          <>
            <b>{totalWords(reply)}</b>
            {[
              reply.corrected === null ? undefined : `Searched for “${reply.corrected}”`,
              readingWords(reply, writeNumber),
            ]
              .filter((words) => words !== undefined)
              .map((words) => (
                <span key={words}>{` · ${words}`}</span>
              ))}
          </>
        )}
      </p>
      <button
        type="button"
        class="plain"
        aria-expanded={showsBlend}
        onClick={() => setParams({ panel: 'blend', result: null })}
      >
        Which arms ran
      </button>
    </div>
  )
}

/** Fields whose values have an order that a customer may ask for. */
const SORTABLE = ['price', 'popularity', 'date', 'number']
const NAMES: Readonly<Record<string, readonly [falling: string, rising: string]>> = {
  price: ['dearest first', 'cheapest first'],
  date: ['newest first', 'oldest first'],
  popularity: ['most first', 'least first'],
  number: ['most first', 'least first'],
}

function SortSelect() {
  const fields = searchStatus.data.value?.fields ?? []
  const options = fields
    .filter(({ role }) => SORTABLE.includes(role))
    .flatMap(({ name, role }) =>
      (['falling', 'rising'] as const).map(
        (order, i) => [`${name}:${order}`, `By ${fieldWords(name)}, ${NAMES[role]![i]}`] as const,
      ),
    )
  return (
    <Select
      label="Order"
      value={param('sort') ?? ''}
      all="Best first"
      options={options}
      onChange={(sort) => setParams({ sort, result: null })}
    />
  )
}

function SearchTrouble() {
  const error = searchError.value!
  if (error.status !== 401) return <Trouble error={error} what="the results" retry={askAgain} />
  return (
    <section class="card state" role="alert">
      <h2>Searching here needs the server’s token.</h2>
      <p class="dim">What only reads, such as the report, works without it.</p>
      <button type="button" class="ghost" onClick={() => askToken(askAgain)}>
        Give the token
      </button>
    </section>
  )
}
