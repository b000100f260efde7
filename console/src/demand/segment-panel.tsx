import { useSignal } from '@preact/signals'
import type { Calibration, SegmentComparison } from '../../../src/api/schemas/explain.ts'
import { CalibrationPlot } from '../charts/calibration-plot.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Segments } from '../parts/segments.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { setParams } from '../router.ts'
import { calibrations } from '../state.ts'
import { formatMeasure, formatPercent, formatPercentChange } from '../text/format.ts'
import { AllModels } from './all-models.tsx'

interface SegmentPanelProps {
  /** A segment, or `all`; absent where nothing is open. */
  readonly segment: string | undefined
  readonly comparison: SegmentComparison | undefined
  readonly onClose: (() => void) | undefined
}

/** How the models do on one kind of product, and whether its quantiles mean what they say. */
export function SegmentPanel({ segment, comparison, onClose }: SegmentPanelProps) {
  if (segment === undefined) {
    return (
      <SidePanel title="Can the bands be trusted?" onClose={undefined} idle>
        {null}
      </SidePanel>
    )
  }
  const resource = calibrations.of(segment)
  const known = resource.data.value
  const error = resource.error.value
  const title = comparison?.label ?? known?.label ?? 'All products'
  return (
    <SidePanel title={title} onClose={onClose} idle={onClose === undefined}>
      {comparison === undefined ? null : <p class="lead">{usedWords(comparison)}</p>}
      {comparison === undefined ? null : <Weights comparison={comparison} />}
      {error !== undefined && known === undefined ? (
        <Trouble error={error} what="the calibration" retry={() => void resource.load()} />
      ) : null}
      {known === undefined ? (
        <div style={{ minHeight: '460px' }} aria-busy="true" />
      ) : (
        <CalibrationPart key={known.segment} known={known} />
      )}
      {segment === 'all' && known !== undefined ? <AllModels /> : null}
    </SidePanel>
  )
}

function usedWords({ uses, ratio, floor }: SegmentComparison): string {
  if (floor === null) {
    return 'None of these products has a past to judge by: the forecast leans on products like them.'
  }
  if (uses === 'floor') {
    return 'The classical floor is used: no learned model was clearly better on past days, so none is taken. More history, prices and occasions in the feed give them more to learn from.'
  }
  const gain = ratio === null ? '' : gainWords(1 - ratio)
  return uses === 'mix'
    ? `The floor and learned models are weighed together${gain} on past days.`
    : `Learned models alone are used${gain} on past days.`
}

/** How the error compares with the floor's, within a sentence. */
function gainWords(gain: number): string {
  const size = Math.abs(gain)
  if (size < 0.005) return ', with about the error of the floor'
  const share = formatPercent(size, size < 0.02 ? 1 : 0)
  return `, with ${share} ${gain > 0 ? 'less' : 'more'} error than the floor`
}

function Weights({ comparison }: { comparison: SegmentComparison }) {
  return (
    <table class="facts" aria-label="Models on this kind of product" style={{ marginTop: '12px' }}>
      <thead>
        <tr>
          <th scope="col">Model</th>
          {['Weight', 'Error', 'Bias', 'In 90 %'].map((label) => (
            <th key={label} scope="col" class="num">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {comparison.models.map((model) => (
          <tr key={model.model} class={model.model === 'combined' && model.used ? 'chosen' : ''}>
            <td>
              {model.label}
              {model.isFloor && comparison.uses === 'floor' ? (
                <span class="ok-t"> ● used</span>
              ) : null}
            </td>
            <td class="num">
              {model.model === 'combined' || model.weight === 0
                ? '–'
                : formatPercent(model.weight, 0)}
            </td>
            <td class="num">
              {model.scaledPinball === null ? '–' : formatMeasure(model.scaledPinball)}
            </td>
            <td class="num">{model.bias === null ? '–' : formatPercentChange(model.bias)}</td>
            <td class="num">
              {model.coverage90 === null ? '–' : formatPercent(model.coverage90, 0)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function CalibrationPart({ known }: { known: Calibration }) {
  const chosen = useSignal('0')
  const band = known.bands[Number(chosen.value)]
  return (
    <>
      <h3>Do the quantiles mean what they say?</h3>
      {known.segments.length === 0 ? null : (
        <label class="wide">
          <span class="unseen">Products</span>
          <select
            value={known.segment}
            onChange={(event) => setParams({ segment: event.currentTarget.value })}
          >
            {known.segments.map(({ segment, label }) => (
              <option key={segment} value={segment}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      {band === undefined ? (
        <Unknown known={known} />
      ) : (
        <>
          <Segments
            label="Days ahead"
            value={chosen.value}
            options={known.bands.map(({ from, to }, i) => ({
              value: String(i),
              label: from === to ? `Day ${from}` : `Days ${from}–${to}`,
            }))}
            onChange={(value) => {
              chosen.value = value
            }}
          />
          <CalibrationPlot points={band.points} />
          <p>{known.sentence}</p>
        </>
      )}
    </>
  )
}

function Unknown({ known }: { known: Calibration }) {
  if (known.segments.length > 0) {
    return <p class="dim">Too few past days of these products to tell.</p>
  }
  return (
    <>
      <p class="dim" style={{ margin: '0 0 10px' }}>
        This forecast was made without a calibration. Forecast again to see it.
      </p>
      <CopyCommand command={known.command} />
    </>
  )
}
