import type { LoadErrors } from '../../../src/api/schemas/load.ts'
import { formatPercent } from '../text/format.ts'
import { errors } from './load-state.ts'

/** How far off the forecasts of a service were, what would have helped, and what changed since the last. */
export function ErrorsPart({ serviceId, region }: { serviceId: string; region: string }) {
  const query = (at: string) => new URLSearchParams({ service: serviceId, region: at }).toString()
  const own = errors.of(query(region)).data.value
  // A young store has rehearsed its forecasts over all regions alone.
  const over = errors.of(query(own?.basis === 'none' ? 'all' : region)).data.value
  const isWhole = own?.basis === 'none' && over?.basis === 'rehearsed'
  const found = isWhole ? over : own
  return (
    <>
      <h3>How far off forecasts were{isWhole ? ', all regions together' : ''}</h3>
      <p class="dim">{found?.sentence ?? ' '}</p>
      {found === undefined || found.byHorizon.length === 0 ? null : <Horizons found={found} />}
      {found === undefined || found.reductions.length === 0 ? null : <Helped found={found} />}
      {own?.change == null ? null : (
        <>
          <h3>Since the last forecast</h3>
          <p>{own.change.sentence}</p>
        </>
      )}
    </>
  )
}

function Horizons({ found }: { found: LoadErrors }) {
  return (
    <table class="small-table">
      <thead>
        <tr>
          <th>Up to</th>
          <th class="num">Missed</th>
          <th class="num">Too high or low</th>
          <th class="num">In the 80 %</th>
        </tr>
      </thead>
      <tbody>
        {found.byHorizon.map(({ upToHours, error, bias, inBand }) => (
          <tr key={upToHours}>
            <td>{aheadWords(upToHours)}</td>
            <td class="num">{formatPercent(error, 0)}</td>
            <td class="num">{`${bias > 0 ? '+' : '−'}${formatPercent(Math.abs(bias), 0)}`}</td>
            <td class="num">{formatPercent(inBand, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Helped({ found }: { found: LoadErrors }) {
  const large = found.reductions.filter(({ share }) => share >= 0.02)
  return (
    <>
      <h3>What would reduce it most</h3>
      <ul class="reductions">
        {large.map(({ what, share, advice }) => (
          <li key={what}>
            <b>{formatPercent(share, 0)}</b> {advice}
          </li>
        ))}
      </ul>
    </>
  )
}

function aheadWords(hours: number): string {
  if (hours <= 1) return 'an hour'
  if (hours < 24) return `${hours} hours`
  return hours === 24 ? 'a day' : `${Math.round(hours / 24)} days`
}
