// What forecasts of load cost: 1,000 services with three months of minutes each, in two threads.
import { measurePanel } from './load-speed/panel.ts'

await measurePanel()
