import { Gauge, type Registry } from 'prom-client'
import type { NightlyStatus } from '../loop/index.ts'

const OUTCOMES = ['done', 'failed', 'stopped', 'running'] as const

/** The nightly run in /metrics; nothing where the server makes none. */
export function addNightlyGauges(
  registry: Registry,
  status: (() => NightlyStatus) | undefined,
): void {
  if (status === undefined) return
  const gauge = (
    name: string,
    help: string,
    read: (gauge: Gauge, known: NightlyStatus) => void,
    labelNames: string[] = [],
  ) =>
    new Gauge({
      ...{ name, help, labelNames, registers: [registry] },
      collect() {
        this.reset()
        read(this, status())
      },
    })
  gauge(
    'storewright_nightly_running',
    '1 while the nightly run is under way here',
    (self, { running }) => self.set(running === null ? 0 : 1),
  )
  gauge(
    'storewright_nightly_step_share',
    'How far its step is, 0 to 1',
    (self, { running }) => {
      if (running !== null) {
        self.set({ step: running.step }, running.done / Math.max(1, running.total ?? 1))
      }
    },
    ['step'],
  )
  gauge(
    'storewright_nightly_last_outcome',
    'What became of the last nightly run: 1 for that, 0 for the others',
    (self, { last }) => {
      for (const outcome of OUTCOMES) self.set({ outcome }, last?.outcome === outcome ? 1 : 0)
    },
    ['outcome'],
  )
  gauge('storewright_nightly_last_seconds', 'How long the last one took', (self, { last }) =>
    self.set(last?.endedAt === undefined ? 0 : (last.endedAt - last.startedAt) / 1000),
  )
  gauge(
    'storewright_nightly_done_timestamp_seconds',
    'When the last one that was done ended; 0: none was',
    (self, { doneAt }) => self.set((doneAt ?? 0) / 1000),
  )
  gauge(
    'storewright_nightly_next_timestamp_seconds',
    'When the next is due; 0: none is made',
    (self, { nextAt }) => self.set((nextAt ?? 0) / 1000),
  )
}
