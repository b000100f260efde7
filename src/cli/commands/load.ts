import type { Command } from 'commander'
import { addLoadAnomalies } from './load-anomalies.ts'
import { addLoadCalendar } from './load-calendar.ts'
import { addLoadErrors } from './load-errors.ts'
import { addLoadForecast } from './load-forecast.ts'
import { addLoadGameday } from './load-gameday.ts'
import { addLoadOrders } from './load-orders.ts'
import { addLoadTrack } from './load-track.ts'

/** load: traffic, forecast and turned into servers. */
export function addLoadCommands(program: Command): void {
  const load = program
    .command('load')
    .description('how many requests each service will see, and how many servers that is')
  addLoadCalendar(load)
  addLoadForecast(load)
  addLoadErrors(load)
  addLoadOrders(load)
  addLoadGameday(load)
  addLoadTrack(load)
  addLoadAnomalies(load)
}
