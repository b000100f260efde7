import type { BacktestScore, ProductDetail, ProductRow } from '../../../src/api/schemas/demand.ts'
import { FanChart } from '../charts/fan-chart.tsx'
import { Bone } from '../parts/bone.tsx'
import { BreakdownChart } from '../parts/breakdown.tsx'
import { Chip } from '../parts/chip.tsx'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { productDetails } from '../state.ts'
import { formatMeasure, formatPercent, formatPercentChange } from '../text/format.ts'
import { modelLabel } from './demand-state.ts'
import { STATUS } from './product-grid.tsx'

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
  return (
    <SidePanel title={detail?.row.title ?? row?.title ?? '\u00a0'} id={productId} onClose={onClose}>
      <p class="lead">{detail?.sentence ?? <Bone width="90%" />}</p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this product" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '640px' }} aria-busy="true" />
      ) : (
        <Detail detail={detail} />
      )}
    </SidePanel>
  )
}

function Detail({ detail }: { detail: ProductDetail }) {
  const [tone, word] = STATUS[detail.row.status]
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
      />
      {detail.breakdown === null ? null : <BreakdownChart breakdown={detail.breakdown} />}
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

function Backtest({ scores }: { scores: readonly BacktestScore[] }) {
  const sorted = [...scores].sort((a, b) => a.scaledPinball - b.scaledPinball)
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
          {sorted.map((score) => (
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
    </>
  )
}
