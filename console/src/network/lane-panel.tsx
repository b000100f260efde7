import type { LaneDetail } from '../../../src/api/schemas/network-lanes.ts'
import { Bone } from '../parts/bone.tsx'
import { Chip } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { money } from '../state.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'
import { DAYS, laneDetails } from './network-state.ts'
import { clockOf, fillTone } from './words.ts'

/** Why a lane runs as it does, when, and what else could be done. */
export function LanePanel({ laneId, onClose }: { laneId: string; onClose: () => void }) {
  const resource = laneDetails.of(laneId)
  const detail = resource.data.value
  const error = resource.error.value
  const title = detail === undefined ? 'Lane' : `${detail.row.from} → ${detail.row.to}`
  return (
    <SidePanel title={title} onClose={onClose}>
      <p class="lead" style={{ '--lines': '3' }}>
        {detail?.sentence ?? <Bone width="90%" />}
      </p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this lane" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '420px' }} aria-busy="true" />
      ) : (
        <Facts detail={detail} />
      )}
    </SidePanel>
  )
}

function Facts({ detail }: { detail: LaneDetail }) {
  const { row, alternatives } = detail
  const rows: (readonly [string, string])[] = [
    ['Cost a week', money(row.costCents)],
    ['of which for empty room', money(row.emptyCents)],
    ['Volume a week', `${formatMeasure(row.meanM3)} m³`],
    ['in the fullest week', `${formatMeasure(row.mostM3)} m³`],
    [
      'Room of one departure',
      row.roomM3 === null ? 'not stated' : `${formatMeasure(row.roomM3)} m³`,
    ],
    ['Hired beside, expected', `${formatMeasure(row.extraDepartures)} a week`],
    [
      'On the way',
      `${detail.miles === null ? '' : `${formatCount(detail.miles)} miles, `}${formatMeasure(detail.hours)} hours`,
    ],
    ['Pairs of site and station', formatCount(row.pairs)],
    ['Carrier', detail.carrier],
  ]
  return (
    <>
      {row.status === 'runs' ? (
        <p>
          <Chip tone={fillTone(row.fill)}>{`${formatPercent(row.fill, 0)} full`}</Chip>
          <span class="dim">{` ${row.reason}`}</span>
        </p>
      ) : null}
      <h3 id="lane-else">What else could be done</h3>
      <table class="facts" aria-labelledby="lane-else">
        <tbody>
          {alternatives.map(({ action, consequence }) => (
            <tr key={action}>
              <td>{action}</td>
              <td>{consequence}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Week departures={detail.departures} />
      <h3 id="lane-facts">In figures</h3>
      <table class="facts" aria-labelledby="lane-facts">
        <tbody>
          {rows.map(([label, value]) => (
            <tr key={label}>
              <td class="dim">{label}</td>
              <td class="num">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** The departures of a week, a line a day. */
function Week({ departures }: Pick<LaneDetail, 'departures'>) {
  if (departures.length === 0) return null
  return (
    <>
      <h3 id="lane-week">When it leaves, local time</h3>
      <table class="facts week" aria-labelledby="lane-week">
        <tbody>
          {DAYS.map((day, weekday) => {
            const times = departures.filter((one) => one.weekday === weekday)
            return (
              <tr key={day}>
                <td class="dim">{day.slice(0, 3)}</td>
                <td class="num">
                  {times.length === 0 ? '–' : times.map(({ minute }) => clockOf(minute)).join(', ')}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </>
  )
}
