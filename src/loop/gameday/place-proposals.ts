import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { ServerProposal } from '../../world/index.ts'
import { withDatabase } from '../store/store.ts'
import { hashOf, type Version, writeVersion } from '../versions.ts'

/** What is kept with the proposals of a game day. */
export interface ProposalsNote {
  readonly from: 'game day'
  readonly event: string
  /** The finding in words. */
  readonly found: string
}

/**
 * Writes proposals into capacity_orders as a version that is not switched to: people see it beside the
 * plan in force and decide.
 */
export function placeProposals(
  folder: string,
  proposals: readonly ServerProposal[],
  note: ProposalsNote,
  nowMs: number,
): Promise<Version> {
  return withDatabase(folder, 'write', (db) =>
    writeVersion(
      db,
      {
        kind: 'capacity',
        createdAt: nowMs,
        inputHash: hashOf({ note, proposals }),
        note: JSON.stringify(note),
      },
      (version) => db.append('capacity_orders', proposalsTable(proposals, version)),
      { isProposal: true },
    ),
  )
}

function proposalsTable(proposals: readonly ServerProposal[], version: number): Table {
  const texts = (
    name: 'order_id' | 'service_id' | 'region' | 'server_type_id' | 'term' | 'reason',
  ) => textColumn(proposals.map((row) => row[name]))
  const numbers = (
    name:
      | 'servers'
      | 'order_by'
      | 'ready_at'
      | 'until'
      | 'cost_cents'
      | 'shortage_risk'
      | 'shortage_risk_with',
  ) => numberColumn(proposals.map((row) => row[name]))
  return {
    rowCount: proposals.length,
    columns: {
      version: numberColumn(proposals.map(() => version)),
      order_id: texts('order_id'),
      service_id: texts('service_id'),
      region: texts('region'),
      server_type_id: texts('server_type_id'),
      term: texts('term'),
      servers: numbers('servers'),
      order_by: numbers('order_by'),
      ready_at: numbers('ready_at'),
      until: numbers('until'),
      cost_cents: numbers('cost_cents'),
      shortage_risk: numbers('shortage_risk'),
      shortage_risk_with: numbers('shortage_risk_with'),
      reason: texts('reason'),
    },
  }
}
