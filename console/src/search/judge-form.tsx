import { capital } from '../text/format.ts'
import { GRADES, judge } from './changes.ts'
import { judgmentLists } from './search-state.ts'

/** How well this product answers the query, by hand; a grade again takes it back. */
export function JudgeForm({ query, productId }: { query: string; productId: string }) {
  const lists = judgmentLists.of(query)
  const known = lists.data.value
  const own = known?.judgments.findLast((one) => one.productId === productId)
  const before = own?.grade ?? null
  return (
    <section class="judge" aria-label="Judge by hand">
      <h3>How well does it answer “{query}”?</h3>
      <fieldset class="grades" aria-label="Grade" disabled={known === undefined}>
        {GRADES.map((word, grade) => (
          <button
            key={word}
            type="button"
            aria-pressed={before === grade}
            onClick={() =>
              void judge({ query, productId, grade: before === grade ? null : grade }, before)
            }
          >
            <b>{grade}</b>
            <span>{capital(word)}</span>
          </button>
        ))}
      </fieldset>
      <p class="dim">
        {own === undefined
          ? 'Judgments teach the next training, and Compare measures by them.'
          : `Judged ${GRADES[own.grade] ?? own.grade} by ${own.by}. Press it again to take it back.`}
      </p>
    </section>
  )
}
