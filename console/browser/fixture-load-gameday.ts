import type { LoadView } from '../../src/api/load-view.ts'
import { HOUR, iso, NOW, SERVICES } from './fixture-load-days.ts'

const PLANNED = Array.from({ length: 90 }, (_, s) =>
  Math.round(240 * (1 + 2 * Math.exp(-Math.abs(s - 30) / 12))),
)
/** The game day of the made-up store. */
export const REPORT: NonNullable<Awaited<ReturnType<LoadView['gameday']>>['report']> = {
  ...{ at: iso(NOW - 3 * HOUR), eventName: 'Deal night', target: 'http://127.0.0.1:4600' },
  compress: 60,
  sentence:
    'All services held 1× the forecast. search broke first, at 1.5×: the 99th percentile rose to 640 ms, above 400 ms.',
  ...{ heldMultiple: 1, proposals: 2 },
  runs: [1, 1.5].map((multiple) => ({
    multiple,
    planned: Math.round(PLANNED.reduce((a, b) => a + b) * multiple),
    sent: Math.round(PLANNED.reduce((a, b) => a + b) * multiple),
    ...{ seconds: 90, furthestFromCurve: 0.004, stopped: null },
    services: SERVICES.map(([serviceId, , size]) => ({
      ...{ serviceId, sent: Math.round(size * 4 * multiple), failed: multiple > 1 ? 12 : 0 },
      ...{ p50Ms: 21, p99Ms: serviceId === 'search' && multiple > 1 ? 640 : 180 },
      ...{ objectiveMs: 400, heldPerSecond: size / 12 },
      broke: serviceId === 'search' && multiple > 1 ? 'the 99th percentile rose to 640 ms' : null,
    })),
    bySecond: {
      planned: PLANNED.map((value) => Math.round(value * multiple)),
      sent: PLANNED.map((value) => Math.round(value * multiple)),
      failed: PLANNED.map((_, s) => (multiple > 1 && s > 28 && s < 40 ? 18 : 0)),
    },
  })),
}
