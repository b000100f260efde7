import type { SearchItem } from '../../../src/api/schemas/search.ts'
import { SidePanel } from '../parts/panel.tsx'
import { PartsChart } from '../parts/parts-chart.tsx'
import { Trouble } from '../parts/states.tsx'
import { setParams } from '../router.ts'
import { formatMeasure } from '../text/format.ts'
import { armLabel, familyOf } from './arm-words.ts'
import { reasonSentence, scoreParts } from './contributions.ts'
import { JudgeForm } from './judge-form.tsx'
import { RuleForm } from './rule-form.tsx'
import { explanationOf, found } from './search-state.ts'

/** Why a result stands where it does, and what a person makes of it. */
export function ResultPanel({ productId }: { productId: string }) {
  const known = found.value
  const item = known?.items.find((one) => one.productId === productId)
  const onClose = (): void => setParams({ result: null })
  if (known === undefined || item === undefined) {
    return (
      <SidePanel title={productId} onClose={onClose}>
        {known === undefined ? (
          <div style={{ minHeight: '420px' }} aria-busy="true" />
        ) : (
          <p class="dim">It is not among the results shown.</p>
        )}
      </SidePanel>
    )
  }
  const query = (JSON.parse(known.key) as { query: string }).query.trim()
  return (
    <SidePanel title={item.title} id={productId} onClose={onClose}>
      <Why known={known.key} item={item} />
      {item.rule === null ? null : (
        <p class="says">
          <span class="warn-t" aria-hidden="true">
            ◆{' '}
          </span>
          {`The rule “${item.rule}” moved it.`}
        </p>
      )}
      <Ranks item={item} />
      {query === '' ? (
        <p class="dim" style={{ marginTop: '16px' }}>
          Search for something to judge this product or to set a rule.
        </p>
      ) : (
        <>
          <JudgeForm query={query} productId={productId} />
          <RuleForm query={query} item={item} />
        </>
      )}
    </SidePanel>
  )
}

const score = (value: number): string => {
  const digits = Math.abs(value) >= 1 || value === 0 ? 2 : 3
  return value.toFixed(digits).replace('-', '−')
}

function Why({ known, item }: { known: string; item: SearchItem }) {
  const resource = explanationOf(known, item)
  const explained = resource.data.value
  const error = resource.error.value
  if (error !== undefined && explained === undefined) {
    return <Trouble error={error} what="the reasons" retry={() => void resource.load()} />
  }
  if (explained === undefined) return <div style={{ minHeight: '270px' }} aria-busy="true" />
  const { why, position } = explained
  if (why === null) {
    return (
      <p class="lead">
        {item.arms.length === 0
          ? 'No arm brought it: what is wanted most fills the page.'
          : 'This order has no parts: results are sorted by a field.'}
      </p>
    )
  }
  return (
    <>
      <p class="lead">{reasonSentence(why)}</p>
      <h3>{`Why it stands at ${position}`}</h3>
      <PartsChart
        key={item.productId}
        label="Parts of the score"
        parts={scoreParts(why, explained.score, explained.rule)}
        sum="score"
        changes
        write={score}
        sumMeaning="The sum of the parts: results are ordered by it."
        hint="Point at a part to read it; arrows move."
      />
    </>
  )
}

function Ranks({ item }: { item: SearchItem }) {
  if (item.arms.length === 0) return null
  const sorted = [...item.arms].sort((a, b) => a.rank - b.rank)
  return (
    <>
      <h3 id="ranks">Where each arm put it</h3>
      <table class="facts" aria-labelledby="ranks">
        <thead>
          <tr>
            <th scope="col">Arm</th>
            <th scope="col" class="num">
              Rank
            </th>
            <th scope="col" class="num">
              Its own score
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ arm, rank, score: own }) => (
            <tr key={arm}>
              <td>
                <i class="shape" aria-hidden="true">
                  {familyOf(arm).shape}
                </i>
                {armLabel(arm)}
              </td>
              <td class="num">{rank}</td>
              <td class="num">{formatMeasure(own)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
