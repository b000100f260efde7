import type { WarehouseSummary } from '../../../src/api/schemas/warehouse.ts'
import { setParams } from '../router.ts'
import { NothingYet } from './nothing-yet.tsx'
import { KIND_WORDS } from './words.ts'

/** Where something might have been done, and why it was not. */
export function LeftView({ known }: { known: WarehouseSummary | undefined }) {
  const rows = known?.refusals ?? []
  const statements = new Map(known?.templates.map((one) => [one.fingerprint, one.sql]))
  if (rows.length === 0) {
    return (
      <section class="card" aria-label="Left alone, and why">
        <NothingYet
          command={known?.command}
          words="Nothing was looked at yet, or all of it was worth doing. This looks anew:"
        />
      </section>
    )
  }
  return (
    <ul class="card left-alone" aria-label="Left alone, and why">
      {rows.map(({ kind, target, reason }) => {
        const sql = statements.get(target)
        return (
          <li key={`${kind} ${target} ${reason}`}>
            <b>{KIND_WORDS[kind]}</b>
            {sql === undefined ? (
              <span class="sku">{target}</span>
            ) : (
              <button
                type="button"
                class="plain"
                onClick={() => setParams({ view: null, template: target })}
              >
                <code class="statement">{sql}</code>
              </button>
            )}
            <span>{reason}</span>
          </li>
        )
      })}
    </ul>
  )
}
