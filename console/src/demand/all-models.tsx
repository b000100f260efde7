import { summary } from '../state.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'
import { modelLabel } from './demand-state.ts'

/** How each classical model did over all products: the floor takes the best for each. */
export function AllModels() {
  const known = summary.data.value
  if (known === undefined) return null
  return (
    <>
      <h3 id="all-models">How the models of the floor compare</h3>
      <table class="facts" aria-labelledby="all-models">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="num">
              Error
            </th>
            <th scope="col" class="num">
              WAPE
            </th>
            <th scope="col" class="num">
              Chosen for
            </th>
          </tr>
        </thead>
        <tbody>
          {[...known.models]
            .sort((a, b) => a.pinball - b.pinball)
            .map((model) => (
              <tr key={model.model}>
                <td>
                  {modelLabel(model.model)}
                  {model.isBaseline ? <span class="dim"> (baseline)</span> : null}
                </td>
                <td class="num">{formatMeasure(model.pinball)}</td>
                <td class="num">{model.wape === null ? '–' : formatPercent(model.wape, 0)}</td>
                <td class="num">{formatCount(model.products)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <p class="dim" style={{ marginTop: '12px' }}>
        Error is the scaled pinball loss: how far off all quantiles were, relative to how much the
        product’s sales move, so that large and small products compare. The baseline repeats what
        was sold one season before.
      </p>
    </>
  )
}
