import { id, integer, money, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const lanePlan = defineTable(
  'lane_plan',
  'Which lanes to run, how often, what each is for, and which to close.',
  {
    version: integer('counts from 1', 'Version of the result; see versions.', '7'),
    lane_id: id('Lane.', 'RENO-OAK'),
    status: oneOf(['runs', 'closed'], 'Whether the plan runs it.'),
    purpose: oneOf(
      ['direct', 'feeder', 'trunk', 'bridge', 'spoke'],
      'From stock to a station, to a sort centre; between sort centres; between regions; to a station.',
    ),
    departures_a_week: integer('departures', 'Planned departures.', '7'),
    departures_before: integer('departures', 'Departures a week today.', '14'),
    extra_departures: number('departures', 'Expected departures hired beyond those a week.', '0.4'),
    mean_m3: number('m³ a week', 'Expected volume.', '410'),
    most_m3: number('m³ a week', 'Volume of the fullest week that is planned for.', '520'),
    fill: number('share', 'Expected share of the room that is filled.', '0.83', {
      maximum: 1.000001,
    }),
    cost_cents: money('Expected cost a week.', '1510000'),
    worth_cents: optional(
      number(
        'cents',
        'What a week would cost more without it; empty where nothing else gets there in time.',
        '240000',
        { minimum: -1e15 },
      ),
    ),
    pairs: integer('pairs', 'Pairs of a site and a station that take it.', '38'),
    reason: text(
      'Why it runs as it does.',
      'fills 0.83 of 7 trucks a week; without it $2,400 more',
    ),
  },
  { key: ['version', 'lane_id'], origin: 'result' },
)
