import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { BacktestScore, ProductDetail, ProductRow } from '../../../src/api/schemas/demand.ts'
import type { ProductWhy } from '../../../src/api/schemas/explain.ts'
import { FanChart } from '../charts/fan-chart.tsx'
import { Bone } from '../parts/bone.tsx'
import { BreakdownChart } from '../parts/breakdown.tsx'
import { Chip } from '../parts/chip.tsx'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { productDetails, productWhys } from '../state.ts'
import { formatMeasure, formatPercent, formatPercentChange } from '../text/format.ts'
import { modelLabel } from './demand-state.ts'
import { STATUS } from './product-grid.tsx'
import { Change, Contributions, Likes, Occasions, Substitutes } from './why-parts.tsx'

interface ProductPanelProps {
  readonly productId: string
  /** Its row, where the list has it already. */
  readonly row: ProductRow | undefined
  readonly onClose: () => void
}

/** What a product sold, what is expected of it, and how far that can be relied on. */
export function ProductPanel({ productId, row, onClose }: ProductPanelProps) {
  const resource = productDetails.of(productId)
  const detail = resource.data.value
  const error = resource.error.value
  const reasons = productWhys.of(productId)
  const why = reasons.data.value
  const isTold = why !== undefined || reasons.error.value !== undefined
  return (
    <SidePanel title={detail?.row.title ?? row?.title ?? '\u00a0'} id={productId} onClose={onClose}>
      <p class="lead">{detail?.sentence ?? <Bone width="90%" />}</p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this product" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined || !isTold ? (
        <div style={{ minHeight: '640px' }} aria-busy="true" />
      ) : (
        <Detail key={productId} detail={detail} why={why} />
      )}
    </SidePanel>
  )
}

function Detail({ detail, why }: { detail: ProductDetail; why: ProductWhy | undefined }) {
  const [tone, word] = STATUS[detail.row.status]
  const lost = why?.lost ?? null
  const wanted = useMemo(
    () => (lost === null ? undefined : new Map(lost.days.map((day) => [day.ds, day.wanted]))),
    [lost],
  )
  return (
    <>
      <p style={{ marginTop: '8px' }}>
        <Chip tone={tone}>{word}</Chip>{' '}
        <span class="dim">
          {detail.row.model === null ? 'not forecast yet' : `by ${modelLabel(detail.row.model)}`}
        </span>
      </p>
      <FanChart
        title="Units a day"
        history={detail.history}
        forecast={detail.forecast}
        events={detail.events}
        closedDays={detail.closedDays}
        priceCents={detail.row.priceCents}
        {...(wanted === undefined ? {} : { wanted })}
      />
      {lost === null ? null : (
        <p class="says lost">
          <span class="bad-t" aria-hidden="true">
            ▲{' '}
          </span>
          {lost.sentence}
        </p>
      )}
      <Why detail={detail} why={why} />
      {detail.backtest.length === 0 ? null : <Backtest scores={detail.backtest} />}
      {detail.onPlan === null ? null : (
        <p style={{ marginTop: '16px' }}>
          <Link to={{ page: 'buying', params: { line: detail.onPlan } }}>
            It is on the purchase plan
          </Link>
        </p>
      )}
    </>
  )
}

function Why({ detail, why }: { detail: ProductDetail; why: ProductWhy | undefined }) {
  const { breakdown, row } = detail
  return (
    <>
      {why?.contributions != null ? (
        <Contributions contributions={why.contributions} />
      ) : breakdown === null ? null : (
        <BreakdownChart breakdown={breakdown} />
      )}
      {why === undefined ? (
        <p class="dim" style={{ marginTop: '12px' }}>
          The reasons could not be read; the curve and the scores stand.
        </p>
      ) : null}
      {why?.change == null ? null : <Change change={why.change} />}
      {why !== undefined && (row.status === 'new' || why.likes.length > 0) ? (
        <Likes likes={why.likes} />
      ) : null}
      {why === undefined || why.events.length === 0 ? null : <Occasions events={why.events} />}
      {why === undefined || why.substitutes.length === 0 ? null : (
        <Substitutes substitutes={why.substitutes} />
      )}
    </>
  )
}

/** Models shown before the rest is asked for. */
const FEW_MODELS = 6

function Backtest({ scores }: { scores: readonly BacktestScore[] }) {
  const all = useSignal(false)
  const sorted = [...scores].sort((a, b) => a.scaledPinball - b.scaledPinball)
  const shown = sorted.filter(
    (score, i) => all.value || i < FEW_MODELS || score.chosen || score.isBaseline,
  )
  return (
    <>
      <h3 id="backtest">How each model did on the past</h3>
      <table class="facts" aria-labelledby="backtest">
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
              Bias
            </th>
            <th scope="col" class="num">
              In band
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((score) => (
            <tr key={score.model} class={score.chosen ? 'chosen' : ''}>
              <td>
                {modelLabel(score.model)}
                {score.chosen ? <span class="ok-t"> ● chosen</span> : null}
              </td>
              <td class="num">{formatMeasure(score.scaledPinball)}</td>
              <td class="num">{score.wape === null ? '–' : formatPercent(score.wape, 0)}</td>
              <td class="num">{score.bias === null ? '–' : formatPercentChange(score.bias)}</td>
              <td class="num">
                {score.coverage90 === null ? '–' : formatPercent(score.coverage90, 0)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === sorted.length && !all.value ? null : (
        <button
          type="button"
          class="plain"
          style={{ padding: '6px 0' }}
          aria-expanded={all.value}
          onClick={() => {
            all.value = !all.value
          }}
        >
          {all.value ? 'The best alone' : `All ${sorted.length} models`}
        </button>
      )}
    </>
  )
}
