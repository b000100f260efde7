import { readLastGameday } from '../../../loop/index.ts'
import type { GamedayReport } from '../../schemas/load.ts'
import { isoOf } from './facts.ts'

/** The last game day of a store; `command` drives the next. */
export function gamedayReport(folder: string, command: string): GamedayReport {
  const kept = readLastGameday(folder)
  if (kept === undefined) return { report: null, command }
  const { atMs, sentence, result } = kept
  return {
    command,
    report: {
      ...{ at: isoOf(atMs), eventName: result.event.name, target: result.target, sentence },
      ...{ compress: result.compress, heldMultiple: result.heldMultiple },
      proposals: result.proposals.length,
      runs: result.runs.map((run) => ({
        ...{ multiple: run.multiple, planned: Math.round(run.planned), sent: run.sent },
        ...{ seconds: run.seconds, furthestFromCurve: run.furthestFromCurve },
        stopped: run.stopped?.reason ?? null,
        services: run.services.map((one) => ({
          ...{ serviceId: one.service, sent: one.sent, failed: one.failed },
          ...{ p50Ms: one.latency.p50, p99Ms: one.latency.p99, objectiveMs: one.objectiveMs },
          ...{ heldPerSecond: one.heldPerSecond, broke: one.broke?.words ?? null },
        })),
        bySecond: {
          planned: [...run.bySecond.planned],
          sent: [...run.bySecond.sent],
          failed: [...run.bySecond.failed],
        },
      })),
    },
  }
}
